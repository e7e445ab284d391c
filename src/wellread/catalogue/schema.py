"""The tables. Portable SQL only: the same definitions serve SQLite and PostgreSQL.

    sources ──< items                           what a source lists: one or more documents each
            ──< holds                           versions of items that failed a check, and what was decided
            ──  schedules                       when it was last brought up to date, and when it is tried again
            ──< remembered                      what a source needs to know the next time
            ──< documents ──< versions          the text of every version, also of earlier ones
                    │  └────< readers           any one of them may read the document
                    └───────< passages          of the current version only
            ──< histories                       how far a source's history was read
    editions ──< occurrences >── past_passages  a version and when it held; the same words are stored once
    past_readers                                of documents that are gone but whose past is kept
    people ──< conversations ──< turns ──< turn_statements ──< turn_citations   what was asked and answered
                                       ──< turn_grounds    documents whose words its question was completed with
           ──< memberships >── groups ──< nestings (a group inside a group)
    datasets ──< dataset_names, dataset_examples >── examples ──< lineage
    adapters ──< gate_results
    comparisons   jobs   audit   outbox   sequences

Ids of documents, versions and passages in `lineage`, `dataset_examples`, `adapters.dataset` and `audit` are
plain values without a foreign key: they are to be found when what they name has been erased.

A change of this file needs a migration beside it; `tests/catalogue/test_migrations.py` holds the two
together.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from wellread.catalogue import schema_conversations  # noqa: F401 (its tables are among all that are made and copied)
from wellread.catalogue.schema_base import ID, NUMBER, metadata

__all__ = ["metadata"]

REVISION = "0006"
"""The newest migration, which these tables equal. Known here so that opening needs no Alembic."""

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", NUMBER, nullable=False),
)
"""The last number given out. Not the database's own sequences: these count in commit order, because whoever
takes a number holds the row until the commit, so a reader of the outbox never sees 8 before 7 exists."""

sources = Table(
    "sources",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("location", Text, nullable=False),
    Column("readers", JSON, nullable=False),
    Column("added", String(32), nullable=False),
    Column("options", JSON, nullable=False, server_default="{}"),
    Column("trust", String(16), nullable=False, server_default="unknown"),
)

items = Table(
    "items",
    metadata,
    Column("source", ForeignKey("sources.name"), primary_key=True),
    Column("uri", Text, primary_key=True),
    Column("stamp", Text, nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("failed_stamp", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("grounds", String(64), nullable=False, server_default=""),
)
"""An item that was never read has an empty stamp and digest; one that was read well, an empty error."""

holds = Table(
    "holds",
    metadata,
    Column("source", ForeignKey("sources.name"), primary_key=True),
    Column("uri", Text, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", String(32), nullable=False),
    Column("decided", String(32), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("why", Text, nullable=False),
)
"""Of one item at most one row is `held`; others keep what was decided on earlier bytes."""

schedules = Table(
    "schedules",
    metadata,
    Column("source", ForeignKey("sources.name"), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_success", String(32), nullable=True),
    Column("next_attempt", String(32), nullable=True),
    Column("reason", Text, nullable=False),
)

remembered = Table(
    "remembered",
    metadata,
    Column("source", ForeignKey("sources.name"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("source", ForeignKey("sources.name"), nullable=False),
    Column("uri", Text, nullable=False),
    Column("item", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("version", ID, nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("modified", String(40), nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("links", JSON, nullable=False, server_default="[]"),
    Column("anchors", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("source", "uri"),
)

versions = Table(
    "versions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("document", ForeignKey("documents.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("stored", String(32), nullable=False),
)

readers = Table(
    "readers",
    metadata,
    Column("document", ForeignKey("documents.id"), primary_key=True),
    Column("principal", String(255), primary_key=True),
    Index(None, "principal", "document"),
)

passages = Table(
    "passages",
    metadata,
    Column("key", NUMBER, primary_key=True, autoincrement=False),
    Column("id", ID, nullable=False, unique=True),
    Column("document", ForeignKey("documents.id"), nullable=False, index=True),
    Column("version", ID, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", JSON, nullable=False),
    Column("pages", JSON, nullable=False, server_default="[]"),
    # A copy of the version's text[start:end]: cutting it out of a long text on every search would read all of
    # it.
    Column("text", Text, nullable=False),
)

histories = Table(
    "histories",
    metadata,
    Column("source", ForeignKey("sources.name"), primary_key=True),
    Column("wanted", Text, nullable=False),
    Column("reached", Text, nullable=False),
)
"""`wanted` is the option that it was read for, `reached` the last commit of which everything is kept."""

editions = Table(
    "editions",
    metadata,
    Column("document", ID, primary_key=True),
    Column("since", String(40), primary_key=True),
    Column("until", String(40), nullable=True),
    Column("source", String(255), nullable=False),
    Column("uri", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("version", ID, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "source", "item"),
)
"""A version of a document as it held from `since` until before `until`; the one that holds now has none. Those of a
document do not overlap. `item` is the uri of the file it was read from. There may be no such document any more."""

past_passages = Table(
    "past_passages",
    metadata,
    Column("key", NUMBER, primary_key=True, autoincrement=False),
    Column("document", ID, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("heading", JSON, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("document", "digest"),
)
"""`digest` is of title, heading and text. Keys are of the same sequence as those of `passages`."""

occurrences = Table(
    "occurrences",
    metadata,
    Column("key", ForeignKey("past_passages.key"), primary_key=True),
    Column("document", ID, nullable=False),
    Column("since", String(40), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, nullable=False),
    Column("pages", JSON, nullable=False),
    ForeignKeyConstraint(["document", "since"], ["editions.document", "editions.since"]),
    Index(None, "document", "since"),
)
"""Where a passage stands in an edition."""

past_readers = Table(
    "past_readers",
    metadata,
    Column("document", ID, primary_key=True),
    Column("principal", String(255), primary_key=True),
)
"""Of documents that are gone; while a document is there, its readers are those of its past too."""

people = Table(
    "people",
    metadata,
    Column("name", String(255), primary_key=True),
)

groups = Table(
    "groups",
    metadata,
    Column("name", String(255), primary_key=True),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person", ForeignKey("people.name"), primary_key=True),
    Column("group", ForeignKey("groups.name"), primary_key=True),
)

nestings = Table(
    "nestings",
    metadata,
    Column("group", ForeignKey("groups.name"), primary_key=True),
    Column("parent", ForeignKey("groups.name"), primary_key=True),
)
"""Members of `group` are members of `parent` too."""

datasets = Table(
    "datasets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("examples", Integer, nullable=False),
    Column("splits", JSON, nullable=False),
    Column("audience", JSON, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("refused", JSON, nullable=False),
    Column("saved", String(32), nullable=False),
)

dataset_names = Table(
    "dataset_names",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("dataset", ForeignKey("datasets.id"), primary_key=True),
    Column("number", NUMBER, nullable=False, unique=True),
)
"""The highest number of a name is its latest version."""

examples = Table(
    "examples",
    metadata,
    Column("id", ID, primary_key=True),
    Column("body", JSON(none_as_null=True), nullable=True),
)
"""`body` is null once the example has been erased: that it was there, and in which dataset, stays known."""

dataset_examples = Table(
    "dataset_examples",
    metadata,
    Column("dataset", ForeignKey("datasets.id"), primary_key=True),
    Column("example", ForeignKey("examples.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("split", String(16), nullable=False),
    Index(None, "example"),
)

lineage = Table(
    "lineage",
    metadata,
    Column("example", ForeignKey("examples.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("version", ID, nullable=True),
    Column("passage", Text, nullable=True),
    Index(None, "document"),
)
"""One row for each context an example shows, and one without a passage for each document its question was
written from but that it does not show. `version` is null for texts that this catalogue did not hold."""

adapters = Table(
    "adapters",
    metadata,
    Column("id", ID, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("method", String(32), nullable=False),
    Column("base", Text, nullable=False),
    Column("base_digest", String(64), nullable=False),
    Column("dataset", ID, nullable=False, index=True),
    Column("audience", JSON, nullable=False),
    Column("path", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("refuse_above", Float, nullable=False),
    Column("tokens_per_second", Float, nullable=False),
    Column("training_seconds", Float, nullable=False),
    Column("saved", String(32), nullable=False),
)

gate_results = Table(
    "gate_results",
    metadata,
    Column("adapter", ForeignKey("adapters.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("gate", String(128), nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("value", Float, nullable=False),
    Column("limit", Float, nullable=False),
    Column("note", Text, nullable=False),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False, index=True),
    Column("saved", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("progress", Float, nullable=False),
    Column("detail", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("started", String(32), nullable=False),
    Column("heartbeat", String(32), nullable=False),
    Column("moved", String(32), nullable=False, server_default=""),
    Column("seen", Integer, nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("ended", String(32), nullable=True),
    Column("host", String(255), nullable=False),
    Column("process", Integer, nullable=False),
    Column("process_start", String(128), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("upserts", JSON, nullable=False),
    Column("deletes", JSON, nullable=False),
    Column("readers", JSON, nullable=False),
)
"""`readers` is a list of (readers, keys) pairs: all passages of a document share one list of readers."""
