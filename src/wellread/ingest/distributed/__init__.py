"""Reading and embedding on the machines of a Ray cluster. The only folder that imports Ray, inside functions."""
