"""What is left in a workspace's catalogue, index and files of something that is no more."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from wellread.index.embedded import EmbeddedIndex
from wellread.parts import KEPT
from wellread.workspace import Workspace


def orphans(workspace: Workspace) -> list[str]:
    """What is left in the catalogue, the index or on disk of something that is no more; at rest there is nothing."""
    knowledge = workspace.catalogue.knowledge
    wrong = []
    with closing(sqlite3.connect(workspace.root / KEPT / "catalogue.db")) as database:
        for table, column in (("passages", "document"), ("readers", "document"), ("versions", "document")):
            query = f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM documents)"
            wrong += _unless_none(f"{table} without a document", database.execute(query).fetchone()[0])
        for what, query in _QUERIES.items():
            wrong += _unless_none(what, database.execute(query).fetchone()[0])
        wrong += _unless_none(
            "breaches of foreign keys", len(database.execute("PRAGMA foreign_key_check").fetchall())
        )
    folder = workspace.root / KEPT / "index" / workspace.embedder.name
    with EmbeddedIndex.open(folder, workspace.embedder.dimensions, writable=False) as index:
        wrong += _unless_none(
            "differences of index and catalogue", len(index.keys() ^ knowledge.passage_keys())
        )
        wrong += _unless_none("changes the index lacks", workspace.catalogue.outbox.last() - index.position)
    names = sorted(path.name.split("-")[0] for path in folder.iterdir())
    rows = list(folder.glob("generation-*/rows-*"))
    if names != ["CURRENT", "generation", "lock"] or len(rows) != 1:
        wrong.append(f"the index's folder holds {names} and {len(rows)} sets of rows")
    wrong += _unless_none("running jobs", len(workspace.catalogue.jobs.running()))
    if (broken := workspace.catalogue.audit.verify()) is not None:
        wrong.append(f"the audit log is broken at {broken}")
    return wrong


_QUERIES: Mapping[str, str] = {
    "documents without passages": "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document FROM passages)",
    "passages of another version": "SELECT count(*) FROM passages JOIN documents ON documents.id = passages.document "
    "WHERE passages.version != documents.version",
    "documents without their text": "SELECT count(*) FROM documents WHERE version NOT IN (SELECT id FROM versions)",
    "items without a document": "SELECT count(*) FROM items WHERE NOT EXISTS "
    "(SELECT 1 FROM documents WHERE documents.source = items.source AND documents.uri = items.uri)",
    "changes still in the outbox": "SELECT count(*) FROM outbox",
}


def _unless_none(what: str, count: int) -> list[str]:
    return [f"{count} {what}"] if count else []
