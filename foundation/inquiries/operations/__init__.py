"""What is done with codes. Handing out and revoking are part of a service's own operation, which checks the right and writes the audit row."""
