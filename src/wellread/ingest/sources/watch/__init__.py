"""Watching folders and files for changes."""
