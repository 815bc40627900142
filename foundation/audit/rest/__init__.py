"""The API of the logs."""
