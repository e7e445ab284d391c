"""What the documents are about, and where there is little: passages grouped by vectors, groups named by words.

Spherical k-means (Dhillon and Modha, 2001, doi:10.1023/A:1007612920971). It begins with passages that are far from one
another instead of random ones, so the same passages always give the same topics.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wellread.govern.shelf import Kept
from wellread.records.knowledge import Passage
from wellread.records.quality import Topic
from wellread.screen.terms import terms_of, tokens

Vectors = npt.NDArray[np.float32]

MOST_FITTED = 8_000
"""Passages that the groups are found from, drawn evenly; all are then assigned."""
_MOST_TOPICS = 40
_ROUNDS = 12
_NAMED_BY = 5
_KEPT_TERMS = 20_000
_THIN = 0.25
"""Share of the median words of a topic below which one is thin."""


def fit(vectors: Vectors, documents: int) -> Vectors:
    """Centres of the topics, unit rows; as many as the square root of half the documents, 2 to 40.

    `vectors` has shape (passages, dimensions) with unit rows. No passages give no centres.
    """
    wanted = min(max(2, round(math.sqrt(documents / 2))), _MOST_TOPICS, len(vectors))
    if not len(vectors):
        return vectors
    centres = _far_apart(vectors, wanted)
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        moved = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres).astype(np.float32)
        if np.allclose(moved, centres, atol=1e-6):
            break
        centres = moved
    return centres


def _far_apart(vectors: Vectors, wanted: int) -> Vectors:
    """The passage nearest to the middle of all, then each time one that is far from those chosen, but no outlier: the
    one at the 90th percentile of the distance."""
    middle = vectors.mean(axis=0)
    chosen = [int(np.argmax(vectors @ middle))]
    closest = vectors @ vectors[chosen[0]]
    while len(chosen) < wanted:
        order = np.argsort(closest, kind="stable")
        chosen.append(int(order[len(order) // 10]))
        closest = np.maximum(closest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].copy()


@dataclass(slots=True)
class _Tally:
    """One topic while documents are counted into it."""

    passages: int = 0
    words: int = 0
    words_of: dict[int, int] = field(default_factory=dict)
    terms: Counter[str] = field(default_factory=Counter)


class Topics:
    """Documents are added one by one; `topics` then says what they are about."""

    def __init__(self, centres: Vectors) -> None:
        self._centres = centres
        self._tallies = [_Tally() for _ in range(len(centres))]
        self._spelt: Counter[str] = Counter()
        self._all: Counter[str] = Counter()

    def add(self, number: int, passages: Sequence[Passage], vectors: Mapping[int, Vectors]) -> None:
        """Count the passages of one document; those without a vector are passed over."""
        known = [passage for passage in passages if passage.key in vectors]
        if not known or not len(self._centres):
            return
        rows = np.stack([vectors[passage.key] for passage in known])
        for passage, topic in zip(known, np.argmax(rows @ self._centres.T, axis=1).tolist(), strict=True):
            tally = self._tallies[topic]
            words = len(passage.text.split())
            tally.passages += 1
            tally.words += words
            tally.words_of[number] = tally.words_of.get(number, 0) + words
            spelt = tokens(f"{passage.heading_line} {passage.text}")
            self._spelt.update(spelt)
            told = {term for term in terms_of(spelt) if len(term) > 2 and not term[0].isdigit()}
            tally.terms.update(told)
            self._all.update(told)
            if len(tally.terms) > 2 * _KEPT_TERMS:
                tally.terms = Counter(dict(tally.terms.most_common(_KEPT_TERMS)))

    def topics(self, documents: Sequence[Kept]) -> list[Topic]:
        """The topics, those with most words first. A topic without passages is none."""
        kept = [tally for tally in self._tallies if tally.passages]
        if not kept:
            return []
        mostly: dict[str, str] = {}
        for word, _ in self._spelt.most_common():
            for term in terms_of([word]):
                mostly.setdefault(term, word)
        usual = float(np.median([tally.words for tally in kept]))
        made = [self._topic(tally, documents, usual, mostly) for tally in kept]
        return sorted(made, key=lambda topic: (-topic.words, topic.terms))

    def _topic(
        self, tally: _Tally, documents: Sequence[Kept], usual: float, mostly: Mapping[str, str]
    ) -> Topic:
        every = sum(other.passages for other in self._tallies)
        telling = sorted(
            tally.terms,
            key=lambda term: (-_telling(tally.terms[term], self._all[term], tally.passages, every), term),
        )
        most = sorted(tally.words_of, key=lambda number: (-tally.words_of[number], number))
        held = [documents[number] for number in most]
        return Topic(
            terms=tuple(mostly[term] for term in telling[:_NAMED_BY]),
            documents=len(held),
            passages=tally.passages,
            words=tally.words,
            newest=max(one.concerned.modified for one in held),
            readers=tuple(sorted({reader for one in held for reader in one.readers})),
            thin=tally.words < _THIN * usual or len(held) == 1,
            examples=tuple(one.concerned for one in held[:3]),
        )


def _telling(inside: int, everywhere: int, passages: int, every: int) -> float:
    """How much more often a term stands in a topic than elsewhere, by the log-likelihood ratio (Dunning, 1993)."""
    expected = everywhere * passages / every
    if inside <= expected:
        return 0.0
    outside, rest = everywhere - inside, everywhere * (every - passages) / every
    return inside * math.log(inside / expected) + (outside * math.log(outside / rest) if outside else 0.0)
