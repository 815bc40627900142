"""The API's ground: strict input, problem documents, cursor pages, permissions and the schema."""
