"""What people see of being told, in a real browser."""
