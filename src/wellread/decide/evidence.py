"""What a difference rests on, and how many questions would settle it."""

from wellread.evaluate.statistics import questions_needed
from wellread.records.comparison import Comparison, Evidence, Pair

SMALLEST = 0.05
"""Where two arms score the same: the difference that would be worth finding, as a share of the questions."""


def questions_to_tell(pair: Pair) -> int:
    """Questions in all with which a difference like the one seen would be found four times in five.

    Where none was seen, a difference of 5 points, with at least as many questions in dispute.
    """
    difference = abs(pair.difference) or SMALLEST
    return questions_needed(difference, max((pair.only_a + pair.only_b) / pair.n, difference))


def row(comparison: Comparison, arm_a: str, arm_b: str) -> Evidence:
    """The pair with the questions in which its arms part. Raises KeyError."""
    pair = comparison.pair(arm_a, arm_b)
    right = {(outcome.arm, outcome.question): outcome.right for outcome in comparison.outcomes}
    asked = [question.id for question in comparison.questions]
    return Evidence(
        pair=pair,
        only_a=tuple(one for one in asked if right[arm_a, one] and not right[arm_b, one]),
        only_b=tuple(one for one in asked if right[arm_b, one] and not right[arm_a, one]),
    )
