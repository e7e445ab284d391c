"""How much two texts share, by their runs of five words (Broder, 1997, doi:10.1109/SEQUEN.1997.666900).

Case, punctuation and white space do not count. All measures are exact; only the search for candidates among thousands
of documents goes by a quarter of the shingles.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wellread.govern.matching import Hashes, word_hash
from wellread.screen.terms import TOKEN, tokens

WORDS = 5
"""Words of a shingle."""
SAMPLED = 4
"""One of so many shingles is kept for the search."""

_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 1], dtype=np.uint64
)
"""Odd numbers without a pattern, one for each place, so that the order of words counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that both texts have in the same order: spans in the one and in the other, and how many words."""

    first: tuple[int, int]
    second: tuple[int, int]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Shares from 0 to 1."""

    jaccard: float
    """Shingles in both, of those in either."""
    first_in_second: float
    """Shingles of the first that the second has."""
    second_in_first: float


def shingles(text: str) -> Hashes:
    """A hash for each run of five words, in text order; none for a shorter text."""
    hashes = np.array([word_hash(word) for word in tokens(text)], dtype=np.uint64)
    if len(hashes) < WORDS:
        return np.empty(0, dtype=np.uint64)
    length = len(hashes) - WORDS + 1
    made = np.zeros(length, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        made += hashes[place : place + length] * factor
    mixed: Hashes = made ^ (made >> np.uint64(29))
    return mixed


def sampled(hashes: Hashes) -> Hashes:
    """The quarter that is searched by: chosen by the hash, so that equal shingles are chosen in every text."""
    chosen: Hashes = hashes[hashes % np.uint64(SAMPLED) == 0]
    return chosen


def overlap(first: Hashes, second: Hashes) -> Overlap:
    """What two texts share."""
    one, two = np.unique(first), np.unique(second)
    shared = len(np.intersect1d(one, two, assume_unique=True))
    either = len(one) + len(two) - shared
    return Overlap(
        jaccard=shared / either if either else 0.0,
        first_in_second=shared / len(one) if len(one) else 0.0,
        second_in_first=shared / len(two) if len(two) else 0.0,
    )


def longest_run(texts: tuple[str, str], hashes: tuple[Hashes, Hashes]) -> Run | None:
    """The longest stretch of the first text that stands in the second word for word; None where no shingle does."""
    first, second = hashes
    places: dict[int, int] = {}
    for place, value in enumerate(second.tolist()):
        places.setdefault(value, place)
    best = (0, 0, 0)
    at = 0
    values: npt.NDArray[np.uint64] = first
    wanted = values.tolist()
    while at < len(wanted):
        there = places.get(wanted[at])
        if there is None:
            at += 1
            continue
        length = 1
        while (
            at + length < len(wanted)
            and there + length < len(second)
            and wanted[at + length] == second[there + length]
        ):
            length += 1
        best = max(best, (length, -at, there))
        at += length
    if not best[0]:
        return None
    length, begin, there = best[0] + WORDS - 1, -best[1], best[2]
    return Run(first=_span(texts[0], begin, length), second=_span(texts[1], there, length), words=length)


def _span(text: str, first: int, words: int) -> tuple[int, int]:
    spans = (
        [match.span() for match in TOKEN.finditer(text.lower())]
        if len(text.lower()) == len(text)
        else _spans(text)
    )
    return spans[first][0], spans[first + words - 1][1]


def _spans(text: str) -> list[tuple[int, int]]:
    """Where small letters are not as long as the capitals, they are made one by one."""
    one_by_one = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return [match.span() for match in TOKEN.finditer(one_by_one)]
