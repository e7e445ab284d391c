"""Programs and settings."""
