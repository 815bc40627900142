"""The log's public face: its files, as C2SP wants them, and a page for people."""
