"""Each metric is over the questions that it is defined for, and counts what it says."""

import math
from dataclasses import replace

import pytest
from evaluation_samples import evaluation

from wellread.errors import UsageError
from wellread.evaluate.measures import METRICS, figures, metric, rows
from wellread.records.evaluation import Evaluation

LETTERS = "++-wrr!x"  # three have no answer; the failed one has


def values(made: Evaluation) -> dict[str, tuple[float | None, int]]:
    return {one.name: (one.value, one.n) for one in made.figures}


def test_figures_by_hand() -> None:
    found = values(evaluation(LETTERS, "+-------"[:4] + "rr!-"))
    assert found["right"] == (4 / 8, 8)
    assert found["correct"] == (2 / 5, 5)
    assert found["rightly_refused"] == (2 / 3, 3)
    assert found["wrongly_refused"] == (1 / 5, 5)
    assert found["refusal_precision"] == (2 / 3, 3)
    assert found["citation_precision"] == ((0.75 + 0.75 + 0 + 0) / 4, 4)
    assert found["citation_precision_correct"] == (0.75, 2)
    assert found["citation_precision_passage"] == ((1 + 1 + 0 + 0) / 4, 4)
    assert found["citation_precision_document"] == ((1 + 1 + 1 + 0) / 4, 4)
    assert found["citation_recall"] == (2 / 3, 3)
    assert found["faithful"] == (2 / 4, 4)
    assert found["closed_book"] == (1 / 5, 5)
    assert found["p50_ms"] == (103.5, 8)
    assert found["first_p95_ms"] == (50.0, 8)


def test_a_failure_of_the_model_is_no_refusal() -> None:
    found = values(evaluation("xx++"))
    assert found["wrongly_refused"] == (0.0, 4)
    assert found["refusal_precision"] == (None, 0)


def test_citations_under_refusals_are_counted_one_by_one() -> None:
    made = evaluation("ww+")
    cited = replace(made.measured[0], refusal_cited=2), replace(made.measured[1], refusal_cited=1)
    made = replace(made, measured=(*cited, made.measured[2]))
    assert {one.name: one.value for one in figures(rows(made))}["citations_under_refusals"] == 3


def test_shares_have_intervals_that_hold_them() -> None:
    for one in evaluation("++-wrr!" * 5, "+------" * 5).figures:
        if METRICS[one.name].fold != "share":
            assert one.interval is None
        elif one.value is not None:
            assert one.interval is not None
            assert one.interval.includes(one.value)
            assert one.interval.high - one.interval.low > 0.05


def test_without_the_closed_book_it_has_no_figure() -> None:
    assert values(evaluation("+-r"))["closed_book"] == (None, 0)


def test_a_figure_does_not_depend_on_the_order_of_the_questions() -> None:
    one, other = evaluation("+-rw!"), evaluation("!wr-+")
    for name, (value, n) in values(one).items():
        again = values(other)[name]
        assert again[1] == n
        assert again[0] == value or math.isclose(again[0] or 0, value or 0)


def test_an_unknown_metric_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'accuracy' is not a metric.*wrongly_refused"):
        metric("accuracy")


def test_an_evaluation_survives_json() -> None:
    made = evaluation(LETTERS, "+---rr!-", number=3)
    assert Evaluation.from_json(made.to_json()) == made
