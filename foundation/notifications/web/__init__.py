"""What providers and people see of telling."""
