"""Fixtures for every test. What starts before Django's settings are read stands in ``tests/plugins``."""
