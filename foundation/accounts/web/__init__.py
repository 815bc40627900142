"""Pages of accounts: signing in, one's own sessions and keys, and the desk's pages of officers and posts."""
