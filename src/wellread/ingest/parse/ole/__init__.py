"""Compound files, which programs of the years before 2007 store their documents in."""
