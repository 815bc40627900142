"""The pages of the logs."""
