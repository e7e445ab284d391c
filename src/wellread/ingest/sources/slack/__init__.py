"""Conversations of an export of Slack."""
