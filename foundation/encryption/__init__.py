"""Personal data at rest: encrypted values bound to their row, blind indexes to find them by, masks to show them with."""
