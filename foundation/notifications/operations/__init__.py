"""What is done about telling people."""
