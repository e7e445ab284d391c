"""What an engine that finds passages promises. `tests/contracts/index_contract.py` holds every engine to it.

The index is derived: it holds what is needed to propose passages, not what decides who may see them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage that an engine proposes."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms of a question are worth among the entries that one person may read."""

    terms: Mapping[str, float]
    """Inverse document frequency, above 0, of each distinct term that one of these entries has, in the question's
    order and as the engine compares terms."""
    most: float
    """What a term is worth that a single one of them has; above 0."""


class Searched(Protocol):
    """What a search asks of an index."""

    def search_terms(
        self,
        query: str,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """BM25, best first, only over entries that share a principal with `principals`.

        How rare a term is gets counted over these entries alone, so that others change nothing. Any text is a
        question: none of it is query syntax, and none of it raises. `among` limits the search to these keys; scores
        are the same with it as without.
        """

    def search_vectors(
        self,
        vector: Vectors,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """Inner product, best first, over the same rows. `vector` has shape (dimensions,)."""

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """What the question's terms are worth among the entries that share a principal with `principals`."""

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """For those of `words` that no entry has which shares a principal with `principals`: the word that one of them
        has and that is a slip of the finger or two from it."""


class Index(Searched, Protocol):
    """One writer process and any number of readers, each with this object of its own over one place."""

    @property
    def dimensions(self) -> int:
        """Columns of the vectors."""

    @property
    def position(self) -> int:
        """The highest outbox number that is applied and durable; 0 for a new index."""

    def apply(
        self, position: int, upserts: Sequence[Entry], vectors: Vectors, deletes: Iterable[int]
    ) -> None:
        """Upsert `upserts`, drop `deletes` (after, should a key be in both), record `position`.

        `vectors` has shape (len(upserts), dimensions). Of entries with the same key the last one counts.

        When it returns the change is durable and visible to every reader's next search. Killed before
        that, all or nothing of it holds after the next opening. Applying the same change again is harmless.
        Raises StorageError (disk full: the state before still answers) and BusyError (another writer).
        """

    def set_readers(self, position: int, readers: dict[int, frozenset[Principal]]) -> None:
        """Replace readers of keys, durable and visible as by `apply`; unknown keys are passed over."""

    def now(self) -> Searched:
        """What it holds now, or holds when it is asked: for a search of several steps, so that an engine whose storage
        is far away looks for changes once."""

    def count(self) -> int:
        """Entries held."""

    def keys(self) -> frozenset[int]:
        """Every key held: for comparing with the catalogue."""

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
        """The entries of `keys` as they are held, and their vectors, shape (entries, dimensions), so that the same
        text need not be embedded twice. Keys that are not held are left out; the order is the index's own.
        """

    def vectors(self, keys: Iterable[int]) -> dict[int, Vectors]:
        """The vectors, shape (dimensions,), of those of `keys` that are held, so that nothing is embedded twice."""

    def rebuild(
        self,
        position: int,
        batches: Iterable[tuple[Sequence[Entry], Vectors]],
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Build a new index from `batches` beside this one and swap; until then the old one answers.

        Afterwards nothing of entries that are not in `batches` is left on disk. A key that comes twice is kept as it
        came last; `batches` may read from this index.
        """

    def close(self) -> None:
        """Let go of files and locks. Calling twice is harmless."""

    def __enter__(self) -> Self:
        """Itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """`close`."""
