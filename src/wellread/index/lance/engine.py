"""The Lance engine: exact vector search and BM25 over datasets on a folder or on S3-compatible storage.

One process writes and any number read, on as many machines, each through a LanceIndex of its own. A search looks at
the latest state, so a change that has returned is seen by every reader's next search. A reader needs no disk: what it
holds in memory (rows.py) it can read again from storage at any time.

It does not know whether a passage may still be shown. It proposes; the catalogue disposes.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from wellread.errors import StorageError, UsageError
from wellread.index.lance.asking import AskingAnew, Pinned
from wellread.index.lance.follower import Follower, Snapshot
from wellread.index.lance.lease import Lease
from wellread.index.lance.rebuild import Part, rebuild, rebuild_elsewhere
from wellread.index.lance.storage import Storage
from wellread.index.lance.trouble import Batches, Callers, Failed, passed_over, refused
from wellread.index.lance.writer import Writer
from wellread.index.lock import WriterLock
from wellread.index.vectors import Scanner
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal


class Lock(Protocol):
    """Of one writer."""

    def close(self) -> None:
        """Free it."""


class LanceIndex(AskingAnew):
    """Implements `index.protocol.Index`. Safe to call from several threads; writes take their turn."""

    def __init__(self, storage: Storage, dimensions: int, lock: Lock | None) -> None:
        """Use `open`."""
        super().__init__(storage.root, dimensions, Scanner())
        self._storage = storage
        self._lock = lock
        self._follower = Follower(storage, dimensions)
        self._writer: Writer | None = None
        self._turn = threading.Lock()
        self._closed = False

    @staticmethod
    def open(storage: Storage, dimensions: int, *, writable: bool) -> "LanceIndex":
        """The index at `storage`, made there if `writable` and absent; for reading, an absent one is an empty one.

        Raises BusyError (another writer), UsageError (other dimensions) and StorageError (damaged, full, or storage
        that does not answer).
        """
        if dimensions < 1:
            raise UsageError(f"{dimensions} is not a number of dimensions: an embedder gives at least 1")
        lock = None
        try:
            lock = locked(storage) if writable else None
            index = LanceIndex(storage, dimensions, lock)
            index._snapshot()
            if writable:
                index._writer = Writer(storage, dimensions, index._follower)
        except BaseException as error:
            if lock is not None:
                lock.close()
            if refused(error):
                raise StorageError(f"the index at {storage.root} cannot be opened: {error}") from error
            raise
        return index

    @property
    def dimensions(self) -> int:
        """Columns of the vectors."""
        return self._dimensions

    @property
    def position(self) -> int:
        """The highest outbox number that is applied and durable; 0 for a new index."""
        snapshot = self._snapshot()
        return 0 if snapshot is None else snapshot.state.position

    def now(self) -> Pinned:
        """As the protocol has it."""
        return Pinned(self, self._snapshot())

    def apply(
        self, position: int, upserts: Sequence[Entry], vectors: Vectors, deletes: Iterable[int]
    ) -> None:
        """As the protocol has it. A key in both `upserts` and `deletes` is dropped."""
        with self._writing() as writer:
            writer.apply(position, upserts, vectors, deletes)

    def set_readers(self, position: int, readers: dict[int, frozenset[Principal]]) -> None:
        """As the protocol has it."""
        with self._writing() as writer:
            writer.assign(position, readers)

    def rebuild(
        self, position: int, batches: Batches, on_progress: Callable[[int], None] | None = None
    ) -> None:
        """As the protocol has it. `on_progress` is told the number of entries taken so far.

        A key that comes twice is kept as it came last. `batches` may read from this index.
        """
        callers = Callers(batches)
        self._rebuild(callers, lambda writer, seen: rebuild(writer, seen, position, callers, on_progress))

    def rebuild_elsewhere(self, position: int, build: Callable[[Storage], Iterable[Part]]) -> None:
        """As `rebuild`, of fragments that other processes write with `build.build`.

        `build` is told where, and gives what they wrote with how many serial numbers each took, in the order of these
        numbers, which it gives out from 0 on. Keys may not come twice. All of it counts, or nothing.
        """
        failed = Failed()
        self._rebuild(
            failed,
            lambda writer, seen: rebuild_elsewhere(
                writer, seen, position, lambda place: Callers(build(place), failed)
            ),
        )

    def _rebuild(self, callers: Failed, change: Callable[[Writer, Snapshot], None]) -> None:
        with self._turn, self._reporting("rebuilt", callers):
            writer = self._opened_writer()
            seen = self._snapshot()
            assert seen is not None
            try:
                change(writer, seen)
            except BaseException:
                # What was built lies beside, and is removed by whoever writes next: now, if it can be.
                self._writer = None
                with passed_over():
                    writer.remove_others(seen.state.generation)
                raise
            writer.remove_others(seen.state.generation + 1)
            self._snapshot()

    def close(self) -> None:
        """Let go of memory, threads and the lock. Calling twice is harmless."""
        with self._turn:
            self._closed = True
            self._writer = None
            self._follower.forget()
            self._scanner.close()
            if self._lock is not None:
                self._lock.close()

    def __enter__(self) -> "LanceIndex":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _snapshot(self) -> Snapshot | None:
        if self._closed:
            raise UsageError(f"the index at {self._storage.root} was closed: open it again")
        return self._follower.latest()

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        with self._turn, self._reporting("changed"):
            writer = self._opened_writer()
            try:
                yield writer
            except UsageError:
                raise  # refused before anything was written
            except BaseException:
                self._writer = None
                raise
            try:
                writer.pack()
            except BaseException as error:
                # An economy: where there is no room for it, the change before it is durable all the same.
                self._writer = None
                if not refused(error):
                    raise

    def _opened_writer(self) -> Writer:
        if self._closed:
            raise UsageError(f"the index at {self._storage.root} was closed: open it again")
        if self._lock is None:
            raise UsageError(
                f"the index at {self._storage.root} was opened for reading: open it with writable=True"
            )
        if isinstance(self._lock, Lease):
            self._lock.check()
        if self._writer is None:
            self._writer = Writer(self._storage, self._dimensions, self._follower)
        return self._writer

    @contextmanager
    def _reporting(self, done: str, callers: Failed | None = None) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if refused(error) and (callers is None or error is not callers.failed):
                raise StorageError(
                    f"the index at {self._storage.root} could not be {done} ({error}); it answers as before: "
                    "make room there and try again"
                ) from error
            raise


def locked(storage: Storage) -> Lock:
    """The writer's lock of one place. Raises BusyError, naming who holds it."""
    if storage.folder is None:
        return Lease(storage.below("lock"))
    storage.folder.mkdir(parents=True, exist_ok=True)
    return WriterLock(storage.folder / "lock")
