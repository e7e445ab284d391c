"""How documents and their passages get into the tables: what is stored is compared with what is wanted, for
many documents at a time, and only the difference is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Table, bindparam, delete, insert, select, update

from wellread.catalogue import past
from wellread.catalogue.document_check import check
from wellread.catalogue.permissions import portions, readers_of
from wellread.catalogue.schema import documents, passages, readers, sources, versions
from wellread.catalogue.transaction import PendingChange, Transaction, now
from wellread.errors import NotFoundError, UsageError
from wellread.records.identity import passage_id
from wellread.records.knowledge import Chunk, Document, Pages
from wellread.records.people import Principal

Span = tuple[int, int, tuple[str, ...], Pages]
Readers = frozenset[Principal]

_CHANGING = ("title", "version", "content_digest", "modified", "size", "item", "links", "anchors")


@dataclass(frozen=True, slots=True)
class _Plan:
    """One document: what is stored of it, and what of that stays or goes."""

    document: Document
    before: Row[Any] | None
    kept: Sequence[int]
    dropped: Sequence[int]
    new: Sequence[Chunk]
    passages: int

    @property
    def is_new_version(self) -> bool:
        return self.before is None or self.before.version != self.document.version


def store(
    transaction: Transaction, items: Sequence[tuple[Document, Sequence[Chunk]]], actor: str
) -> list[list[int]]:
    """Write the documents and return the keys of each one's new passages. See `Knowledge.put`."""
    # 1. Compare with what is stored.
    _check(items)
    connection = transaction.connection
    plans = _plans(connection, items)
    _check_sources(connection, {plan.document.source for plan in plans if plan.before is None})

    # 2. The documents, the text of new versions, the readers.
    _write_documents(connection, plans)
    _write_versions(connection, [plan.document for plan in plans if plan.is_new_version])
    stored = [plan.document.id for plan in plans if plan.before is not None]
    held = readers_of(connection, stored)
    _write_readers(
        connection,
        {p.document.id: (held.get(p.document.id, Readers()), p.document.readers) for p in plans},
    )

    # Of one that is new or back, its own readers count from now on, also if that is nobody.
    past.tell_readers(
        transaction, [p.document.id for p in plans if held.get(p.document.id) != p.document.readers]
    )

    # 3. The passages.
    _delete_in(connection, passages, [key for plan in plans for key in plan.dropped])
    keys = _write_passages(transaction, plans)

    # 4. What the index and the audit log are told.
    for plan, added in zip(plans, keys, strict=True):
        _tell(transaction, plan, added, held, actor)
    return keys


def replace_readers(
    transaction: Transaction, changes: Mapping[str, tuple[Readers, Readers]], actor: str
) -> bool:
    """Write the readers of documents, given as (before, after), and the audit rows; whether any differed."""
    differing = {document: pair for document, pair in changes.items() if pair[0] != pair[1]}
    _write_readers(transaction.connection, differing)
    for document, (before, after) in differing.items():
        detail = {"before": sorted(before), "after": sorted(after)}
        transaction.record(actor, "document.readers", document, detail)
    return bool(differing)


def _check(items: Sequence[tuple[Document, Sequence[Chunk]]]) -> None:
    seen: set[str] = set()
    for document, chunks in items:
        check(document, chunks)
        if document.id in seen:
            raise UsageError(f"the document {document.uri!r} comes twice in one call: put it once")
        seen.add(document.id)


def _check_sources(connection: Connection, names: set[str]) -> None:
    known = set(connection.execute(select(sources.c.name)).scalars()) if names else names
    for name in sorted(names - known):
        raise NotFoundError(f"there is no source {name!r}: add it before its documents")


def _plans(connection: Connection, items: Sequence[tuple[Document, Sequence[Chunk]]]) -> list[_Plan]:
    ids = [document.id for document, _ in items]
    before = {row.id: row for row in connection.execute(select(documents).where(documents.c.id.in_(ids)))}
    stored: dict[str, list[Any]] = {identifier: [] for identifier in ids}
    columns = passages.c
    if before:
        statement = select(
            columns.document,
            columns.key,
            columns.version,
            columns.start,
            columns.end,
            columns.heading,
            columns.pages,
        ).where(columns.document.in_(list(before)))
        for row in connection.execute(statement.order_by(columns.key)):
            stored[row.document].append(row)
    return [_plan(item, before.get(item[0].id), stored[item[0].id]) for item in items]


def _plan(item: tuple[Document, Sequence[Chunk]], before: Row[Any] | None, stored: Iterable[Any]) -> _Plan:
    document, chunks = item
    wanted = {_span(chunk) for chunk in chunks}
    kept: dict[Span, int] = {}
    dropped = []
    for row in stored:
        span = (row.start, row.end, tuple(row.heading), tuple(map(tuple, row.pages)))
        if row.version == document.version and span in wanted:
            kept[span] = row.key
        else:
            dropped.append(row.key)
    new = [chunk for chunk in chunks if _span(chunk) not in kept]
    return _Plan(document, before, list(kept.values()), dropped, new, len(chunks))


def _span(chunk: Chunk) -> Span:
    return chunk.start, chunk.end, tuple(chunk.heading), chunk.pages


def _write_documents(connection: Connection, plans: Sequence[_Plan]) -> None:
    inserts, updates = [], []
    for plan in plans:
        document = plan.document
        row = {name: getattr(document, name) for name in _CHANGING}
        # As JSON gives them back, so that equal ones compare equal.
        row |= {"links": [list(link) for link in document.links], "anchors": list(document.anchors)}
        if plan.before is None:
            inserts.append({**row, "id": document.id, "source": document.source, "uri": document.uri})
        elif any(getattr(plan.before, name) != value for name, value in row.items()):
            updates.append({**row, "this": document.id})
    if inserts:
        connection.execute(insert(documents), inserts)
    if updates:
        values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in _CHANGING}
        connection.execute(
            update(documents).where(documents.c.id == bindparam("this")).values(values), updates
        )


def _write_versions(connection: Connection, wanted: Sequence[Document]) -> None:
    if not wanted:
        return
    # A text that comes back after a change is there already.
    ids = [document.version for document in wanted]
    known = set(connection.execute(select(versions.c.id).where(versions.c.id.in_(ids))).scalars())
    at = now()
    rows = [
        {"id": document.version, "document": document.id, "text": document.text, "stored": at}
        for document in wanted
        if document.version not in known
    ]
    if rows:
        connection.execute(insert(versions), rows)


def _write_readers(connection: Connection, changes: Mapping[str, tuple[Readers, Readers]]) -> None:
    won = [
        {"document": document, "principal": reader}
        for document, (before, after) in changes.items()
        for reader in sorted(after - before)
    ]
    for document, (before, after) in changes.items():
        if lost := before - after:
            gone = (readers.c.document == document) & readers.c.principal.in_(sorted(lost))
            connection.execute(delete(readers).where(gone))
    if won:
        connection.execute(insert(readers), won)


def _write_passages(transaction: Transaction, plans: Sequence[_Plan]) -> list[list[int]]:
    count = sum(len(plan.new) for plan in plans)
    if not count:
        return [[] for _ in plans]
    numbers = iter(transaction.allocate("passage", count))
    keys, rows = [], []
    for plan in plans:
        added = [_row(next(numbers), plan.document, chunk) for chunk in plan.new]
        keys.append([row["key"] for row in added])
        rows += added
    transaction.connection.execute(insert(passages), rows)
    return keys


def _row(key: int, document: Document, chunk: Chunk) -> dict[str, Any]:
    return {
        "key": key,
        "id": passage_id(document.version, chunk.start, chunk.end),
        "document": document.id,
        "version": document.version,
        "start": chunk.start,
        "end": chunk.end,
        "heading": list(chunk.heading),
        "pages": chunk.pages,
        "text": document.text[chunk.start : chunk.end],
    }


def _delete_in(connection: Connection, table: Table, keys: Sequence[int]) -> None:
    for part in portions(keys):
        connection.execute(delete(table).where(table.c.key.in_(part)))


def _tell(
    transaction: Transaction, plan: _Plan, added: list[int], held: Mapping[str, Readers], actor: str
) -> None:
    document = plan.document
    retitled = plan.before is not None and plan.before.title != document.title
    before = held.get(document.id)
    readers_differ = before is not None and before != document.readers
    transaction.tell_index(
        PendingChange(
            upserts=sorted([*plan.kept, *added]) if retitled else added,
            deletes=plan.dropped,
            moved=plan.kept if readers_differ and not retitled else (),
            readers=document.readers,
        )
    )
    if before is not None and readers_differ:
        detail = {"before": sorted(before), "after": sorted(document.readers)}
        transaction.record(actor, "document.readers", document.id, detail)
    if plan.is_new_version:
        action = "document.added" if plan.before is None else "document.changed"
        transaction.record(
            actor, action, document.id, {"version": document.version, "passages": plan.passages}
        )
