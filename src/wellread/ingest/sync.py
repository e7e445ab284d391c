"""Brings the catalogue up to date with a source: reads what changed, and only that.

    source lists -> plan (pure) -> readers and removals -> read, parse, chunk -> commit in batches

Readers and removals come first and in one transaction, so that taking a permission back does not wait for
a slow document behind it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.chunk import chunk
from wellread.ingest.parse.expand import Found, expand
from wellread.ingest.sources.protocol import Content, Item, Source, UnvouchedError
from wellread.records.identity import digest, document_id, version_id
from wellread.records.knowledge import Chunk, Document, Failure, ItemState, SyncReport
from wellread.records.people import Principal

if TYPE_CHECKING:
    from wellread.catalogue.knowledge import Knowledge

BATCH_DOCUMENTS = 50
BATCH_SECONDS = 2.0
"""A transaction is committed after this many documents, or this long after its first was read."""

MOST_UNREACHABLE = 3
"""After so many items in a row whose place does not answer, the rest is left for the next synchronisation."""

_PARTS_NAMED = 20
"""Unreadable parts of one item whose reasons are kept."""

Progress = Callable[[int, int, str], None]
"""Called with items done, items to do and the uri that comes next."""


class Monitor:
    """Who is told how far a synchronisation is. This one does not care."""

    def listed(self, items: int) -> None:
        """So many items are listed so far."""

    def reads(self, to_read: int) -> None:
        """The listing is over: so many of the items are to be read."""

    def at(self, done: int, failed: int, uri: str) -> None:
        """So many of those are done with, `failed` of them badly, and this one comes next."""

    def confirm(self) -> None:
        """Called inside every transaction; what it raises undoes it."""


_NOBODY = Monitor()

Reader = Callable[[str, bytes], Sequence[Found]]
"""From a name and bytes to the documents there; raises ParseError. `expand`, or a worker's `read`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a synchronisation has to do, by the item's uri."""

    to_read: tuple[Item, ...]
    """New ones and those with another fingerprint."""
    new_readers: Mapping[str, frozenset[Principal]]
    """Of items whose documents are already known."""
    to_remove: tuple[str, ...]
    known_bad: tuple[str, ...]
    """Those that could not be read as documents, or not in every part, and have not changed since."""
    known_held: tuple[str, ...]
    """Those that wait for a person, and have not changed since."""
    unchanged: int


def plan(
    items: Iterable[Item],
    states: Mapping[str, ItemState],
    *,
    complete: bool = True,
    grounds: str | None = None,
    full: bool = False,
) -> Plan:
    """Compare what a source lists with what the catalogue holds.

    An item with the fingerprint of the last time is not read again unless `full`. One that is not listed is
    removed, but only if the listing was `complete`: what could not be seen is not gone, unless it was accepted on
    other `grounds` than those that count now. Of two items with one uri the first counts, with only those readers
    that both name.
    """
    listed: dict[str, Item] = {}
    for item in items:
        first = listed.setdefault(item.uri, item)
        listed[item.uri] = replace(first, readers=first.readers & item.readers)
    to_read, new_readers, unchanged = [], {}, 0
    known_bad: list[str] = []
    known_held: list[str] = []
    for uri, item in listed.items():
        state = states.get(uri) or ItemState(uri=uri)
        if any(document.readers != item.readers for document in state.documents.values()):
            new_readers[uri] = item.readers
        if full or item.fingerprint != (state.failed_stamp or state.stamp):
            to_read.append(item)
        elif state.error:
            (known_held if state.is_held else known_bad).append(uri)
        else:
            unchanged += 1
    unlisted = [uri for uri in states if uri not in listed]
    unvouched = [uri for uri in unlisted if grounds is not None and states[uri].grounds != grounds]
    return Plan(
        to_read=tuple(to_read),
        new_readers=new_readers,
        to_remove=tuple(unlisted if complete else unvouched),
        known_bad=tuple(known_bad),
        known_held=tuple(known_held),
        unchanged=unchanged,
    )


def synchronise(
    source: Source,
    knowledge: "Knowledge",
    *,
    name: str,
    actor: str,
    full: bool = False,
    keep_earlier: bool = False,
    read: Reader = expand,
    on_progress: Progress | None = None,
    monitor: Monitor = _NOBODY,
) -> SyncReport:
    """Make the documents of the source called `name` those that `source` holds now.

    - An item that cannot be read or parsed is reported in `failed` and the rest goes on. If an earlier
      version of it is known, that version stays and keeps answering, under the readers the source lists
      now: taking a page out because of a half-written save would lose more than it protects. Bytes that
      are no document are not parsed again before they change, but reported until they are mended or gone;
      `full` tries them again.
    - The same bytes under another date are noted without parsing; other bytes that give the same text
      keep their passages, so nothing is embedded again.
    - A listing that breaks off (ParseError) is reported, what it listed is taken in, nothing is removed.
    - An item that its source objects to is held, in `held`, until it changes or a person releases these bytes. The
      version before goes too, unless it was other bytes, judged as they would be now, and `keep_earlier` is set.
    - Where other grounds count than when an item was read, such as other keys, it is judged again, and goes if that
      cannot be done.
    - It can be interrupted anywhere. What was committed stays; the next call does the rest.

    `read` makes documents of bytes. The counts are of items.
    Raises NotFoundError (the source's place is gone, or `name` is unknown), UnreachableError (it cannot be listed),
    StorageError and BusyError.
    """
    began = time.monotonic()
    knowledge.source(name)
    states = knowledge.states(name)

    # 1. List, and decide.
    items, broken, grounds = _listed(source, monitor)
    decided = plan(items, states, complete=not broken, grounds=grounds, full=full)

    # 2. Permissions and removals.
    with knowledge.batch():
        monitor.confirm()
        for uri, readers in decided.new_readers.items():
            for document in states[uri].documents.values():
                with suppress(NotFoundError):  # Somebody else removed it since `states` was read.
                    knowledge.set_readers(document.id, readers, actor)
        for uri in decided.to_remove:
            knowledge.remove_item(name, uri, actor)
        knowledge.remember(name, source.memory)

    # 3. Contents.
    monitor.reads(len(decided.to_read))
    work = _Work(source, read, knowledge, name, actor, states, keep_earlier, monitor)
    work.failed += [*broken, *(Failure(uri=uri, error=states[uri].error) for uri in decided.known_bad)]
    work.held += [Failure(uri=uri, error=states[uri].error) for uri in decided.known_held]
    stopped = ""
    for done, item in enumerate(decided.to_read):
        if on_progress:
            on_progress(done, len(decided.to_read), item.uri)
        monitor.at(done, len(work.failed), item.uri)
        if not work.take(item):
            left = len(decided.to_read) - done - 1
            stopped = f"it stopped answering; {left} more were not read"
            work.failed.append(Failure(uri=source.location, error=stopped))
            break
    work.commit()
    if on_progress:
        on_progress(len(decided.to_read), len(decided.to_read), "")
    return SyncReport(
        source=name,
        added=work.added,
        changed=work.changed,
        removed=sum(bool(states[uri].documents) for uri in decided.to_remove),
        unchanged=decided.unchanged + work.unchanged,
        failed=tuple(work.failed),
        seconds=time.monotonic() - began,
        held=tuple(work.held),
        stopped=stopped,
        retry_after=work.retry_after if stopped else None,
    )


def documents_of(
    item: Item, source: str, content: Content, read: Reader
) -> tuple[list[tuple[Document, list[Chunk]]], list[Failure]]:
    """The documents in an item's bytes with their passages, and the parts that are none.

    Raises ParseError when the bytes as a whole are none.
    """
    found, failed = [], []
    for one in read(content.name, content.data):
        uri = item.uri + one.name.removeprefix(content.name)
        if one.parsed is None:
            failed.append(Failure(uri=uri, error=one.error))
            continue
        identity = document_id(source, uri)
        document = Document(
            id=identity,
            version=version_id(identity, digest(one.parsed.text)),
            source=source,
            uri=uri,
            item="" if uri == item.uri else item.uri,
            title=one.parsed.title,
            text=one.parsed.text,
            content_digest=digest(content.data),
            readers=item.readers,
            modified=item.modified,
            size=len(content.data),
            links=one.parsed.links,
            anchors=one.parsed.anchors,
        )
        found.append((document, chunk(one.parsed.text, one.parsed.blocks)))
    return found, failed


def _listed(source: Source, monitor: Monitor) -> tuple[list[Item], list[Failure], str | None]:
    """What is listed, where it broke off, and on which grounds the rest counts, if they were named."""
    items: list[Item] = []
    try:
        for item in source.items():
            items.append(item)
            monitor.listed(len(items))
    except UnvouchedError as error:
        return items, [Failure(uri=source.location, error=str(error))], error.grounds
    except ParseError as error:
        return items, [Failure(uri=source.location, error=str(error))], None
    return items, [], None


@dataclass(slots=True)
class _Change:
    """One item that was read: its new state, and what it holds; None leaves the documents that are there."""

    item: Item
    state: ItemState
    contents: list[tuple[Document, list[Chunk]]] | None
    held: str = ""
    """The digest of the bytes that are held back, if they are."""


@dataclass(slots=True)
class _Work:
    """Reads items and commits them in batches; the counts are of what is committed or failed."""

    source: Source
    read: Reader
    knowledge: "Knowledge"
    name: str
    actor: str
    states: Mapping[str, ItemState]
    keep_earlier: bool
    monitor: Monitor
    retry_after: float | None = None
    failed: list[Failure] = field(default_factory=list)
    held: list[Failure] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    _pending: list[_Change] = field(default_factory=list)
    _since: float = 0.0
    _unreachable: int = 0

    def take(self, item: Item) -> bool:
        """Read one item, and commit when it is time to. False when the place seems to have stopped answering."""
        if not self._pending:
            self._since = time.monotonic()
        before = self.states.get(item.uri) or ItemState(uri=item.uri)
        try:
            content = self.source.read(item)
            self._unreachable = 0
            self._pending.append(self._change(item, before, content))
        except (UnreachableError, ParseError) as error:
            self.failed.append(Failure(uri=item.uri, error=str(error)))
            if isinstance(error, UnreachableError):
                self._unreachable += 1
                self.retry_after = error.retry_after
            if _is_doubtful(item, before):
                self._pending.append(_Change(item, ItemState(uri=item.uri), []))
        if len(self._pending) >= BATCH_DOCUMENTS or time.monotonic() - self._since > BATCH_SECONDS:
            self.commit()
        return self._unreachable < MOST_UNREACHABLE

    def _change(self, item: Item, before: ItemState, content: Content) -> _Change:
        state = ItemState(
            uri=item.uri,
            stamp=item.fingerprint,
            content_digest=digest(content.data),
            grounds=item.grounds,
        )
        verdict = before.verdicts.get(state.content_digest)
        if verdict == "deleted" or (content.objection and verdict != "released"):
            return self._held_back(item, before, state.content_digest, content.objection)
        if before.stamp and before.content_digest == state.content_digest:
            return _Change(item, state, None)
        try:
            contents, failed = documents_of(item, self.name, content, self.read)
        except ParseError as error:
            self.failed.append(Failure(uri=item.uri, error=str(error)))
            if _is_doubtful(item, before):
                return _Change(item, replace(state, error=str(error)), [])
            return _Change(item, replace(before, failed_stamp=item.fingerprint, error=str(error)), None)
        self.failed += failed
        unread = "\n".join(f"{one.uri}: {one.error}" for one in failed[:_PARTS_NAMED])
        return _Change(item, replace(state, error=unread), contents)

    def _held_back(self, item: Item, before: ItemState, these: str, objection: str) -> _Change:
        """Bytes that failed a check, or that a person deleted."""
        deleted = before.verdicts.get(these) == "deleted"
        stays = self.keep_earlier and before.content_digest != these and not _is_doubtful(item, before)
        known = before if stays else ItemState(uri=item.uri, grounds=item.grounds)
        error = "" if deleted else objection
        if not deleted:
            self.held.append(Failure(uri=item.uri, error=objection))
        state = replace(known, failed_stamp=item.fingerprint, error=error)
        return _Change(item, state, None if stays else [], "" if deleted else these)

    def commit(self) -> None:
        """Write what was read in one transaction."""
        stored: list[_Change] = []
        with self.knowledge.batch():
            self.monitor.confirm()
            for change in self._pending:
                try:
                    self._write(change)
                    stored.append(change)
                except UsageError as error:
                    self.failed.append(Failure(uri=change.item.uri, error=str(error)))
        for change in stored:
            self._count(change)
        self._pending.clear()

    def _write(self, change: _Change) -> None:
        if change.held:
            withdraw = change.contents is not None
            self.knowledge.hold_item(self.name, change.state, change.held, self.actor, withdraw=withdraw)
        elif change.contents is not None:
            self.knowledge.put_item(self.name, change.state, change.contents, self.actor)
        else:
            modified = None if change.state.failed_stamp else change.item.modified
            self.knowledge.note_item(self.name, change.state, modified)

    def _count(self, change: _Change) -> None:
        if change.state.failed_stamp or not change.state.stamp:
            return
        state = self.states.get(change.item.uri)
        before = {one.version for one in state.documents.values()} if state else set()
        if change.contents is None or before == {document.version for document, _ in change.contents}:
            self.unchanged += 1
        elif state is None or not before:
            self.added += 1
        else:
            self.changed += 1


def _is_doubtful(item: Item, before: ItemState) -> bool:
    """Whether what is known of an item was judged by something else than would count now."""
    return bool(before.documents) and before.grounds != item.grounds
