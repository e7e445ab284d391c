"""What a passage's own text says for it, beyond the scores of both halves. Pure functions over the best candidates.

| evidence | says |
| --- | --- |
| `near` | words that stand together in the question stand together here |
| `named` | the question calls the document by its title or file name |

`docs/design/ranking.md` has what each of them brings, and what was tried and left out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from wellread.index.protocol import Weights
from wellread.index.words import analyzer, encodable

WINDOW = 8
"""Words between two that are still near each other."""
CLOSE = 2
"""Words between two that count fully; farther apart, or in the other order, they count half."""

NEAR = 0.5
"""What a pair counts beside a word."""
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SATURATION = 1.2
"""k1 of BM25, for pairs."""


class Nearness:
    """How much pairs of neighbouring question words occur near each other in texts."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """`weights`: the question's terms in their order, each with what it is worth."""
        terms = list(weights)
        # A pair is worth what the commoner of its words is: "of" beside a rare word says no more than the rare word.
        self._pairs = {
            (first, second): min(weights[first], weights[second]) for first, second in pairwise(terms)
        }
        self._terms = frozenset(terms)
        # The stemmer changes a word's last letter at most, but for a few irregular words.
        starts = sorted({re.escape(term[:-1] if len(term) > 3 else term) for term in terms})
        self._pattern = re.compile(rf"\b(?:{'|'.join(starts)})\w*") if self._pairs else None

    def of(self, text: str) -> float:
        """At least 0, on the scale of BM25."""
        if self._pattern is None:
            return 0.0
        plain = _plain(text)
        found = [
            (match.start(), match.end(), stem)
            for match in self._pattern.finditer(plain)
            if (stem := _stem(match.group())) in self._terms
        ]
        counts: defaultdict[tuple[str, str], float] = defaultdict(float)
        for place, (_, end, first) in enumerate(found):
            for start, _, second in found[place + 1 : place + 1 + WINDOW]:
                between = plain.count(" ", end, start) + plain.count("\n", end, start)
                if between > WINDOW:
                    break
                if (first, second) in self._pairs:
                    counts[first, second] += 1.0 if between <= CLOSE else 0.5
                elif (second, first) in self._pairs:
                    counts[second, first] += 0.5
        return NEAR * sum(
            self._pairs[pair] * count * (_SATURATION + 1) / (count + _SATURATION)
            for pair, count in counts.items()
        )


def named(weights: Weights, *names: str) -> float:
    """How far the question calls something by one of `names`: 0 to 1, the best of them.

    The share of the name's words that the question has, squared, since half a name is hardly the name; less where
    these words are common, while a word that one entry alone has counts fully.
    """
    return max((_named(weights, name) for name in names), default=0.0)


def _named(weights: Weights, name: str) -> float:
    words = words_of(name)
    shared = words & weights.terms.keys()
    if not shared:
        return 0.0
    rarity = sum(weights.terms[word] for word in shared)
    return (len(shared) / len(words)) ** 2 * min(1.0, rarity / weights.most)


@lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a name as the index compares them, without "the", "of" and their like."""
    return frozenset(analyzer(without_stop_words=True).analyze(encodable(name)))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    found: Sequence[str] = analyzer().analyze(encodable(word))
    return found[0] if len(found) == 1 else ""


def _plain(text: str) -> str:
    """In lower case, without accents."""
    lower = text.lower()
    if lower.isascii():
        return lower
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", lower))
