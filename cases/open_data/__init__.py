"""The read side of open data: monthly figures as the public may see them."""
