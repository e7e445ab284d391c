"""What the reading benchmark counts, and that its questions are fair."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from judged import data_folder
from reading import scores, with_interval
from reading_sets import collection

SETS = data_folder() / "reading"


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "f1"),
    [
        ("The Pier, north.", ["pier north"], 1.0, 1.0),
        ("north pier", ["pier", "the north pier"], 1.0, 1.0),
        ("two piers", ["two"], 0.0, 2 / 3),
        ("", ["two"], 0.0, 0.0),
    ],
)
def test_the_best_of_several_answers_counts_after_squads_normalisation(
    answer: str, golds: list[str], exact: float, f1: float
) -> None:
    assert scores(answer, golds) == (exact, pytest.approx(f1))


def test_an_interval_knows_that_questions_about_one_text_are_not_independent() -> None:
    apart = [{"context": str(number), "right": number % 2} for number in range(40)]
    together = [{"context": str(row["right"]), "right": row["right"]} for row in apart]
    _, low, high = with_interval(apart, lambda row: row["right"])
    assert 0.3 < low < high < 0.7
    assert with_interval(together, lambda row: row["right"]) == [0.5, 0.0, 1.0]


@pytest.mark.skipif(not SETS.is_dir(), reason=f"{SETS} is absent: set WELLREAD_SHARED_DATA")
def test_no_policy_is_both_tried_on_and_tested_on() -> None:
    tried, tested = (collection("policyqa", SETS, part) for part in ("dev", "test"))
    assert len(tried) == 1416
    assert len(tested) == 2393
    assert not {one.passage.title for one in tried} & {one.passage.title for one in tested}


@pytest.mark.skipif(not SETS.is_dir(), reason=f"{SETS} is absent: set WELLREAD_SHARED_DATA")
def test_only_contexts_that_the_recipe_holds_out_are_asked_about() -> None:
    from prepare import held_out, reading_set

    trained = [text for _, text in reading_set(SETS, "xquad_en", wrong=0, per_context=99, seed=1).contexts]
    trained = [" ".join(text.split()) for text in trained if not held_out(text)]
    asked = collection("xquad", SETS, "test")
    assert len(asked) == 37
    for one in asked:
        assert not any(" ".join(one.passage.text.split()) in text for text in trained)
