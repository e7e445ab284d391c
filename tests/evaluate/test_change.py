"""Two evaluations are paired question by question; only what can be told from chance is called worse."""

from dataclasses import replace

from evaluation_samples import evaluation
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.evaluate.change import GUARDED, against
from wellread.evaluate.measures import METRICS
from wellread.records.evaluation import Evaluation

DRAWN = st.text(alphabet="+-w", min_size=3, max_size=12)


def changes(now: Evaluation, before: Evaluation) -> dict[str, float]:
    return {one.metric: one.difference for one in against(now, before).changes}


def test_the_same_answers_are_no_change() -> None:
    found = against(evaluation("+-rw!" * 4), evaluation("+-rw!" * 4, number=2))
    assert {change.difference for change in found.changes} == {0.0}
    assert (found.number, found.shared, found.turned, found.worse) == (2, 20, (), [])


def test_questions_that_turned_are_named() -> None:
    found = against(evaluation("++-w"), evaluation("+-+w"))
    assert [(one.question.id, one.now_right) for one in found.turned] == [("q001", True), ("q002", False)]
    assert changes(evaluation("++-w"), evaluation("+-+-"))["wrongly_refused"] == 0.25


def test_a_loss_that_chance_could_explain_is_not_worse() -> None:
    assert against(evaluation("+" * 16 + "----"), evaluation("+" * 20)).worse == []


def test_a_loss_that_it_could_not_is() -> None:
    worse = against(evaluation("+" * 10 + "-" * 10), evaluation("+" * 20)).worse
    assert [one.metric for one in worse] == ["right", "citation_precision", "faithful"]
    assert against(evaluation("+" * 20), evaluation("+" * 10 + "-" * 10)).worse == []


def test_less_is_better_of_refusing_wrongly() -> None:
    refusing = {one.metric: one for one in against(evaluation("w" * 20), evaluation("-" * 20)).changes}
    assert refusing["wrongly_refused"].difference == 1
    assert refusing["wrongly_refused"].is_worse
    assert not METRICS["wrongly_refused"].more_is_better


def test_only_questions_that_stayed_the_same_are_paired() -> None:
    before = evaluation("+++")
    first, *others = before.comparison.questions
    reworded = replace(first, question="How many?")
    before = replace(before, comparison=replace(before.comparison, questions=(reworded, *others)))
    assert against(evaluation("---"), before).shared == 2


@settings(max_examples=15)
@given(DRAWN)
def test_there_and_back_are_opposites(letters: str) -> None:
    one, other = evaluation(letters), evaluation(letters[::-1])
    there, back = changes(one, other), changes(other, one)
    assert there.keys() == back.keys() >= {"right"}
    assert all(abs(there[name] + back[name]) < 1e-12 for name in there)


def test_what_is_guarded_are_metrics() -> None:
    assert set(GUARDED) <= METRICS.keys()
    assert all(METRICS[name].more_is_better and METRICS[name].fold == "share" for name in GUARDED)
