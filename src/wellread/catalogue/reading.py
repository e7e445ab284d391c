"""What is known, as readers and the index ask for it.

Where a method takes `principals`, None means the operator, who may see all; anybody else gets exactly what
their principals permit, and a document they may not read looks the same to them as one that does not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select

from wellread.catalogue.database import Database
from wellread.catalogue.item_states import item_states
from wellread.catalogue.past_reading import text_of
from wellread.catalogue.permissions import are_many, held_by, portions, readable, readers_of
from wellread.catalogue.restricted import ANYWHERE, limited
from wellread.catalogue.rows import document_of, passage_of
from wellread.catalogue.schema import (
    documents,
    passages,
    remembered,
    sources,
    versions,
)
from wellread.errors import NotFoundError
from wellread.records.knowledge import (
    HEADING_JOIN,
    Document,
    DocumentSummary,
    Entry,
    ItemState,
    Passage,
    Restriction,
    SourceRecord,
)
from wellread.records.naming import name_words
from wellread.records.people import Principal

Principals = frozenset[Principal] | None


class Reading:
    """The questions. `knowledge.Knowledge` adds the changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> list[SourceRecord]:
        """Every source, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(sources).order_by(sources.c.name)).all()
        return [_source(row) for row in rows]

    def source(self, name: str) -> SourceRecord:
        """Raises NotFoundError."""
        with self._database.read() as connection:
            row = connection.execute(select(sources).where(sources.c.name == name)).one_or_none()
        if row is None:
            raise NotFoundError(
                f"there is no source {name!r}: check the name, "
                f"or add it with `wellread add LOCATION --name {name}`"
            )
        return _source(row)

    def states(self, source: str) -> dict[str, ItemState]:
        """By the item's uri, what a synchronisation compares with the source; empty for an unknown source.

        A document that was put without its item has an ItemState without a stamp.
        """
        with self._database.read() as connection:
            return item_states(connection, source)

    def remembered(self, source: str) -> dict[str, Any]:
        """What the source called `source` asked to be kept for its next synchronisation."""
        statement = select(remembered.c.key, remembered.c.value).where(remembered.c.source == source)
        with self._database.read() as connection:
            return {row.key: row.value for row in connection.execute(statement)}

    def document(self, document_id: str, principals: Principals = None) -> Document:
        """The document in its current version. Raises NotFoundError, also when `principals` may not read
        it."""
        statement = (
            select(documents, versions.c.text)
            .join(versions, versions.c.id == documents.c.version)
            .where(documents.c.id == document_id)
        )
        with self._database.read() as connection:
            row = connection.execute(_permitted(statement, documents.c.id, principals)).one_or_none()
            if row is None:
                raise missing_document(document_id)
            held = readers_of(connection, [document_id])[document_id]
        return document_of(row, held)

    def readers(self, document_ids: Iterable[str]) -> dict[str, frozenset[Principal]]:
        """Who may read each of these documents now; those that no longer exist are left out."""
        wanted = sorted(set(document_ids))
        found: dict[str, frozenset[Principal]] = {}
        with self._database.read() as connection:
            for part in portions(wanted):
                there = connection.execute(select(documents.c.id).where(documents.c.id.in_(part))).scalars()
                found.update(readers_of(connection, list(there)))
        return found

    def find(self, text: str, principals: Principals = None) -> list[DocumentSummary]:
        """Documents whose id, uri or title is `text`; if there is none, whose uri or title is, whatever the
        case."""
        columns = documents.c
        exact = or_(columns.id == text, columns.uri == text, columns.title == text)
        folded = or_(func.lower(columns.uri) == text.lower(), func.lower(columns.title) == text.lower())
        return self._summaries(exact, principals) or self._summaries(folded, principals)

    def visible_documents(
        self, principals: Principals, source: str | None = None, after: str = "", limit: int | None = None
    ) -> list[DocumentSummary]:
        """What may be listed, by id; the next page comes with `after` the last id of this one."""
        condition = documents.c.id > after
        if source is not None:
            condition &= documents.c.source == source
        return self._summaries(condition, principals, limit)

    def confirm(
        self, keys: Iterable[int], principals: frozenset[Principal], within: Restriction = ANYWHERE
    ) -> dict[int, Passage]:
        """The passages of `keys` that exist now, that `principals` may read now, and that are `within`. No principals,
        no passages.

        This is what decides; the index only proposes.
        """
        if not principals:
            return {}
        confirming = _CONFIRM[are_many(principals)]
        statement = limited(confirming, within, documents.c.source, documents.c.modified, documents.c.id)
        held = sorted(principals)
        found: dict[int, Passage] = {}
        with self._database.read() as connection:
            for part in portions(list(dict.fromkeys(keys))):
                rows = connection.execute(statement, {"keys": part, "principals": held}).all()
                found.update((row[0], passage_of(row)) for row in rows)
        return found

    def keys_within(
        self, within: Restriction, principals: frozenset[Principal], limit: int
    ) -> frozenset[int]:
        """Keys of passages `within` that `principals` may read now, at most `limit`."""
        statement = select(passages.c.key).join(documents, documents.c.id == passages.c.document)
        statement = statement.where(readable(documents.c.id, principals)).limit(limit)
        statement = limited(statement, within, documents.c.source, documents.c.modified, documents.c.id)
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def passages(self, document_id: str, principals: Principals = None) -> list[Passage]:
        """A document's passages in text order; none when it does not exist or may not be read."""
        statement = _PASSAGES.where(documents.c.id == document_id).order_by(passages.c.start, passages.c.end)
        with self._database.read() as connection:
            rows = connection.execute(_permitted(statement, documents.c.id, principals)).all()
        return [passage_of(row) for row in rows]

    def passage(self, passage_id: str, principals: Principals = None) -> Passage:
        """Raises NotFoundError, also when `principals` may not read it."""
        statement = _PASSAGES.where(passages.c.id == passage_id)
        with self._database.read() as connection:
            row = connection.execute(_permitted(statement, documents.c.id, principals)).one_or_none()
        if row is None:
            raise NotFoundError(
                f"there is no passage {passage_id!r} that you may read: "
                "its document may have changed or been removed since, so ask again"
            )
        return passage_of(row)

    def version_text(self, version_id: str, principals: Principals = None) -> str:
        """The stored text of a version, current or earlier, for checking an old citation. Raises
        NotFoundError."""
        statement = select(versions.c.text).where(versions.c.id == version_id)
        with self._database.read() as connection:
            text: str | None = connection.execute(
                _permitted(statement, versions.c.document, principals)
            ).scalar()
            if text is None:
                text = text_of(connection, version_id, principals)
        if text is None:
            raise NotFoundError(
                f"there is no version {version_id!r} that you may read: its document may have been removed"
            )
        return text

    def versions_of(self, document_id: str) -> list[str]:
        """Ids of the versions kept, oldest first; the current one is the document's."""
        statement = (
            select(versions.c.id)
            .where(versions.c.document == document_id)
            .order_by(versions.c.stored, versions.c.id)
        )
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def stream(
        self, principals: Principals, at_once: int = 100
    ) -> Iterator[list[tuple[Document, list[Passage]]]]:
        """Every document that may be read, with its passages in text order, `at_once` documents at a time, by id.

        Each portion is of one state; what is changed while the caller is at another portion is seen in part.
        """
        after = ""
        while True:
            statement = (
                select(documents, versions.c.text)
                .join(versions, versions.c.id == documents.c.version)
                .where(documents.c.id > after)
                .order_by(documents.c.id)
                .limit(at_once)
            )
            with self._database.read() as connection:
                rows = connection.execute(_permitted(statement, documents.c.id, principals)).all()
                ids = [row.id for row in rows]
                held = readers_of(connection, ids)
                of_documents = _PASSAGES.where(documents.c.id.in_(ids)).order_by(
                    passages.c.document, passages.c.start
                )
                cut: dict[str, list[Passage]] = defaultdict(list)
                for row in connection.execute(of_documents) if ids else ():
                    cut[row[2]].append(passage_of(row))
            if not rows:
                return
            yield [(document_of(row, held[row.id]), cut[row.id]) for row in rows]
            after = ids[-1]

    def passage_keys(self, principals: Principals = None) -> frozenset[int]:
        """Every key in use that may be read: for the operator, what the index should hold once it has caught up."""
        statement = _permitted(select(passages.c.key), passages.c.document, principals)
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def entries(self, keys: Iterable[int]) -> list[Entry]:
        """What the index stores for `keys`, by key; those that no longer exist are left out."""
        return self._entries(passages.c.key, sorted(set(keys)))

    def entries_of(self, document_ids: Iterable[str]) -> list[Entry]:
        """What the index stores for all passages of these documents; none of one that does not exist."""
        return self._entries(passages.c.document, sorted(set(document_ids)))

    def _entries(self, column: ColumnElement[Any], wanted: Sequence[Any]) -> list[Entry]:
        columns = (
            passages.c.key,
            passages.c.document,
            documents.c.uri,
            documents.c.title,
            passages.c.heading,
            passages.c.text,
        )
        statement = (
            select(*columns).join(documents, documents.c.id == passages.c.document).order_by(passages.c.key)
        )
        with self._database.read() as connection:
            rows = [
                row
                for part in portions(wanted)
                for row in connection.execute(statement.where(column.in_(part)))
            ]
            held = readers_of(connection, {row.document for row in rows})
        return [
            Entry(
                key=row.key,
                title=row.title,
                heading=HEADING_JOIN.join(row.heading),
                text=row.text,
                name=name_words(row.uri),
                readers=held[row.document],
            )
            for row in rows
        ]

    def _summaries(
        self, condition: ColumnElement[bool], principals: Principals, limit: int | None = None
    ) -> list[DocumentSummary]:
        columns = documents.c
        statement = (
            select(columns.id, columns.source, columns.uri, columns.title, columns.modified)
            .where(condition)
            .order_by(columns.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(_permitted(statement, columns.id, principals)).all()
        return [
            DocumentSummary(id=row[0], source=row[1], uri=row[2], title=row[3], modified=row[4])
            for row in rows
        ]


def missing_document(document_id: str) -> NotFoundError:
    """The same words whether it never was, was removed or may not be read."""
    return NotFoundError(
        f"there is no document {document_id!r} that you may read: check the id, or look for it with "
        "`wellread search QUERY --explain`"
    )


_PASSAGES = select(
    passages.c.key,
    passages.c.id,
    passages.c.document,
    passages.c.version,
    documents.c.uri,
    documents.c.title,
    passages.c.heading,
    passages.c.start,
    passages.c.end,
    passages.c.text,
    passages.c.pages,
    sources.c.trust,
    documents.c.modified,
).select_from(
    passages.join(documents, documents.c.id == passages.c.document).join(
        sources, sources.c.name == documents.c.source
    )
)


# Made once: putting it together takes longer than running it.
_CONFIRM = {
    many: _PASSAGES.where(
        passages.c.key.in_(bindparam("keys", expanding=True)),
        held_by(documents.c.id, bindparam("principals", expanding=True), many),
    )
    for many in (False, True)
}


def _permitted(statement: Select[Any], document: ColumnElement[str], principals: Principals) -> Select[Any]:
    return statement if principals is None else statement.where(readable(document, principals))


def _source(row: Row[Any]) -> SourceRecord:
    return SourceRecord(
        name=row.name,
        kind=row.kind,
        location=row.location,
        readers=frozenset(row.readers),
        added=row.added,
        options=row.options,
        trust=row.trust,
    )
