"""What makes a request safe to repeat: answers kept by key, and nonces that were used."""
