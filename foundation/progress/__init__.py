"""Timelines that only grow, chained by hash."""
