"""Data: JSON, notebooks, tables as text, and named values of any origin in readable form."""
