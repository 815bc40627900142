"""Pages of mandates, at the desk and among people's own."""
