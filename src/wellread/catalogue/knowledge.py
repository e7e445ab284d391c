"""Changes of what is known. Each is one transaction together with what it tells the index and the audit
log."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import delete, insert, select, update

from wellread.catalogue.permissions import readers_of
from wellread.catalogue.reading import Reading, missing_document
from wellread.catalogue.schema import documents, passages, readers, sources, versions
from wellread.catalogue.storing import replace_readers, store
from wellread.catalogue.transaction import PendingChange, Transaction, now
from wellread.errors import UsageError
from wellread.records.knowledge import Chunk, Document, SourceRecord
from wellread.records.people import Principal, principal

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
        self, name: str, kind: str, location: str, readers: Iterable[Principal], actor: str
    ) -> SourceRecord:
        """A new source, or new default readers for one that is there.

        Raises UsageError when `name` is already a source of another kind or place.
        """
        permitted = sorted({principal(reader) for reader in readers})
        with self._database.write() as transaction:
            known = {source.name: source for source in self.sources()}.get(name)
            if known and (known.kind, known.location) != (kind, location):
                raise UsageError(
                    f"the source {name!r} is already {known.location} ({known.kind}): choose another name"
                )
            if known is None:
                row = {"name": name, "kind": kind, "location": location, "readers": permitted, "added": now()}
                transaction.connection.execute(insert(sources), row)
                detail = {"kind": kind, "location": location, "readers": permitted}
                transaction.record(actor, "source.added", name, detail)
            elif known.readers != frozenset(permitted):
                change = update(sources).where(sources.c.name == name).values(readers=permitted)
                transaction.connection.execute(change)
                transaction.record(actor, "source.readers", name, {"readers": permitted})
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

    def touch(self, document_id: str, modified: str, size: int, content_digest: str) -> None:
        """Note that the source has other bytes or another date for the same text. Raises NotFoundError."""
        change = (
            update(documents)
            .where(documents.c.id == document_id)
            .values(modified=modified, size=size, content_digest=content_digest)
        )
        with self._database.write() as transaction:
            if not transaction.connection.execute(change).rowcount:
                raise missing_document(document_id)

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

    def remove(self, document_id: str, actor: str) -> None:
        """Take a document out: its passages, readers and the text of every version. Raises NotFoundError.

        The bytes are overwritten in the database file; copies in its log last until `Catalogue.vacuum`.
        """
        with self._database.write() as transaction:
            connection = transaction.connection
            version = _known(transaction, document_id)
            keys = connection.execute(select(passages.c.key).where(passages.c.document == document_id))
            dropped = sorted(keys.scalars())
            for table in (passages, readers, versions):
                connection.execute(delete(table).where(table.c.document == document_id))
            connection.execute(delete(documents).where(documents.c.id == document_id))
            transaction.tell_index(PendingChange(deletes=dropped))
            detail = {"version": version, "passages": len(dropped)}
            transaction.record(actor, "document.removed", document_id, detail)

    def forget_versions(self, document_id: str, actor: str) -> int:
        """Delete the text of every version but the current one; returns how many. Raises NotFoundError."""
        with self._database.write() as transaction:
            current = _known(transaction, document_id)
            statement = delete(versions).where(versions.c.document == document_id, versions.c.id != current)
            count = transaction.connection.execute(statement).rowcount
            if count:
                transaction.record(actor, "document.versions_forgotten", document_id, {"versions": count})
            return count


def _known(transaction: Transaction, document_id: str) -> str:
    statement = select(documents.c.version).where(documents.c.id == document_id)
    version: str | None = transaction.connection.execute(statement).scalar()
    if version is None:
        raise missing_document(document_id)
    return version
