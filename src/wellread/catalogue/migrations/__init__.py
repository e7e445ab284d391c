"""How the tables came to be: one Alembic revision a file under `versions`, applied when a catalogue is
opened."""
