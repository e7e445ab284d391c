"""What the reading benchmark counts, and that its questions are fair."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from judged import data_folder
from reading import area, scores, together, with_interval
from reading_sets import ADAPTER, SPANS, collection

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
    tried, tested = (collection("policyqa", SETS, part, ADAPTER) for part in ("dev", "test"))
    assert len(tried) == 1416
    assert len(tested) == 2393
    assert not {one.passage.title for one in tried} & {one.passage.title for one in tested}
    assert collection("policyqa", SETS, "test", SPANS) == tested
    assert not collection("policyqa", SETS, "dev", SPANS)


@pytest.mark.skipif(not SETS.is_dir(), reason=f"{SETS} is absent: set WELLREAD_SHARED_DATA")
def test_only_contexts_that_the_recipe_of_the_adapter_holds_out_are_asked_about() -> None:
    from prepare import held_out, reading_set

    pool = reading_set(SETS, "xquad_en", wrong=0, per_context=99, seed=1)
    trained = [" ".join(text.split()) for _, text in pool.contexts if not held_out(text)]
    asked = collection("xquad", SETS, "test", ADAPTER)
    assert len(asked) == 37
    assert not [one for one in asked if within(trained, one.passage.text)]


@pytest.mark.skipif(not SETS.is_dir(), reason=f"{SETS} is absent: set WELLREAD_SHARED_DATA")
def test_only_contexts_that_the_recipe_of_the_span_reader_holds_out_are_asked_about() -> None:
    from prepare import reading_set
    from prepare_spans import rows

    trained, policies = [], set()
    for name in ("xquad_en", "policyqa"):
        for part, row in rows(reading_set(SETS, name, wrong=1, per_context=99, seed=1)):
            if part != "test":
                trained.append(" ".join(row["text"].split()))
                policies |= {row["heading"]} if name == "policyqa" else set()
    asked = collection("xquad", SETS, "test", SPANS)
    assert len(asked) == 149
    assert not [one for one in asked if within(trained, one.passage.text)]
    assert not {one.passage.title for one in collection("policyqa", SETS, "test", SPANS)} & policies
    assert not collection("covidqa", SETS, "test", SPANS)


def within(texts: list[str], passage: str) -> bool:
    """Whether one of the texts holds the passage."""
    return any(" ".join(passage.split()) in text for text in texts)


def test_agreement_is_counted_where_both_readers_were_asked() -> None:
    rows = [
        row(reader, str(number), copied, f1, 0.1 + number / 10)
        for number, (one, other, f1) in enumerate([("a", "a", 1.0), ("b", "c", 0.0), ("d", "e", 1.0)])
        for reader, copied in ((SPANS, one), (ADAPTER, other))
    ] + [row(SPANS, "9", "z", 1.0, 0.1)]
    said = together(rows, [SPANS, ADAPTER])
    assert "3 questions fair to both" in said
    assert "copy the same words | 1 of 1 |" in said
    assert "| right where they do not | 1 of 2 |" in said
    assert together(rows, [SPANS]) == ""


def row(reader: str, identity: str, copied: str, f1: float, doubt: float) -> dict[str, Any]:
    return {"reader": reader, "id": identity, "copied": copied, "copied_scores": (f1, f1), "doubt": doubt}


def test_the_area_under_the_curve_counts_pairs_in_order() -> None:
    right = np.array([True, True, False])
    assert area(np.array([3.0, 1.0, 2.0]), right) == 0.5
    assert area(np.array([3.0, 2.0, 1.0]), right) == 1.0
    assert area(np.array([1.0, 1.0, 1.0]), right) == 0.5
