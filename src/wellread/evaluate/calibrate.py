"""From readings of validation questions to the doubt above which a reader's answer is not given."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Reading:
    """The best draft of one question: how doubtful it is, and whether it would be right."""

    doubt: float
    answerable: bool
    correct: bool
    """Whether the draft is right; never for a question that has no answer."""


def refusal_limit(readings: Sequence[Reading]) -> float:
    """The doubt (0 to 1) above which to refuse.

    It maximises the mean of two shares: of the answerable questions those answered rightly, of the others those
    refused. So it does not depend on how many of each kind there are. Among equal limits the middle one is taken.
    """
    if not readings:
        raise ValueError("no readings: calibrate on at least one question of each kind")
    stops = sorted({reading.doubt for reading in readings})
    limits = [
        stops[0] / 2,
        *((low + high) / 2 for low, high in pairwise(stops)),
        (stops[-1] + 1) / 2,
    ]
    values = [balanced(readings, limit) for limit in limits]
    best = [limit for limit, value in zip(limits, values, strict=True) if value >= max(values) - 1e-12]
    return best[len(best) // 2]


def balanced(readings: Sequence[Reading], limit: float) -> float:
    """The mean of both shares when refusing above `limit`; a kind that is absent does not count."""
    answerable = [one for one in readings if one.answerable]
    others = [one for one in readings if not one.answerable]
    shares = []
    if answerable:
        shares.append(sum(one.correct and one.doubt <= limit for one in answerable) / len(answerable))
    if others:
        shares.append(sum(one.doubt > limit for one in others) / len(others))
    return sum(shares) / len(shares)
