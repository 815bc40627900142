"""The rules of cases in plain Python: no tables, no requests, no clock."""
