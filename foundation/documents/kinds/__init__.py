"""The kinds of paper, each a typed template: a service fills one, and it says what stands on the sheet in both languages."""
