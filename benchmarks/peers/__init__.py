"""What `knowledge.py` measures with: the drawn corpus, the systems side by side, and the table."""
