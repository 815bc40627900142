"""What is done to mandates, one use case a file."""
