"""Sources have a tier of trust."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said yet how far the sources so far are to be relied on."""
    op.add_column(
        "sources", sa.Column("trust", sa.String(length=16), nullable=False, server_default="unknown")
    )
