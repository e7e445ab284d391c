"""Answers of a span reader: what it points at is quoted, weighed against the other passages, or not believed."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from answering import Even, Pointer, Told, hits
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.one_by_one import POINTING, Draft, Pointing
from wellread.answer.traditional import Reader, answer
from wellread.records.learning import SPANS, Adapter

LEAVE = "Leave is 26 days a year. It lapses in March."
PARKING = "Parking is behind the house. It is free for staff."
DATES = "Dates of the year:\n\n1 May | Reviews begin\n3 June | Reviews are due"

Made = Callable[[dict[str, tuple[str, float]]], Reader]


@pytest.fixture
def pointing(adapter: Adapter) -> Made:
    """A reader that points where it is told."""

    def made(told: dict[str, tuple[str, float]]) -> Reader:
        pointer = Pointer(told)
        return Reader(
            generator=Told(lambda _: "never asked"),
            embedder=Even(),
            adapter=replace(adapter, method=SPANS),
            spans=lambda: pointer,
        )

    return made


def test_what_it_points_at_is_quoted_with_its_sentence(pointing: Made) -> None:
    reader = pointing({"Parking": ("free", -3.0), "Leave": ("26 days", 5.0)})
    said = answer("How much leave?", hits(PARKING, LEAVE), reader)
    assert said.text == "Leave is 26 days a year."
    assert said.exact == "26 days"
    assert [one.quote for one in said.citations] == ["Leave is 26 days a year."]
    assert said.tokens == 20
    assert reader.generator.requests == []


def test_words_that_it_does_not_believe_are_no_answer(pointing: Made) -> None:
    said = answer("How much?", hits(PARKING, LEAVE), pointing({"Leave": ("26 days", -4.0)}))
    assert not said.answered and said.citations == ()


def test_a_passage_further_down_must_be_surer(pointing: Made) -> None:
    even = pointing({"Parking": ("free", 3.0), "Leave": ("26 days", 3.0)})
    assert answer("How?", hits(PARKING, LEAVE), even).text == "It is free for staff."
    surer = pointing({"Parking": ("free", 3.0), "Leave": ("26 days", 9.0)})
    assert answer("How?", hits(PARKING, LEAVE), surer).text == "Leave is 26 days a year."


def test_words_across_two_rows_are_taken_from_one(pointing: Made) -> None:
    reader = pointing({"Dates": ("Reviews begin\n3 June", 8.0)})
    said = answer("When do reviews begin?", hits(DATES), reader)
    assert said.text == "Reviews begin"
    assert [one.quote for one in said.citations] == ["1 May | Reviews begin"]


def test_every_passage_is_read_at_once_with_its_heading(pointing: Made) -> None:
    reader = pointing({"Leave": ("26 days", 9.0)})
    answer("How much leave?", hits(LEAVE, PARKING), reader)
    assert reader.spans is not None
    pointer = reader.spans()
    assert isinstance(pointer, Pointer)
    assert pointer.asked == [("How much leave?", [("Handbook", LEAVE), ("Handbook", PARKING)])]


def test_nothing_is_asked_where_nothing_was_found(pointing: Made) -> None:
    assert Pointing(Pointer({}), Even()).read("Who?", [], sure=0.5).drafts == ()
    assert not answer("Who?", [], pointing({})).answered


def test_a_reader_that_nobody_opens_says_so(pointing: Made) -> None:
    with pytest.raises(ValueError, match="nothing opens a span reader"):
        answer("Who?", hits(LEAVE), replace(pointing({}), spans=None))


@given(st.floats(allow_nan=False), st.integers(1, 100), st.floats(-1, 1))
def test_doubt_is_a_probability_whatever_the_odds(log_odds: float, rank: int, likeness: float) -> None:
    pointer = Pointer({"Leave": ("26 days", log_odds)})
    [passage] = [hit.passage for hit in hits(LEAVE)]
    [draft] = Pointing(pointer, Even()).read("How much?", [passage], sure=0.5).drafts
    doubt = replace(draft, rank=rank, likeness=likeness).doubt
    assert 0 <= doubt <= 1 and not math.isnan(doubt)


def test_each_witness_moves_the_doubt_its_own_way() -> None:
    [passage] = [hit.passage for hit in hits(LEAVE)]
    middle = Draft(
        text="26 days", passage=passage, span=(9, 16), not_here=0.5, rank=2, likeness=0.5, weighing=POINTING
    )
    assert replace(middle, not_here=0.1).doubt < middle.doubt < replace(middle, not_here=0.9).doubt
    assert replace(middle, rank=1).doubt < middle.doubt < replace(middle, rank=5).doubt
    assert replace(middle, likeness=0.9).doubt < middle.doubt < replace(middle, likeness=0.1).doubt
