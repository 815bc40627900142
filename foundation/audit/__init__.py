"""Who did what, and who looked at what. Both tables only grow."""
