"""Outcomes counted: one result for each arm, one difference for each two."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from wellread.errors import UsageError
from wellread.evaluate import testsets
from wellread.evaluate.statistics import bootstrap_interval, mcnemar_mid_p, paired_difference
from wellread.evaluate.testsets import TestSet
from wellread.records.comparison import ArmResult, Comparison, Conditions, LeftOut, Outcome, Pair

Cost = Callable[[str, float, float], float]
"""Money for one question, from the arm's name, its mean milliseconds and its mean tokens."""

INTERRUPTED = "the run was ended before it was asked"


def summarise(outcomes: Sequence[Outcome], test: TestSet, conditions: Conditions, cost: Cost) -> Comparison:
    """The comparison that `outcomes` make; questions of `test` without outcomes are counted as left out.

    The bootstrap's seed is `conditions.seeds["bootstrap"]` (0 when absent), so the same outcomes give the
    same figures. Raises UsageError without outcomes, or when an arm misses a question that another one has.
    """
    seed = conditions.seeds.get("bootstrap", 0)
    by_arm = _by_arm(outcomes)
    asked = {outcome.question for outcome in outcomes}
    questions = tuple(question for question in test.questions if question.id in asked)
    missing = len(test.questions) - len(questions)
    left_out = test.left_out + ((LeftOut(reason=INTERRUPTED, count=missing),) if missing else ())
    answerable = sum(question.answer is not None for question in questions)
    return Comparison(
        arms=tuple(count_arm(own, answerable, cost, seed) for own in by_arm.values()),
        pairs=tuple(compare(one, other, seed) for one, other in combinations(by_arm.values(), 2)),
        outcomes=tuple(outcomes),
        questions=questions,
        left_out=left_out,
        warnings=testsets.warnings(questions),
        conditions=conditions,
    )


def count_arm(outcomes: Sequence[Outcome], answerable: int, cost: Cost, seed: int = 0) -> ArmResult:
    """The outcomes of one arm, counted."""
    n, arm = len(outcomes), outcomes[0].arm
    milliseconds = np.array([outcome.milliseconds for outcome in outcomes])
    tokens = sum(outcome.tokens for outcome in outcomes)
    correct = sum(outcome.correct for outcome in outcomes)
    each = cost(arm, float(milliseconds.mean()), tokens / n)
    return ArmResult(
        arm=arm,
        questions=n,
        answerable=answerable,
        correct=correct,
        rightly_abstained=sum(outcome.right_refusal for outcome in outcomes),
        wrongly_abstained=sum(outcome.wrong_refusal for outcome in outcomes),
        cited=sum(outcome.cited_right is True for outcome in outcomes),
        failed=sum(outcome.failure is not None for outcome in outcomes),
        score=sum(outcome.right for outcome in outcomes) / n,
        interval=bootstrap_interval([float(outcome.right) for outcome in outcomes], seed=seed),
        p50_ms=float(np.percentile(milliseconds, 50)),
        p95_ms=float(np.percentile(milliseconds, 95)),
        tokens=tokens,
        cost_per_question=each,
        cost_per_correct=each * n / correct if correct else None,
    )


def compare(one: Sequence[Outcome], other: Sequence[Outcome], seed: int = 0) -> Pair:
    """Two arms over the same questions in the same order."""
    only_a = sum(a.right and not b.right for a, b in zip(one, other, strict=True))
    only_b = sum(b.right and not a.right for a, b in zip(one, other, strict=True))
    difference = paired_difference([float(b.right) for b in other], [float(a.right) for a in one], seed=seed)
    return Pair(
        arm_a=one[0].arm,
        arm_b=other[0].arm,
        difference=difference.estimate,
        interval=difference.interval,
        p_value=mcnemar_mid_p(only_a, only_b),
        only_a=only_a,
        only_b=only_b,
        n=len(one),
    )


def _by_arm(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.arm, {})[outcome.question] = outcome
    if not found:
        raise UsageError(
            "there are no outcomes to count: the run was ended before the first question was answered"
        )
    first, *others = found
    for other in others:
        apart = found[first].keys() ^ found[other].keys()
        if apart:
            raise UsageError(
                f"{first} and {other} answered different questions ({min(apart)!r} in one only): arms are "
                "compared over the same questions; count only those that every arm has"
            )
    order = list(found[first])
    return {arm: [own[question] for question in order] for arm, own in found.items()}
