"""The look-up for programs."""
