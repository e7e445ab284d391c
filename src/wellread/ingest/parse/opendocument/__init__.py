"""OpenDocument texts and presentations; its sheets are read with the other spreadsheets."""
