"""Former versions of documents: when each held, its passages, and who may read those of documents that are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing of the past is known so far."""
    op.create_table(
        "histories",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_histories_source")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_histories")),
    )
    op.create_table(
        "editions",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.Column("until", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document", "since", name=op.f("pk_editions")),
    )
    op.create_index(op.f("ix_editions_source_item"), "editions", ["source", "item"])
    op.create_index(op.f("ix_editions_version"), "editions", ["version"])
    op.create_table(
        "past_passages",
        sa.Column("key", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_past_passages")),
        sa.UniqueConstraint("document", "digest", name=op.f("uq_past_passages_document_digest")),
    )
    op.create_table(
        "occurrences",
        sa.Column("key", _NUMBER, nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["past_passages.key"], name=op.f("fk_occurrences_key")),
        sa.ForeignKeyConstraint(
            ["document", "since"],
            ["editions.document", "editions.since"],
            name=op.f("fk_occurrences_document_since"),
        ),
        sa.PrimaryKeyConstraint("key", "since", "start", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_document_since"), "occurrences", ["document", "since"])
    op.create_table(
        "past_readers",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("principal", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("document", "principal", name=op.f("pk_past_readers")),
    )
