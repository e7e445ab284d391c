"""Sources have a tier of trust and a schedule; items are judged, and held back; jobs count items."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said yet how far the sources so far are to be relied on, and nothing of them was judged.
    When they were last brought up to date is what their jobs say."""
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
    op.add_column("jobs", sa.Column("moved", sa.String(length=32), nullable=False, server_default=""))
    for name in ("seen", "done", "failed"):
        op.add_column("jobs", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "schedules",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_success", sa.String(length=32), nullable=True),
        sa.Column("next_attempt", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_schedules_source")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_schedules")),
    )
    op.execute(
        "INSERT INTO schedules (source, failures, last_success, next_attempt, reason) "
        "SELECT subject, 0, MAX(ended), NULL, '' FROM jobs WHERE kind = 'sync' AND state = 'finished' "
        "AND subject IN (SELECT name FROM sources) GROUP BY subject"
    )
