"""Model backends behind three small protocols; see `protocols`."""
