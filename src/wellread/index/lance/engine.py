"""The Lance engine: exact vector search and BM25 over datasets on a folder or on S3-compatible storage.

One process writes and any number read, on as many machines, each through a LanceIndex of its own. A search looks at
the latest state, so a change that has returned is seen by every reader's next search. A reader needs no disk: what it
holds in memory (rows.py) it can read again from storage at any time.

It does not know whether a passage may still be shown. It proposes; the catalogue disposes.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, TypeVar

import numpy as np

from wellread.errors import StorageError, UsageError
from wellread.index.acceptable import checked_question
from wellread.index.lance.follower import ATTEMPTS, Follower, Snapshot
from wellread.index.lance.held import entries_of
from wellread.index.lance.lease import Lease
from wellread.index.lance.rebuild import rebuild
from wellread.index.lance.storage import Storage
from wellread.index.lance.writer import Writer
from wellread.index.lock import WriterLock
from wellread.index.protocol import Proposal, Weights
from wellread.index.vectors import Scanner, nearest, nearest_among
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

Told = TypeVar("Told")
Batches = Iterable[tuple[Sequence[Entry], Vectors]]


class Lock(Protocol):
    """Of one writer."""

    def close(self) -> None:
        """Free it."""


class LanceIndex:
    """Implements `index.protocol.Index`. Safe to call from several threads; writes take their turn."""

    def __init__(self, storage: Storage, dimensions: int, lock: Lock | None) -> None:
        """Use `open`."""
        self._storage = storage
        self._dimensions = dimensions
        self._lock = lock
        self._follower = Follower(storage, dimensions)
        self._scanner = Scanner()
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

    def search_terms(
        self,
        query: str,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it: any term of the query, English stems, at most 256 distinct terms."""
        return self._asking(lambda seen: seen.terms.search(query, principals, limit, among), [])

    def search_vectors(
        self,
        vector: Vectors,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it. Raises UsageError when `vector` is of another shape or not finite."""
        vector = checked_question(vector, self._dimensions)

        def ask(seen: Snapshot) -> list[Proposal]:
            rows = seen.terms.entries
            if among is not None:
                return nearest_among(rows, vector, principals, limit, among)
            return nearest(rows, vector, principals, limit, self._scanner)

        return self._asking(ask, [])

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As the protocol has it: ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that n of N entries have."""
        return self._asking(lambda seen: seen.terms.weights(query, principals), Weights({}, 1.0))

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As the protocol has it; see `index.respelling`."""
        asked = list(words)
        return self._asking(lambda seen: seen.terms.respelled(asked, principals), {})

    def count(self) -> int:
        """Entries held."""
        snapshot = self._snapshot()
        return 0 if snapshot is None else snapshot.terms.entries.live

    def keys(self) -> frozenset[int]:
        """Every key held."""
        snapshot = self._snapshot()
        return frozenset() if snapshot is None else frozenset(snapshot.terms.entries.keys_held())

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
        """As the protocol has it."""
        asked = list(keys)
        nothing: tuple[list[Entry], Vectors] = ([], np.empty((0, self._dimensions), dtype=np.float32))
        return self._asking(lambda seen: entries_of(seen.terms.entries, asked), nothing)

    def vectors(self, keys: Iterable[int]) -> dict[int, Vectors]:
        """As the protocol has it."""
        asked = list(keys)

        def ask(seen: Snapshot) -> dict[int, Vectors]:
            rows = seen.terms.entries.rows_of(asked)
            found = seen.terms.entries.floats.take(rows)
            return dict(zip(seen.terms.entries.keys[rows].tolist(), found, strict=True))

        return self._asking(ask, {})

    def rebuild(
        self, position: int, batches: Batches, on_progress: Callable[[int], None] | None = None
    ) -> None:
        """As the protocol has it. `on_progress` is told the number of entries taken so far.

        A key that comes twice is kept as it came last. `batches` may read from this index.
        """
        callers = _Callers(batches)
        with self._turn, self._reporting("rebuilt", callers):
            writer = self._opened_writer()
            seen = self._snapshot()
            assert seen is not None
            try:
                rebuild(writer, seen, position, callers, on_progress)
            except BaseException:
                # What was built lies beside, and is removed by whoever writes next: now, if it can be.
                self._writer = None
                with _passed_over():
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

    def _asking(self, ask: Callable[[Snapshot], Told], nothing: Told) -> Told:
        """What the latest snapshot tells; where that was rebuilt away meanwhile, the next one is asked."""
        failed = None
        for _ in range(ATTEMPTS):
            snapshot = self._snapshot()
            if snapshot is None:
                return nothing
            try:
                return ask(snapshot)
            except (OSError, ValueError) as error:
                if self._snapshot() is snapshot:
                    failed = error
                    break
        raise StorageError(
            f"the index at {self._storage.root} cannot be read ({failed}): rebuild it with `wellread reindex --anew`"
        ) from failed

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
    def _reporting(self, done: str, callers: "_Callers | None" = None) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if refused(error) and (callers is None or error is not callers.failed):
                raise StorageError(
                    f"the index at {self._storage.root} could not be {done} ({error}); it answers as before: "
                    "make room there and try again"
                ) from error
            raise


class _Callers:
    """Batches of whoever asks for a rebuild; what goes wrong in there is theirs, and is not reported as ours."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.failed: BaseException | None = None

    def __iter__(self) -> Iterator[tuple[Sequence[Entry], Vectors]]:
        try:
            yield from self._batches
        except GeneratorExit:
            raise
        except BaseException as error:
            self.failed = error
            raise


def locked(storage: Storage) -> Lock:
    """The writer's lock of one place. Raises BusyError, naming who holds it."""
    if storage.folder is None:
        return Lease(storage.below("lock"))
    storage.folder.mkdir(parents=True, exist_ok=True)
    return WriterLock(storage.folder / "lock")


@contextmanager
def _passed_over() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not refused(error):
            raise


def refused(error: BaseException) -> bool:
    """Whether the disk, the storage or Lance said no. Rust's panics come as a BaseException that cannot be imported."""
    return isinstance(error, OSError | ValueError | RuntimeError) or type(error).__name__ == "PanicException"
