"""Sealing, and publishing what was sealed."""
