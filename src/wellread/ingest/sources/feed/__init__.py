"""Feeds: RSS, Atom and their kin."""
