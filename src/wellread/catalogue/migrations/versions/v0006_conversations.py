"""Conversations: their turns, and apart from these what the turns took from documents."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has had any so far."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started", sa.String(length=32), nullable=False),
        sa.Column("changed", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name=op.f("fk_conversations_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_person"), "conversations", ["person"])
    op.create_table(
        "turns",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("resolved", sa.Text(), nullable=True),
        sa.Column("asking", sa.Text(), nullable=True),
        sa.Column("missing", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_turns_conversation")),
        sa.PrimaryKeyConstraint("conversation", "number", name=op.f("pk_turns")),
    )
    _what_turns_took()


def _what_turns_took() -> None:
    of_turn = (["conversation", "turn"], ["turns.conversation", "turns.number"])
    op.create_table(
        "turn_grounds",
        *_key("conversation", "turn"),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(*of_turn, name=op.f("fk_turn_grounds_conversation_turn")),
        sa.PrimaryKeyConstraint("conversation", "turn", "document", "version", name=op.f("pk_turn_grounds")),
    )
    op.create_index(op.f("ix_turn_grounds_document"), "turn_grounds", ["document"])
    op.create_table(
        "turn_statements",
        *_key("conversation", "turn", "position"),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(*of_turn, name=op.f("fk_turn_statements_conversation_turn")),
        sa.PrimaryKeyConstraint("conversation", "turn", "position", name=op.f("pk_turn_statements")),
    )
    op.create_table(
        "turn_citations",
        *_key("conversation", "turn", "statement", "position"),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation", "turn", "statement"],
            ["turn_statements.conversation", "turn_statements.turn", "turn_statements.position"],
            name=op.f("fk_turn_citations_conversation_turn_statement"),
        ),
        sa.PrimaryKeyConstraint(
            "conversation", "turn", "statement", "position", name=op.f("pk_turn_citations")
        ),
    )
    op.create_index(op.f("ix_turn_citations_document"), "turn_citations", ["document"])


def _key(conversation: str, *numbers: str) -> list[sa.Column[Any]]:
    key: list[sa.Column[Any]] = [sa.Column(conversation, sa.String(length=64), nullable=False)]
    return key + [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in numbers]
