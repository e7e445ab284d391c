"""Training data from a knowledge base: mined, synthesised or brought along, vetted, split and versioned."""
