"""Rows of a table or a list of records, each a document."""
