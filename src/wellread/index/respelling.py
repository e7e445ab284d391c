"""A word that no readable entry has, and the word most like it that one has: the same for every engine.

Alike are words with the same first SURE letters that are one slip apart, two from LONG letters on; most alike are those
of the fewest slips, then of the same letters in another order, then the commonest.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from wellread.index.spelling import may_be_slip, slips_between

LONG = 10
"""Letters from which a word may be respelled by two slips."""
SURE = 2
"""Letters at the beginning that are taken to be right."""
LOOKED_AT = 8
"""Stems, the commonest first, and entries of each, whose words are compared."""

_WORD = re.compile(r"[^\W\d_]+")

Stems = Callable[[str, Callable[[str], bool]], Sequence[str]]
"""Those with a beginning that pass a test and that readable entries have, the commonest first."""
Texts = Callable[[str, int], Iterable[str]]
"""Of so many readable entries with a stem."""


def respelled(word: str, stems: Stems, texts: Texts) -> str | None:
    """What `word` is a slip of, if it is of any."""
    wanted, slips = word.lower(), 2 if len(word) >= LONG else 1
    near = stems(wanted[:SURE], lambda stem: may_be_slip(wanted, stem, slips))
    counts: Counter[str] = Counter()
    for stem in near[:LOOKED_AT]:
        for text in texts(stem, LOOKED_AT):
            counts.update(_WORD.findall(text.lower()))
    found = [
        (distance, sorted(other) != sorted(wanted), -count, other)
        for other, count in counts.items()
        if other.startswith(wanted[:SURE]) and (distance := slips_between(wanted, other, slips)) <= slips
    ]
    return min(found)[-1] if found else None
