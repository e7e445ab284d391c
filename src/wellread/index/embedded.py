"""The embedded engine: BM25 and exact vector search over one directory, without a server.

One process writes and any number read, each through an EmbeddedIndex of its own. A search looks at the
latest commit, so a change that has returned is seen by every reader's next search.

It does not know whether a passage may still be shown. It proposes; the catalogue disposes.
"""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from wellread.errors import StorageError, UsageError
from wellread.index import manifest
from wellread.index.asking import Asking, Told
from wellread.index.generation import GenerationWriter
from wellread.index.lock import WriterLock
from wellread.index.snapshot import Follower, Pinned, Snapshot
from wellread.index.vectors import Scanner
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

REBUILD_HEAP = 128_000_000
"""Bytes of terms that a rebuild holds in memory before tantivy spills them to disk."""


class EmbeddedIndex(Asking[Snapshot]):
    """Implements `index.protocol.Index`. Safe to call from several threads; writes take their turn."""

    def __init__(self, directory: Path, dimensions: int, lock: WriterLock | None) -> None:
        """Use `open`."""
        super().__init__(dimensions, Scanner())
        self._directory = directory
        self._lock = lock
        self._follower = Follower(directory, dimensions)
        self._writer: GenerationWriter | None = None
        self._turn = threading.Lock()
        self._closed = False

    @staticmethod
    def open(directory: Path, dimensions: int, *, writable: bool) -> "EmbeddedIndex":
        """The index in `directory`, made there if `writable` and absent.

        For reading, a directory without an index is an empty one until somebody makes it. Vectors of
        different embedders cannot be compared, so give every embedder a directory of its own.
        Raises BusyError (another writer), UsageError (other dimensions) and
        StorageError (damaged, or disk full).
        """
        if dimensions < 1:
            raise UsageError(f"{dimensions} is not a number of dimensions: an embedder gives at least 1")
        lock = None
        try:
            if writable:
                directory.mkdir(parents=True, exist_ok=True)
                lock = WriterLock(directory / "lock")
                _recover(directory, dimensions)
            index = EmbeddedIndex(directory, dimensions, lock)
            index._snapshot()
        except BaseException as error:
            if lock is not None:
                lock.close()
            if _refused(error):
                raise StorageError(f"the index in {directory} cannot be opened: {error}") from error
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
            writer.put(upserts, vectors)
            writer.drop(deletes)
            writer.commit(max(position, writer.position))

    def set_readers(self, position: int, readers: dict[int, frozenset[Principal]]) -> None:
        """As the protocol has it."""
        with self._writing() as writer:
            writer.assign(readers)
            writer.commit(max(position, writer.position))

    def now(self) -> Pinned:
        """As the protocol has it."""
        return Pinned(self._dimensions, self._scanner, self._snapshot())

    def rebuild(
        self,
        position: int,
        batches: Iterable[tuple[Sequence[Entry], Vectors]],
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """As the protocol has it. `on_progress` is told the number of entries taken so far.

        A key that comes twice is kept as it came last. `batches` may read from this index.
        """
        with self._turn:
            self._check_writable()
            current = manifest.read(self._directory, self._dimensions)
            number = 1 if current is None else current.generation + 1
            directory = manifest.generation_directory(self._directory, number)
            try:
                self._build(directory, position, batches, on_progress)
                with self._reporting("rebuilt"):
                    manifest.swap(
                        self._directory, manifest.Manifest(generation=number, dimensions=self._dimensions)
                    )
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
            self._abandon_writer()
            self._remove_all_but(number)

    def close(self) -> None:
        """Let go of files and locks. Calling twice is harmless."""
        with self._turn:
            self._closed = True
            try:
                if self._writer is not None:
                    self._writer.finish()
            except ValueError:
                # Merging is an economy as well: whatever was acknowledged has long been committed.
                self._abandon_writer()
            finally:
                self._writer = None
                self._follower.forget()
                self._scanner.close()
                if self._lock is not None:
                    self._lock.close()

    def __enter__(self) -> "EmbeddedIndex":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asking(self, ask: Callable[[Snapshot], Told], nothing: Told) -> Told:
        snapshot = self._snapshot()
        return nothing if snapshot is None else ask(snapshot)

    def _snapshot(self) -> Snapshot | None:
        if self._closed:
            raise UsageError(f"the index in {self._directory} was closed: open it again")
        return self._follower.latest()

    @contextmanager
    def _writing(self) -> Iterator[GenerationWriter]:
        with self._turn, self._reporting("changed"):
            self._check_writable()
            if self._writer is None:
                self._writer = self._opened_writer()
            try:
                yield self._writer
            except BaseException:
                self._abandon_writer()
                raise
            self._pack()

    def _pack(self) -> None:
        """An economy: where the disk has no room for it, the change before it is durable all the same."""
        assert self._writer is not None
        try:
            self._writer.pack()
        except BaseException as error:
            self._abandon_writer()
            if not _refused(error):
                raise

    def _opened_writer(self) -> GenerationWriter:
        current = manifest.read(self._directory, self._dimensions)
        if current is None:
            raise StorageError(f"{self._directory / manifest.NAME} has been removed: rebuild the index")
        directory = manifest.generation_directory(self._directory, current.generation)
        return GenerationWriter(directory, self._dimensions)

    def _abandon_writer(self) -> None:
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None

    def _build(
        self,
        directory: Path,
        position: int,
        batches: Iterable[tuple[Sequence[Entry], Vectors]],
        on_progress: Callable[[int], None] | None,
    ) -> None:
        with self._reporting("rebuilt"):
            if directory.exists():
                shutil.rmtree(directory)
            writer = GenerationWriter(directory, self._dimensions, heap=REBUILD_HEAP)
        try:
            taken = 0
            for (
                entries,
                vectors,
            ) in batches:  # what goes wrong in there is the caller's, and is not reported as ours
                with self._reporting("rebuilt"):
                    writer.put(entries, vectors)
                taken += len(entries)
                if on_progress is not None:
                    on_progress(taken)
            with self._reporting("rebuilt"):
                writer.commit(position)
                writer.finish()
        except BaseException:
            writer.abandon()
            raise

    def _remove_all_but(self, generation: int) -> None:
        try:
            manifest.remove_others(self._directory, generation)
        except OSError as error:
            raise StorageError(
                f"the index in {self._directory} was rebuilt, but its old files are still there ({error}): "
                "open it for writing again to remove them"
            ) from error
        self._snapshot()  # lets go of the removed files, which take room on the disk while they are open

    def _check_writable(self) -> None:
        if self._closed:
            raise UsageError(f"the index in {self._directory} was closed: open it again")
        if self._lock is None:
            raise UsageError(
                f"the index in {self._directory} was opened for reading: open it with writable=True"
            )

    @contextmanager
    def _reporting(self, done: str) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if _refused(error):
                raise StorageError(
                    f"the index in {self._directory} could not be {done} ({error}); it answers as before: "
                    "make room on the disk and try again"
                ) from error
            raise


def _refused(error: BaseException) -> bool:
    """Whether the disk or tantivy said no. Rust's panics come as a BaseException that cannot be imported."""
    return isinstance(error, OSError | ValueError) or type(error).__name__ == "PanicException"


def _recover(directory: Path, dimensions: int) -> None:
    """Make the first generation where there is none, and remove what a killed rebuild left behind."""
    current = manifest.read(directory, dimensions)
    manifest.remove_others(directory, None if current is None else current.generation)
    if current is None:
        GenerationWriter(manifest.generation_directory(directory, 1), dimensions).finish()
        manifest.swap(directory, manifest.Manifest(generation=1, dimensions=dimensions))
