"""Rules of a gate: read strictly, and each that is broken is named with what there is."""

import pytest
from evaluation_samples import evaluation

from wellread.errors import UsageError
from wellread.evaluate.requirements import Requirement, broken


@pytest.mark.parametrize(
    ("text", "metric", "bound"),
    [
        ("correct >= 0.65", "correct", 0.65),
        ("correct>=65%", "correct", 0.65),
        (" wrongly_refused <= 10 % ", "wrongly_refused", 0.1),
        ("p95_ms <= 1500", "p95_ms", 1500),
        ("citations_under_refusals <= 0", "citations_under_refusals", 0),
    ],
)
def test_a_requirement_is_read(text: str, metric: str, bound: float) -> None:
    assert Requirement.parse(text) == Requirement(metric, bound)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("accuracy >= 0.5", "'accuracy' is not a metric"),
        ("correct = 0.5", "is not a requirement: write METRIC >= NUMBER"),
        ("correct > 0.5", "is not a requirement"),
        ("correct >= much", "is not a requirement"),
        ("correct >= -1", "is not a requirement"),
        ("", "is not a requirement"),
        ("correct <= 0.5", "of correct more is better, so write correct >= 0.5"),
        ("wrongly_refused >= 10%", "of wrongly_refused less is better, so write wrongly_refused <= 10%"),
        ("correct >= 65", "correct is from 0 to 1; write 65% for 0.65"),
    ],
)
def test_a_slip_in_a_requirement_is_refused_with_the_fix(text: str, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        Requirement.parse(text)
    assert why in str(refused.value)


def test_the_bound_itself_is_enough_and_a_little_worse_is_not() -> None:
    made = evaluation("+++-")
    assert broken([Requirement.parse("correct >= 0.75")], made) == []
    assert broken([Requirement.parse("correct >= 0.76")], made) == ["correct >= 0.76: it is 0.75"]
    assert broken([Requirement.parse("wrongly_refused <= 0")], made) == []
    assert broken([Requirement.parse("wrongly_refused <= 0.2")], evaluation("+++w")) == [
        "wrongly_refused <= 0.2: it is 0.25"
    ]


def test_every_broken_rule_is_named() -> None:
    rules = [Requirement.parse(text) for text in ("correct >= 0.9", "faithful >= 0.9", "p95_ms <= 1")]
    assert [why.split()[0] for why in broken(rules, evaluation("+--"))] == ["correct", "faithful", "p95_ms"]


def test_what_no_question_measures_is_not_reached() -> None:
    assert broken([Requirement.parse("rightly_refused >= 0")], evaluation("+-")) == [
        "rightly_refused >= 0: no question of the file measures it"
    ]
