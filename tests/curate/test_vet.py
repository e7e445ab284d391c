from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.curate.vet import _pairs, leaks, vet
from wellread.records.learning import Example

Make = Callable[..., Example]
TEXT = "The visitor permit costs $120 a year. It is printed at the gate."
ASKED = "How much does the visitor permit cost?"


def refused(*examples: Example) -> dict[int, str]:
    return {one.row: one.rule for one in vet(enumerate(examples, start=1)).refused}


def test_a_sound_row_is_kept(example: Make) -> None:
    sound = example(ASKED, {"a": TEXT}, "$120 a year", quote="The visitor permit costs $120 a year.")
    assert vet([(5, sound)]).kept == ((5, sound),)


@pytest.mark.parametrize(
    ("question", "answer", "fields", "rule"),
    [
        (" ", "$120", {}, "question is empty"),
        ("why " * 81, "$120", {}, "question is longer than 80 words"),
        (ASKED, " ", {}, "answer is empty"),
        (ASKED, "so " * 121, {}, "answer is longer than 120 words"),
        ("Is $120 the price?", "$120", {}, "question contains the answer"),
        (ASKED, "$130", {}, "answer is not in its passage"),
        (ASKED, "$12", {}, "answer is not in its passage"),
        (ASKED, "$120", {"quote": "It costs $120."}, "quote is not in its passage"),
        (ASKED, "$120", {"quote": "It is printed at the gate."}, "answer is not in its quote"),
        (ASKED, "$120", {"gold": None}, "no passage is named as the one with the answer"),
        (ASKED, "$120", {"gold": 4}, "no passage is named as the one with the answer"),
        (ASKED, None, {"gold": 0}, "a gold passage or a quote is named for no answer"),
        (ASKED, "$120", {"contexts": ()}, "no passage is shown"),
    ],
)
def test_each_rule_for_one_row(
    example: Make, question: str, answer: str | None, fields: dict[str, object], rule: str
) -> None:
    assert refused(example(question, {"a": TEXT}, answer, **fields)) == {1: rule}


def test_duplicates_and_near_duplicates_go_and_the_first_stays(example: Make) -> None:
    rows = [
        example(ASKED, {"a": TEXT}, "$120"),
        example(ASKED.lower(), {"a": TEXT}, "$120"),
        example(
            "How much does a visitor's permit for the whole of one year cost today?", {"a": TEXT}, "$120"
        ),
        example(
            "How much, does a visitor's permit for the whole of one year cost today ?", {"a": TEXT}, "$120"
        ),
        example("What is the price of a permit for a visitor?", {"a": TEXT}, "$120"),
    ]
    assert refused(*rows) == {2: "duplicate of row 1", 4: "near-duplicate of row 3"}


def test_the_same_question_about_another_passage_is_no_duplicate(example: Make) -> None:
    assert refused(example(ASKED, {"a": TEXT}, "$120"), example(ASKED, {"b": TEXT + " Yes."}, "$120")) == {}


def test_rows_that_contradict_each_other_both_go(example: Make) -> None:
    broken = refused(
        example(ASKED, {"a": TEXT}, "$120"),
        example(ASKED, {"a": TEXT}, None),
        example(ASKED, {"b": "Nothing of the kind."}, None),
    )
    assert set(broken) == {1, 2}
    assert broken[1].startswith("contradicts row 2") and broken[2].startswith("contradicts row 1")


def test_a_training_row_that_asks_what_a_test_row_asks_is_a_leak(example: Make) -> None:
    train = example("How much does the yearly visitor permit cost?", {"a": TEXT}, "$120")
    test = example("How much would the yearly visitor permit cost?", {"b": TEXT}, "$120")
    apart = example("Where is the visitor entrance gate?", {"c": TEXT}, "at the gate")
    assert leaks([(1, train, "train"), (2, test, "test"), (3, apart, "test")]) == {
        1: "leak: asks what test row 2 asks"
    }
    assert leaks([(1, train, "train"), (2, test, "train"), (3, apart, "test")]) == {}


@given(
    st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), max_size=12),
    st.sampled_from([0.5, 0.8, 0.9, 1.0]),
)
def test_the_shortcut_finds_the_pairs_that_comparing_all_finds(
    sets: list[frozenset[str]], least: float
) -> None:
    everything = {
        (later, earlier)
        for later, one in enumerate(sets)
        for earlier, other in enumerate(sets[:later])
        if len(one & other) >= least * len(one | other)
    }
    assert set(_pairs(sets, least)) == everything
