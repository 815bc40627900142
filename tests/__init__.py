"""The hall's tests: they mirror the source, one folder for each of its own."""
