"""What is done with the logs themselves, one use case a file."""
