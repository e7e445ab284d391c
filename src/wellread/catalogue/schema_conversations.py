"""The tables of conversations. `schema` draws them beside the others.

What a turn took from documents is apart from the rest, by document and version, so that it goes with them.
"""

from sqlalchemy import JSON, Column, ForeignKey, ForeignKeyConstraint, Integer, String, Table, Text

from wellread.catalogue.schema_base import ID, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ForeignKey("people.name"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("started", String(32), nullable=False),
    Column("changed", String(32), nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation", ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("asked", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("resolved", Text, nullable=True),
    Column("asking", Text, nullable=True),
    Column("missing", JSON(none_as_null=True), nullable=True),
    Column("answer", JSON, nullable=False),
)
"""`resolved`, `asking` and `missing` are null once a document they took words from is gone. `answer` has what comes
from no document: verdict, times, the model."""

turn_grounds = Table(
    "turn_grounds",
    metadata,
    Column("conversation", ID, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("document", ID, primary_key=True, index=True),
    Column("version", ID, primary_key=True),
    ForeignKeyConstraint(["conversation", "turn"], ["turns.conversation", "turns.number"]),
)
"""The documents that `resolved` and `asking` of a turn took words from."""

turn_statements = Table(
    "turn_statements",
    metadata,
    Column("conversation", ID, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=True),
    ForeignKeyConstraint(["conversation", "turn"], ["turns.conversation", "turns.number"]),
)
"""`text` is null once a document it rested on is gone."""

turn_citations = Table(
    "turn_citations",
    metadata,
    Column("conversation", ID, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("document", ID, nullable=False, index=True),
    Column("version", ID, nullable=False),
    Column("place", JSON, nullable=False),
    ForeignKeyConstraint(
        ["conversation", "turn", "statement"],
        ["turn_statements.conversation", "turn_statements.turn", "turn_statements.position"],
    ),
)
"""`place` is the citation without its document and version: where it stands and its words."""
