"""Documents have links, and anchors that links can name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those of documents so far are read with their next change, or with `wellread sync --full`."""
    op.add_column("documents", sa.Column("links", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("documents", sa.Column("anchors", sa.JSON(), nullable=False, server_default="[]"))
