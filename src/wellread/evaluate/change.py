"""Two evaluations over the same questions: what became better or worse, and whether that can be told from chance.

A question is the same in both when its id, its words and its answer are. Each metric is paired question by question,
over the questions that it is defined for in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wellread.evaluate.measures import METRICS, Metric, Row, metric, rows
from wellread.evaluate.statistics import LEVEL, mcnemar_mid_p, paired_difference
from wellread.records.comparison import Interval, Question
from wellread.records.evaluation import Evaluation

GUARDED = ("right", "citation_precision", "faithful")
"""What may not become worse: few, since each more is one more chance of a false alarm. `right` holds both how many are
correct and how many are refused, rightly and wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One metric, now against before. `difference` = now - before."""

    metric: str
    difference: float
    interval: Interval
    p_value: float
    """Two-sided, of the questions that rose against those that fell (sign test, mid-p)."""
    n: int

    @property
    def is_sure(self) -> bool:
        """Whether it can be told from chance: the interval excludes zero, and the test agrees (as `tells_apart`)."""
        return not self.interval.includes(0.0) and self.p_value < LEVEL

    @property
    def is_worse(self) -> bool:
        """Whether it surely went the wrong way."""
        return self.is_sure and (self.difference < 0) == metric(self.metric).more_is_better


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A question whose answer was right and is wrong now, or the other way round."""

    question: Question
    now_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What changed since an earlier evaluation."""

    number: int
    """The earlier one's."""
    shared: int
    """Questions in both."""
    changes: tuple[Change, ...]
    turned: tuple[Turned, ...]

    @property
    def worse(self) -> list[Change]:
        """Those of the guarded metrics that surely became worse."""
        return [one for one in self.changes if one.metric in GUARDED and one.is_worse]


def shares(now: Evaluation, before: Evaluation) -> int:
    """Questions that both have."""
    return len({_same(one) for one in now.questions} & {_same(one) for one in before.questions})


def against(now: Evaluation, before: Evaluation) -> Against:
    """What changed from `before` to `now`, over the questions that both have."""
    earlier = {_same(row.question): row for row in rows(before)}
    pairs = [(row, earlier[_same(row.question)]) for row in rows(now) if _same(row.question) in earlier]
    shared = [one for one in METRICS.values() if one.fold == "share"]
    return Against(
        number=before.number,
        shared=len(pairs),
        changes=tuple(change for one in shared if (change := _change(one, pairs))),
        turned=tuple(
            Turned(question=row.question, now_right=row.outcome.right)
            for row, old in pairs
            if row.outcome.right != old.outcome.right
        ),
    )


def _change(of: Metric, pairs: Sequence[tuple[Row, Row]]) -> Change | None:
    both = [
        (old, new)
        for row, before in pairs
        if (new := of.of(row)) is not None and (old := of.of(before)) is not None
    ]
    if not both:
        return None
    found = paired_difference([old for old, _ in both], [new for _, new in both])
    return Change(
        metric=of.name,
        difference=found.estimate,
        interval=found.interval,
        p_value=mcnemar_mid_p(sum(new > old for old, new in both), sum(new < old for old, new in both)),
        n=len(both),
    )


def _same(question: Question) -> tuple[str, str, str | None]:
    return question.id, question.question, question.answer
