"""What is done for the protection of people's data, one use case a file."""
