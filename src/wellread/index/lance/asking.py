"""Searches over a snapshot: the latest one each time, or one and the same for the steps of one search."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

import numpy as np

from wellread.errors import StorageError
from wellread.index.acceptable import checked_question
from wellread.index.lance.follower import ATTEMPTS, Snapshot
from wellread.index.lance.held import entries_of
from wellread.index.protocol import Proposal, Weights
from wellread.index.vectors import Scanner, nearest, nearest_among
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

Told = TypeVar("Told")


class Asking(ABC):
    """What can be asked of an index that is at hand, or of what it held a moment ago."""

    def __init__(self, place: str, dimensions: int, scanner: Scanner) -> None:
        self._place = place
        self._dimensions = dimensions
        self._scanner = scanner

    @abstractmethod
    def _snapshot(self) -> Snapshot | None:
        """The latest; None while there is no index."""

    def _first(self) -> Snapshot | None:
        """What is asked first."""
        return self._snapshot()

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
        snapshot = self._first()
        return 0 if snapshot is None else snapshot.terms.entries.live

    def keys(self) -> frozenset[int]:
        """Every key held."""
        snapshot = self._first()
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

    def _asking(self, ask: Callable[[Snapshot], Told], nothing: Told) -> Told:
        """What the snapshot tells; where its files were rebuilt away meanwhile, the latest is asked."""
        failed: Exception | None = None
        snapshot = self._first()
        for _ in range(ATTEMPTS):
            if snapshot is None:
                return nothing
            try:
                return ask(snapshot)
            except (OSError, ValueError) as error:
                failed = error
                before, snapshot = snapshot, self._snapshot()
                if snapshot is before:
                    break
        raise StorageError(
            f"the index at {self._place} cannot be read ({failed}): rebuild it with `wellread reindex --anew`"
        ) from failed


class Pinned(Asking):
    """An index as it was at one moment, for as long as its files are there."""

    def __init__(self, index: Asking, snapshot: Snapshot | None) -> None:
        super().__init__(index._place, index._dimensions, index._scanner)
        self._index = index
        self._pinned = snapshot

    def _snapshot(self) -> Snapshot | None:
        return self._index._snapshot()

    def _first(self) -> Snapshot | None:
        return self._pinned
