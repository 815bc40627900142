"""Events that are committed with the change they tell of, and relayed after it."""
