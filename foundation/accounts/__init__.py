"""Residents, officers and feeds: who they are, how they sign in, and what their post allows."""
