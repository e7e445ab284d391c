"""The same words in several places count once: copies stand behind the best of them. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from wellread.records.knowledge import Hit, Passage
from wellread.records.trust import rank

LEAST_SHARE = 0.9
"""Of all runs of words that two texts have, the share that both must have."""
_RUN = 4
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+")


def gathered(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """The first `limit` hits that are no copies of a better one, each with its copies among `hits` up to there.

    Two texts that differ in a figure are no copies: last year's sum is not this year's. Of copies the most trusted one
    is shown, in the place of the best.
    """
    kept: list[Hit] = []
    texts: list[_Text] = []
    for hit in hits:
        text = _Text(hit.passage.text)
        original = next((place for place, other in enumerate(texts) if text.copies(other)), None)
        if original is not None:
            kept[original] = _with_copy(kept[original], hit.passage)
        elif len(kept) < limit:
            kept.append(hit)
            texts.append(text)
        else:
            break
    return kept


def _with_copy(first: Hit, copy: Passage) -> Hit:
    """The more trusted of the two stands in front."""
    if rank(copy.trust) > rank(first.passage.trust):
        return replace(first, passage=copy, copies=(*first.copies, first.passage))
    return replace(first, copies=(*first.copies, copy))


class _Text:
    def __init__(self, text: str) -> None:
        self._words = _WORD.findall(text.lower())
        self._figures = _FIGURE.findall(text)

    @cached_property
    def _runs(self) -> set[tuple[str, ...]]:
        return set(zip(*(self._words[at:] for at in range(_RUN)), strict=False)) or {tuple(self._words)}

    @cached_property
    def _few(self) -> list[tuple[str, ...]]:
        """More runs than a copy may lack: a text that has none of these is none."""
        runs = self._runs
        return list(islice(runs, int((1 / LEAST_SHARE - 1) * len(runs)) + 1))

    def copies(self, other: "_Text") -> bool:
        shorter, longer = sorted((len(self._words), len(other._words)))
        if shorter < LEAST_SHARE * longer or self._figures != other._figures:
            return False
        if other._runs.isdisjoint(self._few):
            return False
        shared = len(self._runs & other._runs)
        return shared >= LEAST_SHARE * (len(self._runs) + len(other._runs) - shared)
