"""How dates are written and read in each language of the hall."""
