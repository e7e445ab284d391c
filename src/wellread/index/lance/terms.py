"""BM25 over the postings, exactly: how rare a term is, and how long an entry is beside others, is counted over the
entries that the asker may read, and nothing else has any part in a score.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wellread.index.lance.postings import Postings
from wellread.index.lance.rows import Entries
from wellread.index.lance.schema import TEXTS
from wellread.index.lance.storage import taken
from wellread.index.protocol import Proposal, Weights
from wellread.index.respelling import respelled
from wellread.index.words import K1, B, encodable, rarity, terms_of
from wellread.records.people import Principal

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one version's entries."""

    entries: Entries
    postings: Postings

    def search(
        self, query: str, principals: frozenset[Principal], limit: int, among: Collection[int] | None
    ) -> list[Proposal]:
        """Best first, equal scores by key."""
        selection = self.entries.selection(principals)
        if limit < 1 or not selection.count:
            return []
        words = self.entries.words
        mean = max(float(words[selection.numbers].mean()), 1.0)
        scores = np.zeros(len(words))
        for _, rows, counts in self._found(query, principals):
            long = 1 - B + B * words[rows] / mean
            scores[rows] += rarity(len(rows), selection.count) * counts * (K1 + 1) / (counts + K1 * long)
        chosen = np.flatnonzero(scores) if among is None else self.entries.rows_of(among)
        chosen = chosen[scores[chosen] > 0]
        if len(chosen) > limit:
            least = np.partition(scores[chosen], -limit)[-limit]
            chosen = chosen[scores[chosen] >= least]
        keys = self.entries.keys[chosen]
        order = np.lexsort((keys, -scores[chosen]))[:limit]
        return [Proposal(int(keys[place]), float(scores[chosen[place]])) for place in order]

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As the protocol has it."""
        count = self.entries.selection(principals).count
        found = {term: rarity(len(rows), count) for term, rows, _ in self._found(query, principals)}
        return Weights(found, rarity(1, max(count, 1)))

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As the protocol has it; see respelling.py."""
        found = {word: self._respelled(encodable(word), principals) for word in words if principals}
        return {word: other for word, other in found.items() if other}

    def _respelled(self, word: str, principals: frozenset[Principal]) -> str | None:
        if len(terms_of(word)) != 1 or next(self._found(word, principals), None) is not None:
            return None

        def stems_from(beginning: str, wanted: Callable[[str], bool]) -> list[str]:
            near = self.postings.beginning(beginning, wanted)
            counts = {term: len(rows) for term, rows, _ in self._readable(near, principals)}
            return sorted(counts, key=lambda term: (-counts[term], term))

        def texts_with(stem: str, most: int) -> Iterator[str]:
            for _, rows, _ in self._readable([stem], principals):
                first = rows[np.argsort(self.entries.serials[rows])[:most]]
                table = taken(self.entries.dataset, self.entries.addresses[first], TEXTS)
                for column in table.columns:
                    yield from column.to_pylist()

        return respelled(word, stems_from, texts_with)

    def _found(
        self, query: str, principals: frozenset[Principal]
    ) -> Iterator[tuple[str, Rows, npt.NDArray[np.uint32]]]:
        if self.entries.selection(principals).count:
            yield from self._readable(terms_of(query), principals)

    def _readable(
        self, terms: list[str], principals: frozenset[Principal]
    ) -> Iterator[tuple[str, Rows, npt.NDArray[np.uint32]]]:
        """Terms that readable entries have, with the rows of these and how often each has it."""
        readable = self.entries.selection(principals).readable
        for term, (serials, counts) in zip(terms, self.postings.of(terms), strict=True):
            rows = self.entries.row_of[serials]
            held = rows >= 0
            held[held] = readable[rows[held]]
            if held.any():
                yield term, rows[held], counts[held]
