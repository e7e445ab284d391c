"""Where files become documents cut into passages, and texts vectors: in this process, or on other machines.

Whoever synchronises hands over bytes and gets back what is in them, one answer for each file, in the order it gave
them. So what is written, and when, is the same wherever it was read (see `distributed` for other machines).
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from wellread.errors import ParseError
from wellread.index.protocol import Index
from wellread.ingest.chunk import chunk
from wellread.ingest.parse.expand import Found, expand
from wellread.ingest.sources.protocol import Content
from wellread.models.protocols import Embedder
from wellread.models.registry import open_embedder
from wellread.records.knowledge import Chunk, Entry

FILES_AHEAD = 32
"""Files that are read before they are asked for, at most: so many are read while others are embedded."""
BYTES_AHEAD = 16 * 1024**2
"""And no more once they hold so many bytes."""
AT_ONCE_SECONDS = 0.05
"""A place that takes longer for a file is slow."""
MOMENT = 0.05
"""Seconds that what is being read may still take when nobody wants it any more."""

Reader = Callable[[str, bytes], Sequence[Found]]
"""From a name and bytes to the documents there; raises ParseError. `expand`, or a worker's `read`."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One document of a file with its passages, or why there is none."""

    found: Found
    chunks: Sequence[Chunk] = ()


Outcome = Sequence[Cut] | ParseError
"""What is in a file, or why it cannot be read."""


class Builder(Protocol):
    """Builds one index faster than by embedding here and writing portion by portion."""

    @property
    def at_once(self) -> int:
        """Entries of one portion."""

    def build(self, position: int, portions: Iterable[Sequence[Entry]], done: Callable[[int], None]) -> None:
        """Make the index hold exactly the entries of `portions`, embedded, at that position of the outbox: all of them,
        or what it held before. `done` is told how many are built. Keys may not come twice.

        Raises ClusterError, StorageError.
        """


class Executor(Protocol):
    """Does the work that takes most of a synchronisation's time."""

    def read_each(self, files: Iterable[Content | None]) -> Generator[Outcome | None]:
        """One outcome for each of `files`, in their order; None for None, which keeps its place.

        It may take some of `files` ahead of the outcome that it gives, a bounded number of them. Closing the iterator
        ends what is under way. Raises ClusterError when the machines that do the work fail.
        """

    def embedder(self, setting: str) -> Embedder:
        """The embedder that settings call so. Raises UsageError (no such name), WeightsError, ClusterError."""

    def builder(self, setting: str, index: Index) -> Builder | None:
        """Who builds `index` for that embedder; None where nobody does it faster."""


def _nothing() -> None:
    """There is nothing to be ended."""


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Does it here: one file after the other, ahead of what is asked for, so that files are read while others are
    embedded. A place that is slow to give a file is asked for the next when the one before is done with.
    """

    read: Reader = expand
    """Called from one thread at a time, which need not be always the same."""
    stop: Callable[[], None] = _nothing
    """Ends what `read` is at; called from another thread. What it returns or raises then is not looked at."""
    embedder_of: Callable[[str], Embedder] = open_embedder

    def read_each(self, files: Iterable[Content | None]) -> Generator[Outcome | None]:
        ahead = _Ahead(files, self.read)
        try:
            while ahead.take():
                yield ahead.first()
        finally:
            ahead.end(self.stop)

    def embedder(self, setting: str) -> Embedder:
        return self.embedder_of(setting)

    def builder(self, setting: str, index: Index) -> None:
        return None


class _Ahead:
    """Files that were taken and are read in a thread of their own, in their order."""

    def __init__(self, files: Iterable[Content | None], read: Reader) -> None:
        self._coming = iter(files)
        self._read = read
        self._thread = ThreadPoolExecutor(1, "read")
        self._taken: deque[tuple[int, Future[Outcome] | None]] = deque()
        """Bytes, and what becomes of them; None keeps the place of a file that need not be read."""
        self._is_slow = False

    def take(self) -> bool:
        """Take what may be taken ahead; whether anything is left to be done."""
        while not self._taken or not (self._is_slow or self._is_full):
            began = time.monotonic()
            try:
                file = next(self._coming)
            except StopIteration:
                break
            self._is_slow = time.monotonic() - began > AT_ONCE_SECONDS
            reading = self._thread.submit(cut, file.name, file.data, self._read) if file else None
            self._taken.append((len(file.data) if file else 0, reading))
        return bool(self._taken)

    def first(self) -> Outcome | None:
        """Wait for the first of them, which is done with then."""
        _, reading = self._taken[0]
        outcome = reading.result() if reading else None
        self._taken.popleft()
        return outcome

    def end(self, stop: Callable[[], None]) -> None:
        """Read no more, and `stop` what is being read."""
        begun = [reading for _, reading in self._taken if reading and not reading.cancel()]
        while wait(begun, MOMENT).not_done:
            stop()  # more than once: what reads may only have been starting
        self._thread.shutdown()

    @property
    def _is_full(self) -> bool:
        return len(self._taken) >= FILES_AHEAD or sum(size for size, _ in self._taken) >= BYTES_AHEAD


def cut(name: str, data: bytes, read: Reader) -> Outcome:
    """Read the file called `name` and cut its documents into passages."""
    try:
        return [
            Cut(found, chunk(found.parsed.text, found.parsed.blocks) if found.parsed else ())
            for found in read(name, data)
        ]
    except ParseError as error:
        return error
