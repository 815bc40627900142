"""What is done with codes. A service hands out and revokes inside its own operation, which checks the right and writes the audit row."""
