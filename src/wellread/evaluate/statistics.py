"""How sure a score is: bootstrap and Wilson intervals, McNemar's test, and how many questions it takes.

All intervals are of 95%, all tests two-sided. Everything is deterministic given its seed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from wellread.errors import UsageError
from wellread.records.comparison import Interval, Pair

SAMPLES = 10_000
LEVEL = 0.05
_FEW_DISTINCT = 50
_Z = NormalDist().inv_cdf(0.975)


def wilson_interval(successes: int, n: int) -> Interval:
    """Interval of a share (Wilson 1927): honest near 0 and 1, where others shrink to a point.

    Raises UsageError for n < 1.
    """
    if not 0 <= successes <= n or n < 1:
        raise UsageError(f"{successes} of {n} is no share: n must be at least 1 and hold the successes")
    share = successes / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    # At the ends the bound is exact; rounding must not push it past the share.
    return Interval(
        0.0 if successes == 0 else max(0.0, middle - half), 1.0 if successes == n else min(1.0, middle + half)
    )


def bootstrap_interval(
    values: Sequence[float],
    *,
    lowest: float = 0.0,
    highest: float = 1.0,
    level: float = 0.95,
    seed: int = 0,
    samples: int = SAMPLES,
) -> Interval:
    """Percentile bootstrap interval of the mean (Efron 1979) of values that can lie in [lowest, highest].

    It holds the mean with probability `level`, and misses it as often below as above.

    Drawing n of n values with replacement and counting them is one multinomial draw over the distinct values:
    where these are few, as for right or wrong, that takes milliseconds however many questions there are.

    When all n values are equal, resampling knows no other and would claim certainty. Then the interval
    reaches as far as the share of unlike values that n equal ones leave possible (Wilson's bound for 0 of n).

    Raises UsageError without values.
    """
    given = np.asarray(values, dtype=np.float64)
    if given.size == 0:
        raise UsageError("an interval of no values was asked for: give at least one outcome")
    distinct, counts = np.unique(given, return_counts=True)
    if distinct.size == 1:
        only, unseen = float(distinct[0]), wilson_interval(0, given.size).high
        return Interval(only - unseen * (only - lowest), only + unseen * (highest - only))
    means = _resampled_means(distinct, counts, samples, np.random.default_rng(seed))
    outside = 50 * (1 - level)
    low, high = np.percentile(means, (outside, 100 - outside))
    return Interval(float(low), float(high))


def _resampled_means(
    distinct: npt.NDArray[np.float64], counts: npt.NDArray[np.intp], samples: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    n = int(counts.sum())
    if distinct.size <= _FEW_DISTINCT:
        return np.asarray(rng.multinomial(n, counts / n, size=samples) @ distinct / n)
    given = np.repeat(distinct, counts)
    chunk = max(1, 2_000_000 // n)  # bounds memory to some 30 MB however many values there are
    sizes = [min(chunk, samples - done) for done in range(0, samples, chunk)]
    return np.concatenate([given[rng.integers(n, size=(size, n))].mean(axis=1) for size in sizes])


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of `second - first` over pairs, and its interval."""

    estimate: float
    interval: Interval


def paired_difference(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Difference:
    """How much better `second` is than `first`, question by question; scores lie in [0, 1].

    Questions are resampled with both outcomes together, so what makes a question hard for both cancels out.
    Exchanging the two changes signs and nothing else: the draws are made in one of both orders, whichever is asked.
    Raises UsageError without pairs or for unequal lengths.
    """
    if len(first) != len(second):
        raise UsageError(
            f"{len(first)} and {len(second)} scores cannot be paired: score the same questions twice"
        )
    differences = [two - one for one, two in zip(first, second, strict=True)]
    forth, back = sorted(differences), sorted(-difference for difference in differences)
    low, high = bootstrap_interval(max(forth, back), lowest=-1.0, seed=seed)
    if forth == back:
        low, high = (low - high) / 2, (high - low) / 2
    elif forth < back:
        low, high = -high, -low
    return Difference(math.fsum(differences) / len(differences), Interval(low, high))


def mcnemar_mid_p(only_a: int, only_b: int) -> float:
    """Two-sided mid-p of McNemar's test over the discordant questions; 1 without any.

    Mid-p counts half of the probability of what was seen. It keeps its level with few discordant questions,
    where the chi-squared form does not, without the exact form's loss of power (Fagerland, Lydersen and Laake
    2013).
    """
    n, fewer = only_a + only_b, min(only_a, only_b)
    if only_a == only_b:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(fewer + 1))
    return float((2 * tail - math.comb(n, fewer)) / 2**n)


def cohen_kappa(one: Sequence[bool], other: Sequence[bool]) -> float | None:
    """Agreement beyond chance of two who said yes or no of the same things (Cohen 1960): (p - e) / (1 - e), where p is
    the share on which they agree and e the share that two who draw at their own rates would agree on.

    None where e is 1: both always said the same one word, and nothing is beyond chance. Raises UsageError without
    anything said, or for unequal lengths.
    """
    if len(one) != len(other) or not one:
        raise UsageError(
            f"{len(one)} and {len(other)} verdicts cannot be compared: have both judge the same answers"
        )
    n = len(one)
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    yes, also = sum(one) / n, sum(other) / n
    chance = yes * also + (1 - yes) * (1 - also)
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def tells_apart(pair: Pair) -> bool:
    """Whether the difference can be told from chance: its interval excludes zero, and the test agrees.

    The bootstrap alone says yes too soon: with four questions that only one arm gets right and none that only
    the other does, its interval excludes zero, and a fair coin would do that one time in eight.
    """
    return not pair.interval.includes(0.0) and pair.p_value < LEVEL


def questions_needed(difference: float, discordance: float, power: float = 0.8) -> int:
    """Questions on which a paired test would find `difference` with probability `power` (Connor 1987).

    `discordance` is the share of questions that just one of the two arms gets right;
    n = (z sqrt(discordance) + z_power sqrt(discordance - difference^2))^2 / difference^2.
    Raises UsageError for a difference of 0 or above the discordance: neither can be found nor be.
    """
    if not 0 < abs(difference) <= discordance <= 1:
        raise UsageError(
            f"a difference of {difference} with a discordance of {discordance} cannot be: "
            "the difference is at most the discordance, and not 0"
        )
    spread = math.sqrt(discordance - difference**2)
    reach = _Z * math.sqrt(discordance) + NormalDist().inv_cdf(power) * spread
    return math.ceil((reach / difference) ** 2)
