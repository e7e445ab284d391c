"""What documents said before is brought in from their source's history, or kept from one synchronisation to the next.

    option says so -> versions since the last time, oldest first -> read, parse, chunk -> commit in batches

A source that knows its history (`Versioned`, as Git does) tells when each version held. Of any other a new version
counts from the synchronisation that met it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.executor import Reader, cut
from wellread.ingest.sources.protocol import Item, Source, Version, Versioned
from wellread.ingest.sync import documents_of
from wellread.records.history import OPTION, History
from wellread.records.knowledge import Chunk, Document

if TYPE_CHECKING:
    from wellread.catalogue.catalogue import Catalogue

VERSIONS_TOGETHER = 50
"""About so many are committed at once, whole commits of the source always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Whose history is kept, where, and how bytes become documents."""

    source: Source
    name: str
    options: Mapping[str, str]
    catalogue: "Catalogue"
    read: Reader


def keep_history(work: Keeping, now: str) -> int:
    """Make what is kept of the past what the source's option says; returns how many versions came in.

    To be called after a synchronisation, at the moment `now`. Of documents that are not there, and whose past was not
    kept while they were, nothing is brought in: nobody could say who may read it. A version that cannot be read
    leaves the one before it holding. Where the history was rewritten, what was kept is replaced as a whole.
    It can be interrupted anywhere: the next call does the rest.
    """
    past = work.catalogue.past
    history = History.parse(work.options)
    if history is None:
        if past.is_kept(work.name):
            past.forget_source(work.name)
        return 0
    wanted = work.options[OPTION]
    reached = past.reached(work.name, wanted)
    if reached is None:
        past.forget_source(work.name)  # what was kept under another option, or not to its end
    if not isinstance(work.source, Versioned):
        with work.catalogue.knowledge.batch():
            past.reach(work.name, wanted, "")
            return past.keep_current(work.name, now)
    try:
        versions = _first(work.source.versions(reached or None))
    except NotFoundError:
        past.forget_source(work.name)
        versions = _first(work.source.versions(None))
    count = _Import(work, wanted, history, past.known(work.name)).take(versions)
    # What came back after it was erased, or can be read only now, counts from now on.
    return count + past.keep_current(work.name, now)


def _first(versions: Iterator[Version]) -> Iterator[Version]:
    """`versions`, after what is wrong with them has come out."""
    first = next(versions, None)
    return iter(()) if first is None else _chained(first, versions)


def _chained(first: Version, rest: Iterator[Version]) -> Iterator[Version]:
    yield first
    yield from rest


@dataclass(slots=True)
class _Change:
    """What an item became: its documents, or nothing where it was taken away."""

    item: str
    since: str
    contents: Sequence[tuple[Document, list[Chunk]]]


@dataclass(slots=True)
class _Import:
    work: Keeping
    wanted: str
    history: History
    known: Mapping[str, str]
    """By id, the item of each document whose past is kept."""
    _changes: list[_Change] = field(default_factory=list)
    _before: dict[str, Version] = field(default_factory=dict)
    """By item, the last version from before the first moment that is wanted."""
    _count: int = 0

    def take(self, versions: Iterator[Version]) -> int:
        """Read and commit them; returns how many."""
        commit = ""
        for version in versions:
            if commit and version.commit != commit and len(self._changes) >= VERSIONS_TOGETHER:
                self._write(commit)
            commit = version.commit
            if version.modified < self.history.since:
                self._before[version.uri] = version
            else:
                self._read_before()
                self._read(version)
        self._read_before()
        if commit:
            self._write(commit)
        return self._count

    def _read_before(self) -> None:
        for version in self._before.values():
            if version.stamp is not None:
                self._read(version)
        self._before.clear()

    def _read(self, version: Version) -> None:
        if version.uri not in set(self.known.values()):
            return
        since = max(version.modified, self.history.since)
        if version.stamp is None:
            self._changes.append(_Change(version.uri, since, ()))
            return
        assert isinstance(self.work.source, Versioned)
        item = Item(
            uri=version.uri, modified=version.modified, size=0, readers=frozenset(), stamp=version.stamp
        )
        with suppress(ParseError):
            content = self.work.source.read_version(version)
            outcome = cut(content.name, content.data, self.work.read)
            if isinstance(outcome, ParseError):
                return
            contents, _ = documents_of(item, self.work.name, content, outcome)
            held = [(document, chunks) for document, chunks in contents if document.id in self.known]
            self._changes.append(_Change(version.uri, since, held))

    def _write(self, commit: str) -> None:
        """All that was read, with how far that is, in one transaction."""
        past = self.work.catalogue.past
        with self.work.catalogue.knowledge.batch():
            for change in self._changes:
                here = {document.id for document, _ in change.contents}
                past.end(self.work.name, change.item, change.since, but=here)
                for document, chunks in change.contents:
                    with suppress(UsageError):  # as a synchronisation passes over what cannot be stored
                        past.put(document, chunks, change.since)
            past.reach(self.work.name, self.wanted, commit)
        self._count += len(self._changes)
        self._changes.clear()
