"""What the three services stand on. Nothing here knows a service by name."""
