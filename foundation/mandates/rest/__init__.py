"""Mandates for programs that act for a signed-in resident."""
