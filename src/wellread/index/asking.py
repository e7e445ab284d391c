"""What can be asked of an engine's commit, whichever engine it is: each engine says how a commit is come by."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from typing import Generic, Protocol, TypeVar

import numpy as np

from wellread.index.acceptable import checked_question
from wellread.index.protocol import Proposal, Weights
from wellread.index.rowset import RowSet
from wellread.index.vectors import Scanner, nearest, nearest_among
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal


class Commit(Protocol):
    """The terms and rows of one commit. The methods are those of `index.protocol.Index`."""

    @property
    def rows(self) -> RowSet:
        """The vectors, and who may read what they stand for."""

    def search_terms(
        self, query: str, principals: frozenset[Principal], limit: int, among: Collection[int] | None
    ) -> list[Proposal]: ...

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights: ...

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]: ...

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]: ...


Seen = TypeVar("Seen", bound=Commit)
Told = TypeVar("Told")


class Asking(ABC, Generic[Seen]):
    """Implements what `index.protocol.Index` can be asked, by asking a commit."""

    def __init__(self, dimensions: int, scanner: Scanner) -> None:
        self._dimensions = dimensions
        self._scanner = scanner

    @abstractmethod
    def _asking(self, ask: Callable[[Seen], Told], nothing: Told) -> Told:
        """What the commit tells; `nothing` while there is no index."""

    def search_terms(
        self,
        query: str,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it: any term of the query, English stems, at most 256 distinct terms."""
        return self._asking(lambda seen: seen.search_terms(query, principals, limit, among), [])

    def search_vectors(
        self,
        vector: Vectors,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it. Raises UsageError when `vector` is of another shape or not finite."""
        vector = checked_question(vector, self._dimensions)

        def ask(seen: Seen) -> list[Proposal]:
            if among is not None:
                return nearest_among(seen.rows, vector, principals, limit, among)
            return nearest(seen.rows, vector, principals, limit, self._scanner)

        return self._asking(ask, [])

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As the protocol has it: ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that n of N entries have."""
        return self._asking(lambda seen: seen.weights(query, principals), Weights({}, 1.0))

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As the protocol has it; see `index.respelling`."""
        asked = list(words)
        return self._asking(lambda seen: seen.respelled(asked, principals), {})

    def count(self) -> int:
        """Entries held."""
        return self._asking(lambda seen: seen.rows.live, 0)

    def keys(self) -> frozenset[int]:
        """Every key held."""
        return self._asking(lambda seen: frozenset(seen.rows.keys_held()), frozenset())

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
        """As the protocol has it."""
        asked = list(keys)
        nothing: tuple[list[Entry], Vectors] = ([], np.empty((0, self._dimensions), dtype=np.float32))
        return self._asking(lambda seen: seen.held(asked), nothing)

    def vectors(self, keys: Iterable[int]) -> dict[int, Vectors]:
        """As the protocol has it."""
        asked = list(keys)

        def ask(seen: Seen) -> dict[int, Vectors]:
            rows = seen.rows.rows_of(asked)
            return dict(zip(seen.rows.keys[rows].tolist(), seen.rows.floats.take(rows), strict=True))

        return self._asking(ask, {})
