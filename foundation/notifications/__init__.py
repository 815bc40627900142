"""Telling people what happened: once, over the way that suits them, and known to the desk when nobody could be reached."""
