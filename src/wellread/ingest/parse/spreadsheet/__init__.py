"""Spreadsheets of all programs: one reader a format, one way to lay out what they read."""
