"""Where files become documents cut into passages, and texts vectors: in this process, or on other machines.

Whoever synchronises hands over bytes and gets back what is in them, one answer for each file, in the order it gave
them. So what is written, and when, is the same wherever it was read (see `distributed` for other machines).
"""

from collections.abc import Callable, Generator, Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Does it here, one file after the other: each is taken when the one before is done with."""

    read: Reader = expand
    embedder_of: Callable[[str], Embedder] = open_embedder

    def read_each(self, files: Iterable[Content | None]) -> Generator[Outcome | None]:
        for file in files:
            yield None if file is None else cut(file.name, file.data, self.read)

    def embedder(self, setting: str) -> Embedder:
        return self.embedder_of(setting)

    def builder(self, setting: str, index: Index) -> None:
        return None


def cut(name: str, data: bytes, read: Reader) -> Outcome:
    """Read the file called `name` and cut its documents into passages."""
    try:
        return [
            Cut(found, chunk(found.parsed.text, found.parsed.blocks) if found.parsed else ())
            for found in read(name, data)
        ]
    except ParseError as error:
        return error
