"""Which arm to take: the best one, unless a cheaper one cannot be told from it."""

from collections.abc import Sequence

from wellread.decide.cost import simplicity
from wellread.decide.evidence import SMALLEST, questions_to_tell, row
from wellread.errors import UsageError
from wellread.evaluate.arms import ARMS, CLOSED_BOOK
from wellread.evaluate.figures import (
    in_sentence,
    p_value,
    per_thousand,
    percent,
    percents,
    points,
    points_between,
)
from wellread.evaluate.statistics import tells_apart
from wellread.pages.words import capital, count
from wellread.records.comparison import Advice, Advised, ArmResult, Comparison, Pair

_ADVICE: dict[str, Advised] = {"base": "base", "rag": "rag", "tuned": "tuning", "tuned+rag": "both"}

LIMIT = 0.2
"""Share of questions wrongly refused, or of unanswerable ones answered anyway, above which we warn."""


def advise(comparison: Comparison) -> Advice:
    """The advice that `comparison` bears out.

    1. The best arm is the one with the highest score; among equals the cheapest.
    2. Among the arms that are cheaper, those that cannot be told from it are as good. The cheapest of these
       is taken; without any, the best is. Costs are compared in two figures, since more is noise; among
       equals the arm with less to keep up is cheaper (no adapter, then no index).
    3. When no other arm at all can be told from the best, the advice is `no difference`.

    One arm alone is advised with the remark that nothing was compared. Raises UsageError for no arm at all,
    or one it does not know.
    """
    _check(comparison)
    by_price = sorted(comparison.arms, key=_price)
    best = max(by_price, key=lambda arm: arm.score)  # max takes the first, so the cheapest, among equals
    rows = [row(comparison, best.arm, arm.arm) for arm in by_price if arm is not best]
    level = [one.pair.arm_b for one in rows if not tells_apart(one.pair)]
    taken = next(arm for arm in by_price if arm is best or arm.arm in level)
    undecided = bool(rows) and len(level) == len(rows)
    return Advice(
        advice="no difference" if undecided else _ADVICE[taken.arm],
        arm=taken.arm,
        headline=_headline(taken, best, undecided=undecided, alone=not rows),
        because=(
            _standing(best),
            *(_reason(one.pair, taken, best, comparison) for one in rows),
            *_more([one.pair for one in rows], taken, best),
        ),
        warnings=(*comparison.warnings, *_warnings(taken, _invented(comparison, taken.arm))),
        evidence=tuple(rows),
    )


def _check(comparison: Comparison) -> None:
    names = [arm.arm for arm in comparison.arms]
    if not names:
        raise UsageError(
            f"a comparison without arms leaves nothing to decide: compare some of {', '.join(ARMS)}"
        )
    unknown = [name for name in names if name not in _ADVICE]
    if unknown:
        raise UsageError(f"there is no advice about the arm {unknown[0]!r}: the arms are {', '.join(ARMS)}")


def _price(arm: ArmResult) -> tuple[float, tuple[bool, bool]]:
    return float(f"{arm.cost_per_question:.2g}"), simplicity(arm.arm)


def _headline(taken: ArmResult, best: ArmResult, *, undecided: bool, alone: bool) -> str:
    right = f"{round(taken.score * taken.questions)} of {count(taken.questions, 'question')}"
    if alone:
        return f"Only {in_sentence(taken.arm)} was run, and got {right} right: there is nothing to choose between."
    if undecided:
        asked = count(taken.questions, "question")
        return f"No difference that {asked} can show: take the cheapest, {in_sentence(taken.arm)}."
    if taken is not best:
        return f"Take {in_sentence(taken.arm)}: what {in_sentence(best.arm)} adds to it cannot be told from chance."
    return f"Take {in_sentence(taken.arm)}: it got {right} right, and nothing cheaper does as well."


def _standing(arm: ArmResult) -> str:
    return (
        f"{capital(in_sentence(arm.arm))} has the best score: {percent(arm.score)} of "
        f"{count(arm.questions, 'question')} right (95% interval {percents(arm.interval)}), with "
        f"{count(arm.correct, 'correct answer')} and {count(arm.rightly_abstained, 'right refusal')}."
    )


def _reason(pair: Pair, taken: ArmResult, best: ArmResult, comparison: Comparison) -> str:
    other = comparison.arm(pair.arm_b)
    sure = f"interval {points_between(pair.interval)}, {p_value(pair.p_value)}"
    one, two = capital(in_sentence(best.arm)), in_sentence(other.arm)
    if pair.difference == 0:
        seen = f"{one} and {two} score the same ({sure})"
    else:
        seen = f"{one} is {_points(pair.difference)} above {two} ({sure})"
    if tells_apart(pair):
        return f"{seen}: a real difference."
    if other is not taken:
        return f"{seen}: not told from chance."
    cheap, dear = per_thousand(other.cost_per_question), per_thousand(best.cost_per_question)
    currency = comparison.conditions.currency
    return (
        f"{seen}: not told from chance, and {two} is cheaper, at {cheap} instead of {dear} {currency} "
        "for 1,000 questions."
    )


def _more(pairs: Sequence[Pair], taken: ArmResult, best: ArmResult) -> list[str]:
    """How many questions would settle what is open: between best and taken, else best and its nearest."""
    undecided = [pair for pair in pairs if not tells_apart(pair)]
    if not undecided:
        return []
    nearest = min(undecided, key=lambda pair: pair.difference)
    pair = next((pair for pair in undecided if pair.arm_b == taken.arm), nearest)
    needed, n = questions_to_tell(pair), pair.n
    size = f"a difference of {_points(abs(pair.difference) or SMALLEST)}"
    between = f"between {in_sentence(best.arm)} and {in_sentence(pair.arm_b)}"
    if needed <= n:
        return [f"{count(n, 'question')} would show {size} {between} four times in five, if it were there."]
    return [f"To tell {size} {between}, about {needed:,} questions are needed: {needed - n:,} more."]


def _invented(comparison: Comparison, arm: str) -> int:
    """Answers of `arm` to questions that have none."""
    without = {question.id for question in comparison.questions if question.answer is None}
    return sum(
        outcome.answer.answered
        for outcome in comparison.outcomes
        if outcome.arm == arm and outcome.question in without
    )


def _warnings(taken: ArmResult, invented: int) -> list[str]:
    found = []
    name = capital(in_sentence(taken.arm))
    unanswerable = taken.questions - taken.answerable
    if taken.score == 0:
        found.append(f"{name} got no question right: none of this is fit for use.")
    if taken.wrongly_abstained > LIMIT * taken.answerable:
        found.append(
            f"{name} refused {taken.wrongly_abstained} of {taken.answerable} questions the documents answer: "
            "people will search by hand; raise its limit for refusing, or improve the search."
        )
    if invented > LIMIT * unanswerable:
        found.append(
            f"{name} answered {invented} of {unanswerable} questions that the documents do not answer: "
            "expect answers that are made up; let it refuse sooner, or have people check its citations."
        )
    if taken.arm in CLOSED_BOOK:
        found.append(
            f"{name} answers from memory, with no source to check: "
            "fit only where a wrong answer does no harm; RAG cites."
        )
    if taken.failed:
        found.append(f"The model failed on {count(taken.failed, 'question')}, which count as wrong.")
    return found


def _points(difference: float) -> str:
    number = points(difference).lstrip("+−")
    return f"{number} point" if number == "1" else f"{number} points"
