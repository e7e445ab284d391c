"""Items of a source may hold several documents; sources have options and a memory; passages have pages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every document so far is the one document of its item."""
    op.add_column("sources", sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("documents", sa.Column("item", sa.Text(), nullable=False, server_default=""))
    op.add_column("passages", sa.Column("pages", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "items",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("failed_stamp", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_items_source")),
        sa.PrimaryKeyConstraint("source", "uri", name=op.f("pk_items")),
    )
    op.create_table(
        "remembered",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_remembered_source")),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_remembered")),
    )
    op.execute(
        "INSERT INTO items (source, uri, stamp, content_digest, failed_stamp, error) "
        "SELECT source, uri, CAST(size AS VARCHAR) || ' ' || modified, content_digest, '', '' FROM documents"
    )
