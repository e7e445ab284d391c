"""What documents said before, as a search as of a moment and the index of the past ask for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from wellread.catalogue.database import Database
from wellread.catalogue.permissions import are_many, held_by, portions, readers_of
from wellread.catalogue.restricted import ANYWHERE, limited
from wellread.catalogue.schema import editions, occurrences, past_passages, past_readers
from wellread.records.identity import passage_id
from wellread.records.knowledge import HEADING_JOIN, Entry, Held, Passage, Restriction
from wellread.records.people import Principal
from wellread.records.periods import readers_within


class PastReading:
    """The questions. `past.Past` adds the changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys(self) -> frozenset[int]:
        """Of every passage of the past: what its index should hold."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(past_passages.c.key)).scalars())

    def is_empty(self) -> bool:
        """Whether there are none."""
        with self._database.read() as connection:
            return connection.execute(select(past_passages.c.key).limit(1)).first() is None

    def count(self) -> int:
        """How many those are."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(past_passages)).scalar_one()

    def entries(self, keys: Iterable[int]) -> list[Entry]:
        """What the index of the past stores for `keys`, by key; those that no longer exist are left out.

        Readers are terms of a reader and a period (`records.periods`).
        """
        found: list[Entry] = []
        with self._database.read() as connection:
            for part in portions(sorted(set(keys))):
                chosen = select(past_passages).where(past_passages.c.key.in_(part))
                rows = connection.execute(chosen.order_by(past_passages.c.key)).all()
                held = _readers(connection, {row.document for row in rows})
                spans = (
                    select(occurrences.c.key, editions.c.since, editions.c.until)
                    .join(editions, _of_edition())
                    .where(occurrences.c.key.in_(part))
                )
                periods: dict[int, set[tuple[str, str | None]]] = {row.key: set() for row in rows}
                for key, since, until in connection.execute(spans):
                    periods[key].add((since, until))
                found += [
                    Entry(
                        key=row.key,
                        title=row.title,
                        heading=HEADING_JOIN.join(row.heading),
                        text=row.text,
                        readers=readers_within(held[row.document], periods[row.key]),
                    )
                    for row in rows
                ]
        return found

    def confirm(
        self, keys: Iterable[int], principals: frozenset[Principal], at: str, within: Restriction = ANYWHERE
    ) -> dict[int, Passage]:
        """The passages of `keys` that held at that moment, that are `within`, and whose documents `principals` may read
        now. What held then had last changed when it began to hold."""
        if not principals:
            return {}
        statement = (
            select(past_passages.c.key, past_passages.c.heading, past_passages.c.text, editions, occurrences)
            .join(occurrences, occurrences.c.key == past_passages.c.key)
            .join(editions, _of_edition())
            .where(_holding(at))
            .where(readable_now_or_last(editions.c.document, principals))
            .order_by(past_passages.c.key, occurrences.c.start.desc())
        )
        statement = limited(statement, within, editions.c.source, editions.c.since, editions.c.document)
        found: dict[int, Passage] = {}
        with self._database.read() as connection:
            for part in portions(list(dict.fromkeys(keys))):
                for row in connection.execute(statement.where(past_passages.c.key.in_(part))):
                    found[row[0]] = _passage(row._mapping)  # of several places in one text the first
        return found

    def keys_within(
        self, within: Restriction, principals: frozenset[Principal], at: str, limit: int
    ) -> frozenset[int]:
        """Keys of passages that held at that moment, `within`, of documents that `principals` may read now; at most
        `limit`."""
        statement = (
            select(occurrences.c.key)
            .join(editions, _of_edition())
            .where(_holding(at), readable_now_or_last(editions.c.document, principals))
            .distinct()
            .limit(limit)
        )
        statement = limited(statement, within, editions.c.source, editions.c.since, editions.c.document)
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def versions(self, document_id: str, principals: frozenset[Principal]) -> list[Held]:
        """When the versions of a document held, oldest first; none where no history is kept of it, and none of what
        `principals` may not read now."""
        statement = (
            select(editions.c.since, editions.c.until)
            .where(editions.c.document == document_id, readable_now_or_last(editions.c.document, principals))
            .order_by(editions.c.since)
        )
        with self._database.read() as connection:
            return [Held(since=row.since, until=row.until) for row in connection.execute(statement)]


def text_of(connection: Connection, version: str, principals: frozenset[Principal] | None) -> str | None:
    """The text of a version of the past; None also where `principals` may not read it."""
    statement = select(editions.c.text).where(editions.c.version == version).limit(1)
    if principals is not None:
        statement = statement.where(readable_now_or_last(editions.c.document, principals))
    text: str | None = connection.execute(statement).scalar()
    return text


def _holding(at: str) -> ColumnElement[bool]:
    return and_(editions.c.since <= at, or_(editions.c.until.is_(None), editions.c.until > at))


def _of_edition() -> ColumnElement[bool]:
    return and_(editions.c.document == occurrences.c.document, editions.c.since == occurrences.c.since)


def readable_now_or_last(
    document: ColumnElement[str], principals: frozenset[Principal]
) -> ColumnElement[bool]:
    """That `principals` may read the past of `document`: they may read it now, or could read it last before it went."""
    held = sorted(principals)
    last = exists(
        select(past_readers.c.document).where(
            past_readers.c.document == document, past_readers.c.principal.in_(held)
        )
    )
    return or_(held_by(document, held, are_many(principals)), last)


def _readers(connection: Connection, ids: set[str]) -> Mapping[str, frozenset[Principal]]:
    found = {document: set(held) for document, held in readers_of(connection, ids).items()}
    for part in portions(sorted(ids)):
        chosen = select(past_readers).where(past_readers.c.document.in_(part))
        for row in connection.execute(chosen):
            found[row.document].add(row.principal)
    return {document: frozenset(held) for document, held in found.items()}


def _passage(row: Mapping[Any, Any]) -> Passage:
    start, end = row[occurrences.c.start], row[occurrences.c.end]
    version = row[editions.c.version]
    return Passage(
        key=row[past_passages.c.key],
        id=passage_id(version, start, end),
        document=row[editions.c.document],
        version=version,
        uri=row[editions.c.uri],
        title=row[editions.c.title],
        heading=tuple(row[past_passages.c.heading]),
        start=start,
        end=end,
        text=row[past_passages.c.text],
        changed=row[editions.c.since],
        pages=tuple((begins, number) for begins, number in row[occurrences.c.pages]),
        held=Held(since=row[editions.c.since], until=row[editions.c.until]),
    )
