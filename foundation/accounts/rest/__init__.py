"""The API of people at the counter, and of officers and their posts."""
