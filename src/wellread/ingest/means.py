"""What a synchronisation is done with: who reads, who makes it findable, and who is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wellread.ingest.executor import Executor, LocalExecutor
from wellread.records.knowledge import Chunk, Document

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


class Indexer:
    """Who makes found what is committed. This one leaves it to whoever comes after."""

    at_once = 256
    """Items and passages that are committed together, at most but for the last item."""

    def prepare(self, contents: Sequence[tuple[Document, Sequence[Chunk]]]) -> None:
        """Do what takes long for these documents, which are about to be committed: from then on until `committed` is
        done, what they said before is not found any more, and what they say now not yet."""

    def committed(self) -> None:
        """Called after every commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a synchronisation is done with, and who is told of it."""

    executor: Executor = field(default_factory=LocalExecutor)
    """Makes documents of bytes."""
    indexer: Indexer = field(default_factory=Indexer)
    on_progress: Progress | None = None
    monitor: Monitor = field(default_factory=Monitor)
