"""Sources have a tier of trust; items are judged, and held back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said yet how far the sources so far are to be relied on, and nothing of them was judged."""
    op.add_column(
        "sources", sa.Column("trust", sa.String(length=16), nullable=False, server_default="unknown")
    )
    op.add_column("items", sa.Column("grounds", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "holds",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("decided", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_holds_source")),
        sa.PrimaryKeyConstraint("source", "uri", "digest", name=op.f("pk_holds")),
    )
