"""Reading archives: files, rows, what the rows mean. Writes nothing of the hall; ``cases.operations.import_*`` does."""
