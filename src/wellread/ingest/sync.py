"""Brings the catalogue up to date with a source: reads what changed, and only that.

    source lists -> plan (pure) -> readers and removals -> read, parse, cut -> commit in batches

Readers and removals come first and in one transaction, so that taking a permission back does not wait for
a slow document behind it. Parsing and cutting is the executor's, which may do it on other machines; what is written,
and in which order, is decided here.
"""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.executor import Cut, Outcome
from wellread.ingest.means import Means, Monitor
from wellread.ingest.plan import Plan, plan
from wellread.ingest.sources.protocol import Content, Item, Source, UnvouchedError
from wellread.records.identity import digest, document_id, version_id
from wellread.records.knowledge import Chunk, Document, Failure, ItemState, SyncReport

if TYPE_CHECKING:
    from wellread.catalogue.knowledge import Knowledge

BATCH_SECONDS = 2.0
"""A transaction is committed at the latest so long after its first item was read."""

MOST_UNREACHABLE = 3
"""After so many items in a row whose place does not answer, the rest is left for the next synchronisation."""

_PARTS_NAMED = 20
"""Unreadable parts of one item whose reasons are kept."""

_HERE = Means()


def synchronise(
    source: Source,
    knowledge: "Knowledge",
    *,
    name: str,
    actor: str,
    full: bool = False,
    keep_earlier: bool = False,
    means: Means = _HERE,
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

    The counts are of items.
    Raises NotFoundError (the source's place is gone, or `name` is unknown), UnreachableError (it cannot be listed),
    ClusterError (other machines were to do the work), StorageError and BusyError.
    """
    began = time.monotonic()
    knowledge.source(name)
    work = _Work(source, knowledge, name, actor, knowledge.states(name), keep_earlier, means)

    # 1. List, and decide.
    items, broken, grounds = _listed(source, means.monitor)
    decided = plan(items, work.states, complete=not broken, grounds=grounds, full=full)

    # 2. Permissions and removals.
    work.take_back(decided)

    # 3. Contents.
    work.failed += broken
    work.note(decided)
    work.take(decided.to_read)
    return work.report(decided, time.monotonic() - began)


def documents_of(
    item: Item, source: str, content: Content, cuts: Sequence[Cut]
) -> tuple[list[tuple[Document, list[Chunk]]], list[Failure]]:
    """The documents that were read in an item's bytes with their passages, and the parts that are none."""
    found, failed = [], []
    whole = digest(content.data)
    for one in cuts:
        uri = item.uri + one.found.name.removeprefix(content.name)
        parsed = one.found.parsed
        if parsed is None:
            failed.append(Failure(uri=uri, error=one.found.error))
            continue
        identity = document_id(source, uri)
        document = Document(
            id=identity,
            version=version_id(identity, digest(parsed.text)),
            source=source,
            uri=uri,
            item="" if uri == item.uri else item.uri,
            title=parsed.title,
            text=parsed.text,
            content_digest=whole,
            readers=item.readers,
            modified=item.modified,
            size=len(content.data),
            links=parsed.links,
            anchors=parsed.anchors,
        )
        found.append((document, list(one.chunks)))
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


@dataclass(frozen=True, slots=True)
class _Taken:
    """An item that was asked for: its bytes, or why they cannot be had."""

    item: Item
    before: ItemState
    state: ItemState
    """What it is when its bytes can be read."""
    got: Content | UnreachableError | ParseError

    @property
    def is_held(self) -> bool:
        """Whether its bytes failed a check that nobody overruled, or were deleted by a person."""
        verdict = self.before.verdicts.get(self.state.content_digest)
        objects = isinstance(self.got, Content) and bool(self.got.objection)
        return verdict == "deleted" or (objects and verdict != "released")

    @property
    def to_read(self) -> Content | None:
        """The bytes that are to be parsed; None where it is known without that what becomes of the item."""
        is_known = self.before.stamp and self.before.content_digest == self.state.content_digest
        return None if isinstance(self.got, Exception) or self.is_held or is_known else self.got


@dataclass(slots=True)
class _Work:
    """Reads items and commits them in batches; the counts are of what is committed or failed."""

    source: Source
    knowledge: "Knowledge"
    name: str
    actor: str
    states: Mapping[str, ItemState]
    keep_earlier: bool
    means: Means
    failed: list[Failure] = field(default_factory=list)
    held: list[Failure] = field(default_factory=list)
    _added: int = 0
    _changed: int = 0
    _unchanged: int = 0
    _stopped: str = ""
    _retry_after: float | None = None
    _taken: deque[_Taken] = field(default_factory=deque)
    """Asked for, and not yet done with; more than one where the executor reads ahead."""
    _asked: int = 0
    _unreachable: int = 0
    _pending: list[_Change] = field(default_factory=list)
    _since: float = 0.0

    def take_back(self, decided: Plan) -> None:
        """Withdraw permissions and remove what is gone, in one transaction."""
        with self.knowledge.batch():
            self.means.monitor.confirm()
            for uri, readers in decided.new_readers.items():
                for document in self.states[uri].documents.values():
                    with suppress(NotFoundError):  # Somebody else removed it since `states` was read.
                        self.knowledge.set_readers(document.id, readers, self.actor)
            for uri in decided.to_remove:
                self.knowledge.remove_item(self.name, uri, self.actor)
            self.knowledge.remember(self.name, self.source.memory)
        self.means.indexer.committed()

    def note(self, decided: Plan) -> None:
        """Report what was bad or held the last time, and has not changed since."""
        self.failed += (Failure(uri=uri, error=self.states[uri].error) for uri in decided.known_bad)
        self.held += (Failure(uri=uri, error=self.states[uri].error) for uri in decided.known_held)

    def take(self, items: Sequence[Item]) -> None:
        """Read the items in their order and commit them, until the place seems to have stopped answering."""
        self.means.monitor.reads(len(items))
        with closing(self.means.executor.read_each(self._contents(items))) as outcomes:
            for done, item in enumerate(items):
                self._tell(done, len(items), item.uri)
                if not self._pending:
                    self._since = time.monotonic()
                outcome = next(outcomes)
                self._finish(self._taken.popleft(), outcome)
                if self._unreachable >= MOST_UNREACHABLE and done + 1 == self._asked:
                    self._stopped = f"it stopped answering; {len(items) - done - 1} more were not read"
                    self.failed.append(Failure(uri=self.source.location, error=self._stopped))
                    break
        self.commit()
        if self.means.on_progress:
            self.means.on_progress(len(items), len(items), "")

    def report(self, decided: Plan, seconds: float) -> SyncReport:
        """What was done."""
        return SyncReport(
            source=self.name,
            added=self._added,
            changed=self._changed,
            removed=sum(bool(self.states[uri].documents) for uri in decided.to_remove),
            unchanged=decided.unchanged + self._unchanged,
            failed=tuple(self.failed),
            seconds=seconds,
            held=tuple(self.held),
            stopped=self._stopped,
            retry_after=self._retry_after if self._stopped else None,
        )

    def _tell(self, done: int, total: int, uri: str) -> None:
        if self.means.on_progress:
            self.means.on_progress(done, total, uri)
        self.means.monitor.at(done, len(self.failed), uri)

    def _contents(self, items: Sequence[Item]) -> Iterator[Content | None]:
        """The bytes to parse of each item, as the executor asks for them."""
        for item in items:
            self._asked += 1
            taken = self._ask(item)
            self._taken.append(taken)
            yield taken.to_read
            if self._unreachable >= MOST_UNREACHABLE:
                return

    def _ask(self, item: Item) -> _Taken:
        before = self.states.get(item.uri) or ItemState(uri=item.uri)
        try:
            content = self.source.read(item)
        except (UnreachableError, ParseError) as error:
            if isinstance(error, UnreachableError):
                self._unreachable += 1
                self._retry_after = error.retry_after
            return _Taken(item, before, ItemState(uri=item.uri), error)
        self._unreachable = 0
        whole = digest(content.data)
        state = ItemState(uri=item.uri, stamp=item.fingerprint, content_digest=whole, grounds=item.grounds)
        return _Taken(item, before, state, content)

    def _finish(self, taken: _Taken, outcome: Outcome | None) -> None:
        """Take in what was read of an item, and commit when it is time to."""
        change = self._change(taken, outcome)
        if change is not None:
            self._pending.append(change)
        size = sum(1 + sum(len(chunks) for _, chunks in one.contents or ()) for one in self._pending)
        if size >= self.means.indexer.at_once or time.monotonic() - self._since > BATCH_SECONDS:
            self.commit()

    def _change(self, taken: _Taken, outcome: Outcome | None) -> _Change | None:
        item, before, content = taken.item, taken.before, taken.got
        if isinstance(content, Exception):
            self.failed.append(Failure(uri=item.uri, error=str(content)))
            return _Change(item, taken.state, []) if _is_doubtful(item, before) else None
        if taken.is_held:
            return self._held_back(item, before, taken.state.content_digest, content.objection)
        if outcome is None:
            return _Change(item, taken.state, None)
        if isinstance(outcome, ParseError):
            self.failed.append(Failure(uri=item.uri, error=str(outcome)))
            if _is_doubtful(item, before):
                return _Change(item, replace(taken.state, error=str(outcome)), [])
            return _Change(item, replace(before, failed_stamp=item.fingerprint, error=str(outcome)), None)
        contents, failed = documents_of(item, self.name, content, outcome)
        self.failed += failed
        unread = "\n".join(f"{one.uri}: {one.error}" for one in failed[:_PARTS_NAMED])
        return _Change(item, replace(taken.state, error=unread), contents)

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
        """Write what was read in one transaction, and have it found."""
        self.means.indexer.prepare([each for change in self._pending for each in change.contents or ()])
        with self.knowledge.batch():
            self.means.monitor.confirm()
            stored = self._written(self._pending)
        for change in stored:
            self._count(change)
        self._pending.clear()
        self.means.indexer.committed()

    def _written(self, changes: Sequence[_Change]) -> Sequence[_Change]:
        """Write them, and return those that could be; if not all at once, one by one."""
        try:
            with self.knowledge.batch():
                self._write(changes)
        except UsageError as error:
            if len(changes) > 1:
                return [one for change in changes for one in self._written([change])]
            self.failed += (Failure(uri=change.item.uri, error=str(error)) for change in changes)
            return []
        return changes

    def _write(self, changes: Sequence[_Change]) -> None:
        read = [(one.state, one.contents) for one in changes if one.contents is not None and not one.held]
        self.knowledge.put_items(self.name, read, self.actor)
        for change in changes:
            if change.held:
                withdraw = change.contents is not None
                self.knowledge.hold_item(self.name, change.state, change.held, self.actor, withdraw=withdraw)
            elif change.contents is None:
                modified = None if change.state.failed_stamp else change.item.modified
                self.knowledge.note_item(self.name, change.state, modified)

    def _count(self, change: _Change) -> None:
        if change.state.failed_stamp or not change.state.stamp:
            return
        state = self.states.get(change.item.uri)
        before = {one.version for one in state.documents.values()} if state else set()
        if change.contents is None or before == {document.version for document, _ in change.contents}:
            self._unchanged += 1
        elif state is None or not before:
            self._added += 1
        else:
            self._changed += 1


def _is_doubtful(item: Item, before: ItemState) -> bool:
    """Whether what is known of an item was judged by something else than would count now."""
    return bool(before.documents) and before.grounds != item.grounds
