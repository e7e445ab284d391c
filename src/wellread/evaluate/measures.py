"""The metrics of an evaluation: what each is of one answer, over which questions it is taken, and which way is better.

Each is defined for some questions only (None elsewhere), and its figure is over those:

| metric | of one question | over |
| --- | --- | --- |
| right | answered correctly, or rightly refused | all |
| correct | `metrics.is_correct` | those with an answer |
| exact_match, f1 | `metrics.exact_match`, `metrics.token_f1` of `Answer.exact`; 0 when refused | those with an answer |
| rightly_refused (recall of refusing) | refused | those without an answer |
| wrongly_refused | refused | those with an answer |
| refusal_precision | it has no answer | those refused |
| citation_precision | `characters`: cited characters in the evidence | those answered with citations |
| citation_precision_correct | the same | those of them that were answered correctly |
| citation_precision_passage | cited characters in passages that carry the answer | those answered with citations |
| citation_precision_document | cited characters in the named document | the same, where a document is named |
| citation_recall | characters of the evidence that are cited | answered ones with evidence that was located |
| citations_under_refusals | citations under a refusal, a refusal in the model's own words too; their sum | all |
| faithful | statements whose names and numbers all stand in what they cite | those answered |
| closed_book | correct without any source, by the base model alone | those with an answer |
| tokens | prompt and completion of every call; their mean | all |
| p50_ms, p95_ms | wall time of the whole answer; percentiles | all |
| first_p50_ms, first_p95_ms | wall time until its first piece could be shown | those that showed one |

An answer to a question that has none counts as 0 in every citation precision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from wellread.errors import UsageError
from wellread.evaluate.statistics import bootstrap_interval, wilson_interval
from wellread.records.comparison import Interval, Outcome, Question
from wellread.records.evaluation import CLOSED_BOOK, Cited, Evaluation, Figure, Measured

Fold = Literal["share", "sum", "mean", "p50", "p95"]
"""How one figure comes of many: the mean of values from 0 to 1, the sum, the mean of any, or a percentile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All there is about one question."""

    question: Question
    outcome: Outcome
    measured: Measured
    closed_book: Outcome | None

    @property
    def answerable(self) -> bool:
        """Whether it has an answer."""
        return self.question.answer is not None

    @property
    def refused(self) -> bool:
        """Whether it was refused, rightly or wrongly; a failure of the model is no refusal."""
        return self.outcome.right_refusal or self.outcome.wrong_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; `of` one question is None where it is not defined for it."""

    name: str
    words: str
    """What people call it."""
    of: Callable[[Row], float | None]
    fold: Fold = "share"
    more_is_better: bool = True


def _where(condition: bool, value: float | bool) -> float | None:
    return float(value) if condition else None


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _of_citations(share: Callable[[Cited], float | None]) -> Callable[[Row], float | None]:
    return lambda row: share(row.measured.cited) if row.measured.cited else None


def _in_evidence(cited: Cited) -> float | None:
    return _share(cited.in_evidence, cited.characters)


def _times(prefix: str, words: str, of: Callable[[Row], float | None]) -> tuple[Metric, Metric]:
    half = Metric(
        name=f"{prefix}p50_ms", words=f"{words}, half within", of=of, fold="p50", more_is_better=False
    )
    return half, replace(half, name=f"{prefix}p95_ms", words=f"{words}, 95% within", fold="p95")


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(name="right", words="right: correct or rightly refused", of=lambda row: row.outcome.right),
        Metric(name="correct", words="correct", of=lambda row: _where(row.answerable, row.outcome.correct)),
        Metric(
            name="exact_match",
            words="exact match",
            of=lambda row: _where(row.answerable, row.measured.exact),
        ),
        Metric(name="f1", words="token F1", of=lambda row: _where(row.answerable, row.outcome.f1)),
        Metric(
            name="rightly_refused",
            words="rightly refused (recall)",
            of=lambda row: _where(not row.answerable, row.outcome.right_refusal),
        ),
        Metric(
            name="wrongly_refused",
            words="wrongly refused",
            of=lambda row: _where(row.answerable, row.outcome.wrong_refusal),
            more_is_better=False,
        ),
        Metric(
            name="refusal_precision",
            words="refusals that are right",
            of=lambda row: _where(row.refused, row.outcome.right_refusal),
        ),
        Metric(
            name="citation_precision", words="cited characters in evidence", of=_of_citations(_in_evidence)
        ),
        Metric(
            name="citation_precision_correct",
            words="the same, of correct answers",
            of=lambda row: _of_citations(_in_evidence)(row) if row.outcome.correct else None,
        ),
        Metric(
            name="citation_precision_passage",
            words="cited characters in a passage with the answer",
            of=_of_citations(lambda cited: _share(cited.in_passage, cited.characters)),
        ),
        Metric(
            name="citation_precision_document",
            words="cited characters in the document named",
            of=_of_citations(lambda cited: _share(cited.in_document, cited.characters)),
        ),
        Metric(
            name="citation_recall",
            words="evidence that is cited",
            of=_of_citations(lambda cited: _share(cited.evidence_cited, cited.evidence)),
        ),
        Metric(
            name="citations_under_refusals",
            words="citations under refusals",
            of=lambda row: float(row.measured.refusal_cited),
            fold="sum",
            more_is_better=False,
        ),
        Metric(
            name="faithful",
            words="faithful statements",
            of=lambda row: _share(row.measured.supported, row.measured.statements),
        ),
        Metric(
            name="closed_book",
            words="correct without sources",
            of=lambda row: _where(row.answerable, row.closed_book.correct) if row.closed_book else None,
        ),
        Metric(
            name="tokens",
            words="tokens",
            of=lambda row: float(row.outcome.tokens),
            fold="mean",
            more_is_better=False,
        ),
        *_times("", "time", lambda row: row.outcome.milliseconds),
        *_times("first_", "first words", lambda row: row.measured.first_ms),
    )
}


def metric(name: str) -> Metric:
    """The metric of that name. Raises UsageError."""
    if name not in METRICS:
        raise UsageError(f"{name!r} is not a metric: choose from {', '.join(METRICS)}")
    return METRICS[name]


def rows(evaluation: Evaluation) -> list[Row]:
    """Everything about each question, in their order."""
    outcomes = evaluation.outcomes
    closed = {one.question: one for one in evaluation.comparison.outcomes if one.arm == CLOSED_BOOK}
    measured = {one.question: one for one in evaluation.measured}
    return [
        Row(
            question=question,
            outcome=outcomes[question.id],
            measured=measured[question.id],
            closed_book=closed.get(question.id),
        )
        for question in evaluation.questions
    ]


def figure(of: Metric, rows: Sequence[Row]) -> Figure:
    """The metric over all rows that it is defined for. Shares have an interval: Wilson's where each value is 0 or 1,
    else of the bootstrap."""
    values = [value for row in rows if (value := of.of(row)) is not None]
    if not values:
        return Figure(name=of.name, value=None, interval=None, n=0)
    interval = _interval(values) if of.fold == "share" else None
    return Figure(name=of.name, value=_folded(of.fold, values), interval=interval, n=len(values))


def figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    """Every metric, in their order."""
    return tuple(figure(one, rows) for one in METRICS.values())


def _folded(fold: Fold, values: Sequence[float]) -> float:
    if fold == "sum":
        return float(sum(values))
    if fold in ("share", "mean"):
        return float(np.mean(values))
    return float(np.percentile(values, {"p50": 50, "p95": 95}[fold]))


def _interval(values: Sequence[float]) -> Interval:
    if set(values) <= {0.0, 1.0}:
        return wilson_interval(int(sum(values)), len(values))
    return bootstrap_interval(values)
