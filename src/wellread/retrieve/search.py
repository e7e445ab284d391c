"""From a question and a reader to confirmed passages: filter, search, fuse, confirm.

The reader's principals go into both index queries, so they shape what is found before anything is ranked; the
catalogue then confirms every proposal, so that a passage deleted or closed a moment ago is never returned, however far
the index lags.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellread.catalogue.catalogue import Catalogue
from wellread.index.protocol import Index, Proposal
from wellread.models.protocols import Embedder
from wellread.records.knowledge import Hit, Passage
from wellread.records.people import Principal
from wellread.retrieve.fuse import convex_combination

DEPTH = 60
"""Proposals asked of each half before fusion."""
SPARE = 5
"""Proposals confirmed beyond those wanted, in case some are gone."""


@dataclass(frozen=True, slots=True)
class Found:
    """Confirmed hits, best first, and how long the parts took, in milliseconds."""

    hits: tuple[Hit, ...]
    embed_ms: float
    search_ms: float


@dataclass(frozen=True, slots=True)
class Searcher:
    """Search over one catalogue and the index derived from it."""

    catalogue: Catalogue
    index: Index
    embedder: Embedder

    def search(self, question: str, principals: frozenset[Principal], limit: int) -> Found:
        """At most `limit` passages that `principals` may read. No principals, an empty question: no hits."""
        if not principals or not question.strip() or limit < 1:
            return Found((), 0.0, 0.0)
        started = time.perf_counter()
        vector = self.embedder.embed([question])[0]
        embedded = time.perf_counter()
        depth = max(DEPTH, limit * 2)
        while True:
            terms = self.index.search_terms(question, principals, depth)
            vectors = self.index.search_vectors(vector, principals, depth)
            fused = convex_combination([terms, vectors])
            confirmed = self._confirm(fused, principals, limit)
            exhausted = len(terms) < depth and len(vectors) < depth
            if len(confirmed) >= limit or exhausted:
                break
            depth *= 4  # the index lags far behind deletions: look deeper
        ranks = _ranks({"terms": terms, "vectors": vectors})
        hits = tuple(
            Hit(passage=passage, score=one.score, ranks=ranks[one.key]) for one, passage in confirmed[:limit]
        )
        ended = time.perf_counter()
        return Found(hits, (embedded - started) * 1000, (ended - embedded) * 1000)

    def _confirm(
        self, fused: Sequence[Proposal], principals: frozenset[Principal], limit: int
    ) -> list[tuple[Proposal, Passage]]:
        """The first `limit` or more that the catalogue confirms. Nearly all are, so it is asked for few at a time."""
        confirmed: list[tuple[Proposal, Passage]] = []
        size = limit + SPARE
        for start in range(0, len(fused), size):
            part = fused[start : start + size]
            passages = self.catalogue.knowledge.confirm([one.key for one in part], principals)
            confirmed += [(one, passages[one.key]) for one in part if one.key in passages]
            if len(confirmed) >= limit:
                break
        return confirmed


def _ranks(lists: Mapping[str, list[Proposal]]) -> dict[int, dict[str, int]]:
    ranks: dict[int, dict[str, int]] = {}
    for name, proposals in lists.items():
        for rank, proposal in enumerate(proposals, start=1):
            ranks.setdefault(proposal.key, {})[name] = rank
    return ranks
