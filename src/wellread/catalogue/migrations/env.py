"""What Alembic runs: the revisions, over the connection and in the transaction of the caller."""

from alembic import context

from wellread.catalogue.schema import metadata

# SQLite cannot alter most things in place; batch mode writes the table anew.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
