"""What can be asked of the embedded engine: of its latest snapshot each time, or of one for the steps of a search."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable

from wellread.index.acceptable import checked_question
from wellread.index.protocol import Proposal, Weights
from wellread.index.snapshot import Snapshot
from wellread.index.vectors import Scanner, nearest, nearest_among
from wellread.models.protocols import Vectors
from wellread.records.people import Principal


class Asking(ABC):
    """Implements `index.protocol.Searched`."""

    def __init__(self, dimensions: int, scanner: Scanner) -> None:
        self._dimensions = dimensions
        self._scanner = scanner

    @abstractmethod
    def _snapshot(self) -> Snapshot | None:
        """What is asked; None while there is no index."""

    def search_terms(
        self,
        query: str,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it: any term of the query, English stems, at most 256 distinct terms."""
        snapshot = self._snapshot()
        if snapshot is None:
            return []
        # Asking nothing of entries that may all be read lets tantivy pass over those that cannot be among the best.
        all_readable = _reads_all(snapshot, principals)
        return snapshot.terms.search(query, principals, limit, among, all_readable=all_readable)

    def search_vectors(
        self,
        vector: Vectors,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
    ) -> list[Proposal]:
        """As the protocol has it. Raises UsageError when `vector` is of another shape or not finite."""
        vector = checked_question(vector, self._dimensions)
        snapshot = self._snapshot()
        if snapshot is None:
            return []
        if among is not None:
            return nearest_among(snapshot.rows, vector, principals, limit, among)
        return nearest(snapshot.rows, vector, principals, limit, self._scanner)

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As the protocol has it: ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that n of N entries have."""
        snapshot = self._snapshot()
        if snapshot is None:
            return Weights({}, 1.0)
        return snapshot.terms.weights(query, None if _reads_all(snapshot, principals) else principals)

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As the protocol has it; see `TermsSnapshot.respelled`."""
        snapshot = self._snapshot()
        return {} if snapshot is None else snapshot.terms.respelled(words, principals)


class Pinned(Asking):
    """An index as it was at one moment."""

    def __init__(self, dimensions: int, scanner: Scanner, snapshot: Snapshot | None) -> None:
        super().__init__(dimensions, scanner)
        self._pinned = snapshot

    def _snapshot(self) -> Snapshot | None:
        return self._pinned


def _reads_all(snapshot: Snapshot, principals: frozenset[Principal]) -> bool:
    return snapshot.rows.live > 0 and snapshot.rows.selection(principals).count == snapshot.rows.live
