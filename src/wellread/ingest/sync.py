"""Brings the catalogue up to date with a source: reads what changed, and only that.

    source lists -> plan (pure) -> readers and removals -> read, parse, chunk -> commit in batches

Readers and removals come first and in one transaction, so that taking a permission back does not wait for
a slow document behind it.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.chunk import chunk
from wellread.ingest.parse import parse
from wellread.ingest.sources.protocol import Item, Source
from wellread.records.identity import digest, document_id, version_id
from wellread.records.knowledge import Chunk, Document, DocumentState, Failure, SyncReport
from wellread.records.people import Principal

if TYPE_CHECKING:
    from wellread.catalogue.knowledge import Knowledge

BATCH_DOCUMENTS = 50
BATCH_SECONDS = 2.0
"""A transaction is committed after this many documents, or this long after its first was read."""

Progress = Callable[[int, int, str], None]
"""Called with documents done, documents to do and the uri that comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a synchronisation has to do, by uri."""

    to_read: tuple[Item, ...]
    """New ones and those whose size or date is another."""
    new_readers: Mapping[str, frozenset[Principal]]
    """Of documents that are already known."""
    to_remove: tuple[str, ...]
    unchanged: int


def plan(
    items: Iterable[Item], states: Mapping[str, DocumentState], *, complete: bool = True, full: bool = False
) -> Plan:
    """Compare what a source lists with what the catalogue holds.

    A document of the same size and date is not read again unless `full`. One that is not listed is
    removed, but only if the listing was `complete`: what could not be seen is not gone. Of two items
    with one uri the first counts, with only those readers that both name.
    """
    listed: dict[str, Item] = {}
    for item in items:
        first = listed.setdefault(item.uri, item)
        listed[item.uri] = replace(first, readers=first.readers & item.readers)
    to_read, new_readers, unchanged = [], {}, 0
    for uri, item in listed.items():
        state = states.get(uri)
        if state is not None and state.readers != item.readers:
            new_readers[uri] = item.readers
        if full or state is None or (state.size, state.modified) != (item.size, item.modified):
            to_read.append(item)
        else:
            unchanged += 1
    return Plan(
        to_read=tuple(to_read),
        new_readers=new_readers,
        to_remove=tuple(uri for uri in states if uri not in listed) if complete else (),
        unchanged=unchanged,
    )


def synchronise(
    source: Source,
    knowledge: "Knowledge",
    *,
    name: str,
    actor: str,
    full: bool = False,
    on_progress: Progress | None = None,
) -> SyncReport:
    """Make the documents of the source called `name` those that `source` holds now.

    - A document that cannot be read or parsed is reported in `failed` and the rest goes on. If an earlier
      version of it is known, that version stays and keeps answering, under the readers the source lists
      now: taking a page out because of a half-written save would lose more than it protects. Its date
      stays the earlier one too, so every synchronisation tries it again and reports it until it is mended
      or gone.
    - The same bytes under another date are noted without parsing; other bytes that give the same text
      keep their passages, so nothing is embedded again.
    - A listing that breaks off (ParseError) is reported, what it listed is taken in, nothing is removed.
    - It can be interrupted anywhere. What was committed stays; the next call does the rest.

    Raises NotFoundError (the source's place is gone, or `name` is unknown), StorageError and BusyError.
    """
    began = time.monotonic()
    knowledge.source(name)
    states = knowledge.states(name)

    # 1. List, and decide.
    items, broken = _listed(source)
    decided = plan(items, states, complete=not broken, full=full)

    # 2. Permissions and removals.
    with knowledge.batch():
        for uri, readers in decided.new_readers.items():
            with suppress(NotFoundError):  # Somebody else removed it since `states` was read.
                knowledge.set_readers(states[uri].id, readers, actor)
        for uri in decided.to_remove:
            with suppress(NotFoundError):
                knowledge.remove(states[uri].id, actor)

    # 3. Contents.
    work = _Work(knowledge, name, actor, states, failed=list(broken))
    for done, item in enumerate(decided.to_read):
        if on_progress:
            on_progress(done, len(decided.to_read), item.uri)
        work.take(source, item)
    work.commit()
    if on_progress:
        on_progress(len(decided.to_read), len(decided.to_read), "")
    return SyncReport(
        source=name,
        added=work.added,
        changed=work.changed,
        removed=len(decided.to_remove),
        unchanged=decided.unchanged + work.unchanged,
        failed=tuple(work.failed),
        seconds=time.monotonic() - began,
    )


def read_document(item: Item, name: str, data: bytes) -> tuple[Document, list[Chunk]]:
    """The document that `data` is, and its passages. Raises ParseError."""
    parsed = parse(item.uri, data)
    identity = document_id(name, item.uri)
    document = Document(
        id=identity,
        version=version_id(identity, digest(parsed.text)),
        source=name,
        uri=item.uri,
        title=parsed.title,
        text=parsed.text,
        content_digest=digest(data),
        readers=item.readers,
        modified=item.modified,
        size=item.size,
    )
    return document, chunk(parsed.text, parsed.blocks)


def _listed(source: Source) -> tuple[list[Item], list[Failure]]:
    items: list[Item] = []
    try:
        items.extend(source.items())
    except ParseError as error:
        return items, [Failure(uri=source.location, error=str(error))]
    return items, []


@dataclass(slots=True)
class _Work:
    """Reads documents and commits them in batches; the counts are of what is committed or failed."""

    knowledge: "Knowledge"
    name: str
    actor: str
    states: Mapping[str, DocumentState]
    failed: list[Failure]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    _pending: list[tuple[Document, list[Chunk]]] = field(default_factory=list)
    _touched: list[tuple[Item, DocumentState]] = field(default_factory=list)
    _since: float = 0.0

    def take(self, source: Source, item: Item) -> None:
        if not self._pending and not self._touched:
            self._since = time.monotonic()
        state = self.states.get(item.uri)
        try:
            data = source.read(item)
            if state is not None and state.content_digest == digest(data):
                self._touched.append((item, state))
            else:
                self._pending.append(read_document(item, self.name, data))
        except ParseError as error:
            self.failed.append(Failure(uri=item.uri, error=str(error)))
        waiting = len(self._pending) + len(self._touched)
        if waiting >= BATCH_DOCUMENTS or time.monotonic() - self._since > BATCH_SECONDS:
            self.commit()

    def commit(self) -> None:
        stored: list[Document] = []
        with self.knowledge.batch():
            for document, chunks in self._pending:
                try:
                    self.knowledge.put(document, chunks, self.actor)
                    stored.append(document)
                except UsageError as error:
                    self.failed.append(Failure(uri=document.uri, error=str(error)))
            for item, state in self._touched:
                with suppress(NotFoundError):
                    self.knowledge.touch(state.id, item.modified, item.size, state.content_digest)
        for document in stored:
            before = self.states.get(document.uri)
            if before is None:
                self.added += 1
            elif before.version == document.version:
                self.unchanged += 1
            else:
                self.changed += 1
        self.unchanged += len(self._touched)
        self._pending.clear()
        self._touched.clear()
