"""Whether a statement is held up by the spans it cites, told by rules: one file for each family of them."""
