"""What is done to events."""
