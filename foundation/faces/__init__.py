"""The frames of the two sides that people sign in to: the officers' desk and a resident's own pages. Apps register their lines."""
