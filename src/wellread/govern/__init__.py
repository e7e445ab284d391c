"""Accountability: who may decide what about what is known."""
