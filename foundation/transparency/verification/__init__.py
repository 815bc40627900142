"""Finding any change: of a row, of the chains, of the tree, and of what was published."""
