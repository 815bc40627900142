"""Limits on attempts, counted exactly in PostgreSQL, where emptying Redis does not lift them."""
