"""What is done to machines, and what they do, one use case a file."""
