"""Sites, or parts of them."""
