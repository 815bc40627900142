"""What can be done with one-time codes."""
