"""Where files become documents cut into passages, and texts vectors: in this process, or on other machines.

Whoever synchronises hands over bytes and gets back what is in them, one answer for each file, in the order it gave
them. So what is written, and when, is the same wherever it was read (see `distributed` for other machines).
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wellread.errors import ParseError
from wellread.ingest.chunk import chunk
from wellread.ingest.parse.expand import Found, expand
from wellread.ingest.sources.protocol import Content
from wellread.models.protocols import Embedder
from wellread.models.registry import open_embedder
from wellread.records.knowledge import Chunk

Reader = Callable[[str, bytes], Sequence[Found]]
"""From a name and bytes to the documents there; raises ParseError. `expand`, or a worker's `read`."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One document of a file with its passages, or why there is none."""

    found: Found
    chunks: Sequence[Chunk] = ()


Outcome = Sequence[Cut] | ParseError
"""What is in a file, or why it cannot be read."""


class Executor(Protocol):
    """Does the work that takes most of a synchronisation's time."""

    def read_each(self, files: Iterable[Content | None]) -> Generator[Outcome | None]:
        """One outcome for each of `files`, in their order; None for None, which keeps its place.

        It may take some of `files` ahead of the outcome that it gives, a bounded number of them. Closing the iterator
        ends what is under way. Raises ClusterError when the machines that do the work fail.
        """

    def embedder(self, setting: str) -> Embedder:
        """The embedder that settings call so. Raises UsageError (no such name), WeightsError, ClusterError."""


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


def cut(name: str, data: bytes, read: Reader) -> Outcome:
    """Read the file called `name` and cut its documents into passages."""
    try:
        return [
            Cut(found, chunk(found.parsed.text, found.parsed.blocks) if found.parsed else ())
            for found in read(name, data)
        ]
    except ParseError as error:
        return error
