"""HTTP within bounds: where it may go, how much it may bring, how often it may ask."""
