"""E-mail, and what messages of all formats share."""
