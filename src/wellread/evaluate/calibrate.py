"""From readings of validation questions to the doubt above which a reader's answer is not given."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

REFUSED = 0.7
"""Share of the questions without an answer that are to be refused, at least."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The best draft of one question: how doubtful it is, and whether it would be right."""

    doubt: float
    """1 where there is no draft: refused at every limit."""
    answerable: bool
    correct: bool
    """Whether the draft is right; never for a question that has no answer."""


def refusal_limit(readings: Sequence[Reading]) -> float:
    """The doubt (0 to below 1) above which to refuse.

    Of all limits that refuse at least REFUSED of the questions without an answer, those that refuse the fewest with
    one; of these the middle one. The share is fixed, and not weighed against the answers, because how many answers a
    reader finds depends on how hard the questions happen to be. It lies midway between two readings.
    """
    if not readings:
        raise ValueError("no readings: calibrate on at least one question of each kind")
    stops = sorted({0.0, 1.0, *(reading.doubt for reading in readings)})
    limits = [_between(low, high) for low, high in pairwise(stops)]
    enough = [limit for limit in limits if rightly_refused(readings, limit) >= REFUSED] or limits[:1]
    fewest = min(wrongly_refused(readings, limit) for limit in enough)
    best = [limit for limit in enough if wrongly_refused(readings, limit) == fewest]
    return best[len(best) // 2]


def moved_limit(limit: float, before: Sequence[float], after: Sequence[float]) -> float:
    """A reader's limit after more training: moved as far as its doubts of the same questions moved.

    Training on a narrow set makes a reader surer of everything. `before` and `after` are its doubts (0 to 1) of
    questions that have no answer, in the same order; the limit moves by the median of their changes in log-odds. So
    it keeps what it was set on, people's questions, of which a mined set has none.
    """
    changes = [_log_odds(new) - _log_odds(old) for old, new in zip(before, after, strict=True)]
    if not changes:
        return limit
    return 1 / (1 + math.exp(-_log_odds(limit) - median(changes)))


def _log_odds(doubt: float) -> float:
    """Finite also for doubts of 0 and 1."""
    kept = min(max(doubt, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _between(low: float, high: float) -> float:
    """The middle, or `low` where the two are neighbours among floats and the middle rounds to `high`."""
    middle = (low + high) / 2
    return middle if middle < high else low


def wrongly_refused(readings: Sequence[Reading], limit: float) -> int:
    """Answerable questions that are refused."""
    return sum(one.answerable and one.doubt > limit for one in readings)


def rightly_refused(readings: Sequence[Reading], limit: float) -> float:
    """Share of the questions without an answer that are refused; 1 when there are none."""
    doubts = [one.doubt for one in readings if not one.answerable]
    return sum(doubt > limit for doubt in doubts) / len(doubts) if doubts else 1.0
