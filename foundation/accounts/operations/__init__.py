"""What is done to accounts, one use case a file."""
