"""Starts, watches and stops what the hall runs on: one command on a bare machine, throw-away services for tests.

:mod:`bootstrap` runs on any Python and makes the virtual environment; everything else runs inside it.
"""
