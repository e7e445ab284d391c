"""Tickets of an export of Zendesk."""
