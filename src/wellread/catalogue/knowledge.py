"""Changes of what is known. Each is one transaction together with what it tells the index and the audit
log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, update

from wellread.catalogue import past
from wellread.catalogue.permissions import portions, readers_of
from wellread.catalogue.quarantine import drop_held, forget_holds, write_hold
from wellread.catalogue.quoted import withdraw
from wellread.catalogue.reading import Reading, missing_document
from wellread.catalogue.schema import (
    documents,
    editions,
    histories,
    holds,
    items,
    passages,
    readers,
    remembered,
    schedules,
    sources,
    versions,
)
from wellread.catalogue.storing import replace_readers, store
from wellread.catalogue.transaction import PendingChange, Transaction, now
from wellread.errors import UsageError
from wellread.records.history import keeps_what_is_gone
from wellread.records.knowledge import Chunk, Document, ItemState, SourceRecord
from wellread.records.people import Principal, principal
from wellread.records.quarantine import Hold
from wellread.records.trust import UNKNOWN, tier

Contents = Sequence[tuple[Document, Sequence[Chunk]]]
"""The documents of an item with their passages."""

_TOGETHER = 200
"""Documents whose texts are held in memory at once."""


class Knowledge(Reading):
    """Sources, documents, their versions and passages, and who may read them."""

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything this thread changes inside is one transaction: one wait for the disk, all or nothing.

        A call that raises inside and is caught undoes itself alone; after StorageError or BusyError the
        whole batch is lost, and says so when it ends. Other writers wait meanwhile: keep it to seconds.
        """
        with self._database.write():
            yield

    def add_source(
        self,
        name: str,
        kind: str,
        location: str,
        readers: Iterable[Principal],
        actor: str,
        *,
        options: Mapping[str, str] | None = None,
        trust: str | None = None,
    ) -> SourceRecord:
        """A new source, or new default readers, and new options and trust where they are given, for one that is there.

        Raises UsageError when `name` is already a source of another kind or place, and for no tier of trust.
        """
        trusted = tier(trust) if trust else None
        permitted = sorted({principal(reader) for reader in readers})
        with self._database.write() as transaction:
            known = {source.name: source for source in self.sources()}.get(name)
            if known and (known.kind, known.location) != (kind, location):
                raise UsageError(
                    f"the source {name!r} is already {known.location} ({known.kind}): choose another name"
                )
            if known is None:
                detail = {
                    "kind": kind,
                    "location": location,
                    "readers": permitted,
                    "options": dict(options or {}),
                    "trust": trusted or UNKNOWN,
                }
                row = {"name": name, "added": now(), **detail}
                transaction.connection.execute(insert(sources), row)
                transaction.record(actor, "source.added", name, detail)
                return self.source(name)
            chosen = update(sources).where(sources.c.name == name)
            if known.readers != frozenset(permitted):
                transaction.connection.execute(chosen.values(readers=permitted))
                transaction.record(actor, "source.readers", name, {"readers": permitted})
            if options is not None and known.options != options:
                transaction.connection.execute(chosen.values(options=dict(options)))
                transaction.record(actor, "source.options", name, {"options": dict(options)})
            return self.set_trust(name, trusted or known.trust, actor)

    def set_trust(self, name: str, trust: str, actor: str) -> SourceRecord:
        """Say how far a source is to be relied on. It holds for the next search.

        Raises NotFoundError and UsageError (no tier of trust).
        """
        trusted = tier(trust)
        with self._database.write() as transaction:
            before = self.source(name).trust
            if before != trusted:
                change = update(sources).where(sources.c.name == name).values(trust=trusted)
                transaction.connection.execute(change)
                transaction.record(actor, "source.trust", name, {"before": before, "after": trusted})
            return self.source(name)

    def remove_source(self, name: str, actor: str) -> list[str]:
        """Remove a source with all its documents, whose ids come back. Raises NotFoundError."""
        with self._database.write() as transaction:
            self.source(name)
            ids = transaction.connection.execute(
                select(documents.c.id).where(documents.c.source == name).order_by(documents.c.id)
            )
            removed = list(ids.scalars())
            for document in removed:
                self.remove(document, actor)
            left = select(editions.c.document).where(editions.c.source == name).distinct()
            past.forget(transaction, list(transaction.connection.execute(left).scalars()))
            for table in (items, holds, schedules, remembered, histories):
                transaction.connection.execute(delete(table).where(table.c.source == name))
            transaction.connection.execute(delete(sources).where(sources.c.name == name))
            transaction.record(actor, "source.removed", name, {"documents": len(removed)})
        return removed

    def put(self, document: Document, chunks: Sequence[Chunk], actor: str) -> list[int]:
        """Store `document` in its current version, cut into `chunks`; returns the keys of new passages.

        Passages of an earlier version, and spans that are no longer proposed, are gone with the same commit.
        Spans that are proposed again for the same text keep their keys, so the same call again does nothing.
        The text of earlier versions stays until `forget_versions` or `remove`.
        Raises UsageError (ids or spans that do not fit the text) and NotFoundError (unknown source).
        """
        return self.put_many([(document, chunks)], actor)[0]

    def put_many(self, items: Iterable[tuple[Document, Sequence[Chunk]]], actor: str) -> list[list[int]]:
        """`put` for each, in one transaction, and several times faster; the first error undoes all.

        Raises UsageError too when a document comes twice.
        """
        remaining = iter(items)
        keys: list[list[int]] = []
        with self._database.write() as transaction:
            while part := list(islice(remaining, _TOGETHER)):
                keys += store(transaction, part, actor)
        return keys

    def put_items(self, source: str, contents: Sequence[tuple[ItemState, Contents]], actor: str) -> None:
        """For each item: `put` its documents, take out those it no longer holds, and note its stamp and digest. In one
        transaction, whose first error undoes all.

        Of the states the documents are not looked at. Raises as `put_many` does.
        """
        kept = {document.id for _, held in contents for document, _ in held}
        uris = [state.uri for state, _ in contents]
        with self._database.write() as transaction:
            for gone in sorted(_documents_of(transaction, source, uris) - kept):
                self._gone(source, gone, actor)
            self.put_many([each for _, held in contents for each in held], actor)
            _write_items(transaction, source, [state for state, _ in contents])
            drop_held(transaction, source, uris)

    def note_item(self, source: str, state: ItemState, modified: str | None = None) -> None:
        """Note what is known of an item whose documents stay as they are: another stamp for the same bytes, whose
        documents are then of the date `modified`, or a failure to read it.

        Raises NotFoundError (unknown source).
        """
        self.source(source)
        with self._database.write() as transaction:
            _write_items(transaction, source, [state])
            drop_held(transaction, source, [state.uri])
            if modified is not None:
                held = sorted(_documents_of(transaction, source, [state.uri]))
                change = update(documents).where(documents.c.id.in_(held)).values(modified=modified)
                transaction.connection.execute(change)

    def hold_item(self, source: str, state: ItemState, digest: str, actor: str, *, withdraw: bool) -> None:
        """Hold back the version of an item with these bytes, which failed a check for the reason `state.error`; with
        `withdraw` the documents of the version before are taken out. Raises NotFoundError (unknown source)."""
        self.source(source)
        with self._database.write() as transaction:
            for gone in sorted(_documents_of(transaction, source, [state.uri])) if withdraw else []:
                self.remove(gone, actor)
            _write_items(transaction, source, [state])
            hold = Hold(
                source=source,
                uri=state.uri,
                digest=digest,
                reason=state.error,
                verdict="held",
                since=now(),
            )
            write_hold(transaction, hold, actor)

    def remove_item(self, source: str, uri: str, actor: str) -> int:
        """Remove an item with all its documents; returns how many there were."""
        with self._database.write() as transaction:
            held = sorted(_documents_of(transaction, source, [uri]))
            for document in held:
                self._gone(source, document, actor)
            of_item = (items.c.source == source) & (items.c.uri == uri)
            transaction.connection.execute(delete(items).where(of_item))
            forget_holds(transaction, source, uri)
        return len(held)

    def remember(self, source: str, values: Mapping[str, Any]) -> None:
        """Keep `values` (JSON) for the source's next synchronisation, in place of all that was kept before."""
        rows = [{"source": source, "key": key, "value": value} for key, value in values.items()]
        with self._database.write() as transaction:
            transaction.connection.execute(delete(remembered).where(remembered.c.source == source))
            if rows:
                transaction.connection.execute(insert(remembered), rows)

    def set_readers(self, document_id: str, readers: Iterable[Principal], actor: str) -> None:
        """Replace who may read a document; none means nobody. It holds for the next search, whatever the
        index says.

        Raises NotFoundError and UsageError (not a principal).
        """
        wanted = frozenset(principal(reader) for reader in readers)
        with self._database.write() as transaction:
            _known(transaction, document_id)
            before = readers_of(transaction.connection, [document_id])[document_id]
            if replace_readers(transaction, {document_id: (before, wanted)}, actor):
                keys = transaction.connection.execute(
                    select(passages.c.key).where(passages.c.document == document_id).order_by(passages.c.key)
                )
                transaction.tell_index(PendingChange(moved=list(keys.scalars()), readers=wanted))
                past.tell_readers(transaction, [document_id])

    def remove(self, document_id: str, actor: str) -> None:
        """Take a document out: its passages, readers, the text of every version, its past, and what stored
        answers quote of it. Raises NotFoundError.

        Its item counts as never read, so a source that still lists it brings it back. The bytes are overwritten in the
        database file; copies in its log last until `Catalogue.vacuum`.
        """
        with self._database.write() as transaction:
            self._take_out(transaction, document_id, actor)
            past.forget(transaction, [document_id])

    def _gone(self, source: str, document_id: str, actor: str) -> None:
        """The source has it no more. Its past stays only if the source's history is to have what is gone."""
        with self._database.write() as transaction:
            if keeps_what_is_gone(self.source(source).options):
                past.retire(transaction, document_id)
                self._take_out(transaction, document_id, actor)
            else:
                self.remove(document_id, actor)

    def _take_out(self, transaction: Transaction, document_id: str, actor: str) -> None:
        connection = transaction.connection
        version = _known(transaction, document_id)
        _forget_item(transaction, document_id)
        keys = connection.execute(select(passages.c.key).where(passages.c.document == document_id))
        dropped = sorted(keys.scalars())
        for table in (passages, readers, versions):
            connection.execute(delete(table).where(table.c.document == document_id))
        connection.execute(delete(documents).where(documents.c.id == document_id))
        withdraw(transaction, [document_id])
        transaction.tell_index(PendingChange(deletes=dropped))
        detail = {"version": version, "passages": len(dropped)}
        transaction.record(actor, "document.removed", document_id, detail)

    def forget_versions(self, document_id: str, actor: str) -> int:
        """Delete the text of every version but the current one, its past, and what stored answers quote of these;
        returns how many versions.

        Raises NotFoundError.
        """
        with self._database.write() as transaction:
            current = _known(transaction, document_id)
            statement = delete(versions).where(versions.c.document == document_id, versions.c.id != current)
            count = transaction.connection.execute(statement).rowcount
            past.forget(transaction, [document_id])
            if count:
                transaction.record(actor, "document.versions_forgotten", document_id, {"versions": count})
            return count


def _documents_of(transaction: Transaction, source: str, uris: Sequence[str]) -> set[str]:
    """Ids of the documents that were read from these items: those they are, and those they hold."""
    columns = documents.c
    found: set[str] = set()
    for part in portions(uris):
        of_items = (columns.source == source) & or_(
            columns.item.in_(part), and_(columns.item == "", columns.uri.in_(part))
        )
        found.update(transaction.connection.execute(select(columns.id).where(of_items)).scalars())
    return found


def _write_items(transaction: Transaction, source: str, states: Sequence[ItemState]) -> None:
    connection = transaction.connection
    known: set[str] = set()
    for part in portions([state.uri for state in states]):
        these = (items.c.source == source) & items.c.uri.in_(part)
        known.update(connection.execute(select(items.c.uri).where(these)).scalars())
    names = ("stamp", "content_digest", "failed_stamp", "error", "grounds")
    written = {state.uri: {name: getattr(state, name) for name in names} for state in states}
    if new := [{"source": source, "uri": uri, **row} for uri, row in written.items() if uri not in known]:
        connection.execute(insert(items), new)
    if again := [{"this": uri, **row} for uri, row in written.items() if uri in known]:
        this = (items.c.source == source) & (items.c.uri == bindparam("this"))
        values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in names}
        connection.execute(update(items).where(this).values(values), again)


def _forget_item(transaction: Transaction, document_id: str) -> None:
    columns = documents.c
    statement = select(columns.source, columns.uri, columns.item).where(columns.id == document_id)
    row = transaction.connection.execute(statement).one()
    of_item = (items.c.source == row.source) & (items.c.uri == (row.item or row.uri))
    transaction.connection.execute(delete(items).where(of_item))


def _known(transaction: Transaction, document_id: str) -> str:
    statement = select(documents.c.version).where(documents.c.id == document_id)
    version: str | None = transaction.connection.execute(statement).scalar()
    if version is None:
        raise missing_document(document_id)
    return version
