"""The two roles of the database, and the tables that only grow."""
