"""Measuring answers: metrics, intervals, and the arms side by side on the user's own held-out questions."""
