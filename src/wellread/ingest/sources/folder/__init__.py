"""Folders and single files."""
