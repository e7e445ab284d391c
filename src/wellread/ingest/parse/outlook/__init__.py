"""Outlook messages."""
