"""What documents said before: their editions, each with the time it held, and its passages.

Who may read a document now may read its past, and nobody else. Of a document that is gone the last readers stay, if its
past is kept at all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    and_,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)

from wellread.catalogue.document_check import check
from wellread.catalogue.past_reading import PastReading
from wellread.catalogue.permissions import portions, readers_of
from wellread.catalogue.quoted import withdraw
from wellread.catalogue.schema import (
    documents,
    editions,
    histories,
    occurrences,
    passages,
    past_passages,
    past_readers,
    versions,
)
from wellread.catalogue.transaction import PendingChange, Transaction
from wellread.records.identity import identify
from wellread.records.knowledge import Chunk, Document


class Past(PastReading):
    """Written by whoever synchronises, read by searches as of a moment."""

    def reached(self, source: str, wanted: str) -> str | None:
        """Up to which commit the history of a source is kept for this option; None where nothing is."""
        statement = select(histories.c.reached).where(
            histories.c.source == source, histories.c.wanted == wanted
        )
        with self._database.read() as connection:
            found: str | None = connection.execute(statement).scalar()
        return found

    def reach(self, source: str, wanted: str, reached: str) -> None:
        """Note it."""
        with self._database.write() as transaction:
            transaction.connection.execute(delete(histories).where(histories.c.source == source))
            row = {"source": source, "wanted": wanted, "reached": reached}
            transaction.connection.execute(insert(histories), row)

    def known(self, source: str) -> dict[str, str]:
        """By id, the item of each document whose past may be kept: of those that are there, and those whose past is
        kept already."""
        item = case((documents.c.item == "", documents.c.uri), else_=documents.c.item)
        there = select(documents.c.id, item).where(documents.c.source == source)
        before = select(editions.c.document, editions.c.item).where(editions.c.source == source).distinct()
        with self._database.read() as connection:
            rows = [*connection.execute(before).all(), *connection.execute(there).all()]
        return dict(map(tuple, rows))

    def is_kept(self, source: str) -> bool:
        """Whether anything is known of its past."""
        statement = select(editions.c.document).where(editions.c.source == source).limit(1)
        with self._database.read() as connection:
            return connection.execute(statement).first() is not None

    def put(self, document: Document, chunks: Sequence[Chunk], since: str) -> None:
        """From `since` on the document is this, and no longer what it was; `document.readers` are not looked at.

        A moment before what is known already counts as that moment. The same again changes nothing.
        Raises UsageError as `Knowledge.put` does.
        """
        check(document, chunks)
        with self._database.write() as transaction:
            last = _last(transaction, document.id)
            if last is not None and last.until is None and _same(last, document):
                return
            since = max(since, last.since, last.until or "") if last is not None else since
            closed = _close(transaction, last, since)
            kept, new = _add(transaction, document, chunks, since)
            told = PendingChange(upserts=sorted(new), moved=sorted(kept ^ closed - new))
            transaction.tell_index(told)

    def end(self, source: str, item: str, until: str, but: Iterable[str] = ()) -> None:
        """The documents of an item, `but` some, were gone from `until` on."""
        ids = select(editions.c.document).where(editions.c.source == source, editions.c.item == item)
        with self._database.write() as transaction:
            for document in sorted(set(transaction.connection.execute(ids).scalars()) - set(but)):
                self._end(transaction, document, until)

    def _end(self, transaction: Transaction, document: str, until: str) -> None:
        last = _last(transaction, document)
        if last is not None:
            moved = _close(transaction, last, max(until, last.since))
            transaction.tell_index(PendingChange(moved=sorted(moved)))

    def keep_current(self, source: str, since: str) -> int:
        """Documents that are another version than their last edition become a new one, and those that are gone end;
        returns how many."""
        current = and_(editions.c.document == documents.c.id, editions.c.until.is_(None))
        differs = or_(
            editions.c.version.is_(None),
            editions.c.version != documents.c.version,
            editions.c.title != documents.c.title,
        )
        statement = (
            select(documents, versions.c.text)
            .join(versions, versions.c.id == documents.c.version)
            .outerjoin(editions, current)
            .where(documents.c.source == source, differs)
            .order_by(documents.c.id)
        )
        with self._database.write() as transaction:
            there = select(documents.c.id).where(documents.c.source == source)
            gone = select(editions.c.document, editions.c.item).where(
                editions.c.source == source, editions.c.until.is_(None), editions.c.document.not_in(there)
            )
            ended = transaction.connection.execute(gone).all()
            for document, _ in ended:
                self._end(transaction, document, since)
            rows = transaction.connection.execute(statement).all()
            for row in rows:
                of_document = select(passages).where(passages.c.document == row.id)
                chunks = [
                    Chunk(start=one.start, end=one.end, heading=tuple(one.heading), pages=one.pages)
                    for one in transaction.connection.execute(of_document)
                ]
                columns = {name: value for name, value in row._mapping.items() if name != "readers"}
                self.put(Document(readers=frozenset(), **columns), chunks, since)
        return len(rows) + len(ended)

    def forget_source(self, source: str) -> None:
        """Nothing of the past of a source is kept any more."""
        ids = select(editions.c.document).where(editions.c.source == source).distinct()
        with self._database.write() as transaction:
            transaction.connection.execute(delete(histories).where(histories.c.source == source))
            forget(transaction, list(transaction.connection.execute(ids).scalars()))


def forget(transaction: Transaction, ids: Sequence[str]) -> None:
    """Nothing of the past of these documents is kept; the index is told."""
    for part in portions(ids):
        of_these = select(past_passages.c.key).where(past_passages.c.document.in_(part))
        keys = sorted(transaction.connection.execute(of_these).scalars())
        for table in (occurrences, editions, past_passages, past_readers):
            transaction.connection.execute(delete(table).where(table.c.document.in_(part)))
        transaction.tell_index(PendingChange(deletes=keys))
    withdraw(transaction, ids)


def retire(transaction: Transaction, document: str) -> None:
    """The document goes; its past is kept, for those who may read it now. To be called while it is there.

    Whoever keeps the history says from when on it was gone.
    """
    if _last(transaction, document) is None:
        return
    held = readers_of(transaction.connection, [document])[document]
    rows = [{"document": document, "principal": reader} for reader in sorted(held)]
    if rows:
        transaction.connection.execute(insert(past_readers), rows)


def tell_readers(transaction: Transaction, ids: Sequence[str]) -> None:
    """Others may read these documents than before, or they are there again: the index of the past is told."""
    for part in portions(ids):
        transaction.connection.execute(delete(past_readers).where(past_readers.c.document.in_(part)))
        of_these = select(past_passages.c.key).where(past_passages.c.document.in_(part))
        keys = sorted(transaction.connection.execute(of_these).scalars())
        transaction.tell_index(PendingChange(moved=keys))


def _last(transaction: Transaction, document: str) -> Any:
    of_document = select(editions).where(editions.c.document == document)
    return transaction.connection.execute(of_document.order_by(editions.c.since.desc()).limit(1)).first()


def _same(edition: Any, document: Document) -> bool:
    return (edition.version, edition.title) == (document.version, document.title)


def _close(transaction: Transaction, last: Any, until: str) -> set[int]:
    """End an edition, or take it out should it have held for no time; the keys of its passages."""
    if last is None or (last.until is not None and last.until <= until):
        return set()
    this = and_(editions.c.document == last.document, editions.c.since == last.since)
    here = and_(occurrences.c.document == last.document, occurrences.c.since == last.since)
    keys = set(transaction.connection.execute(select(occurrences.c.key).where(here)).scalars())
    if until > last.since:
        transaction.connection.execute(update(editions).where(this).values(until=until))
        return keys
    transaction.connection.execute(delete(occurrences).where(here))
    transaction.connection.execute(delete(editions).where(this))
    return keys - _forget_unused(transaction, keys)


def _forget_unused(transaction: Transaction, keys: set[int]) -> set[int]:
    """Those of `keys` that stand in no edition are taken out, and come back."""
    unused = set(keys)
    for part in portions(sorted(keys)):
        used = select(occurrences.c.key).where(occurrences.c.key.in_(part)).distinct()
        unused -= set(transaction.connection.execute(used).scalars())
    for part in portions(sorted(unused)):
        transaction.connection.execute(delete(past_passages).where(past_passages.c.key.in_(part)))
    transaction.tell_index(PendingChange(deletes=sorted(unused)))
    return unused


def _add(
    transaction: Transaction, document: Document, chunks: Sequence[Chunk], since: str
) -> tuple[set[int], set[int]]:
    """Write an edition; the keys of passages that were known already, and of new ones."""
    connection = transaction.connection
    row = {name: getattr(document, name) for name in ("source", "uri", "version", "title", "text")}
    item = document.item or document.uri
    connection.execute(
        insert(editions), {**row, "document": document.id, "item": item, "since": since, "until": None}
    )
    texts = {_digest(document, chunk): chunk for chunk in chunks}
    known = dict[str, int]()
    for part in portions(list(texts)):
        stored = select(past_passages.c.digest, past_passages.c.key).where(
            past_passages.c.document == document.id, past_passages.c.digest.in_(part)
        )
        known.update((one.digest, one.key) for one in connection.execute(stored))
    fresh = [digest for digest in texts if digest not in known]
    numbers = dict(zip(fresh, transaction.allocate("passage", len(fresh)) if fresh else (), strict=True))
    if fresh:
        rows = [
            {
                "key": numbers[digest],
                "document": document.id,
                "digest": digest,
                "title": document.title,
                "heading": list(texts[digest].heading),
                "text": document.text[texts[digest].start : texts[digest].end],
            }
            for digest in fresh
        ]
        connection.execute(insert(past_passages), rows)
    keys = known | numbers
    places = [
        {
            "key": keys[_digest(document, chunk)],
            "document": document.id,
            "since": since,
            "start": chunk.start,
            "end": chunk.end,
            "pages": chunk.pages,
        }
        for chunk in chunks
    ]
    if places:
        connection.execute(insert(occurrences), places)
    return set(known.values()), set(numbers.values())


def _digest(document: Document, chunk: Chunk) -> str:
    parts = (document.title, list(chunk.heading), document.text[chunk.start : chunk.end])
    return identify("txt", parts)
