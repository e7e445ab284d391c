"""Chance that is decided by content: the same parts give the same draw on every machine and in every
order."""

import random

from wellread.records.identity import identify


def draw(*parts: object) -> float:
    """Uniform in [0, 1)."""
    return int(_digits(parts), 16) / 16**32


def shuffler(*parts: object) -> random.Random:
    """A generator of its own, seeded by the parts."""
    return random.Random(int(_digits(parts), 16))


def _digits(parts: tuple[object, ...]) -> str:
    return identify("draw", [str(part) for part in parts]).rpartition("_")[2]
