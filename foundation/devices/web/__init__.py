"""The desk pages on machines."""
