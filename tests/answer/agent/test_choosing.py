"""One of two things, or a yes for both, from what the documents of both say; and never from what they do not say."""

from dataclasses import replace

import pytest
from answering import passage

from wellread.answer.agent.choosing import choose
from wellread.records.knowledge import Passage


def about(title: str, text: str, number: int) -> Passage:
    return replace(passage(text, number, title=title), document=f"doc_{title}")


ELM = about("Elm Bank", "The Elm Bank was founded on 3 May 1904. It has 12 branches and is in Quayside.", 1)
OAK = about(
    "Oak Bank (2031)",
    "The Oak Bank was founded in 1911. Its new hall opened in 1890. It has 1,200 branches.",
    2,
)
VENN = about("Mara Venn", "Mara Venn (2 May 1900 - 3 June 1950) was a banker.", 3)
HALE = about("Tom Hale", "Tom Hale (7 May 1910 - 1 June 1999) was a painter.", 4)
ALL = [ELM, OAK, VENN, HALE]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which is older, the Elm Bank or the Oak Bank?", "Elm Bank"),
        ("Which bank was founded later, Elm Bank or Oak Bank?", "Oak Bank"),
        ("Which bank has more branches, Elm Bank or Oak Bank?", "Oak Bank"),
        ("Which bank has fewer branches, Elm Bank or Oak Bank?", "Elm Bank"),
        ("Who lived longer, Mara Venn or Tom Hale?", "Tom Hale"),
        ("Who is younger, Mara Venn or Tom Hale?", "Tom Hale"),
        ("Which bank is in Quayside, Oak Bank or Elm Bank?", "Elm Bank"),
        ("Who was a painter, Mara Venn or Tom Hale?", "Tom Hale"),
    ],
)
def test_two_things_are_compared_by_what_is_said_of_them(question: str, answer: str) -> None:
    choice = choose(question, ALL)
    assert choice is not None
    assert choice.answer == answer


def test_a_comparison_cites_both_sides_and_tells_what_was_compared() -> None:
    choice = choose("Which is older, the Elm Bank or the Oak Bank?", ALL)
    assert choice is not None
    assert [one.quote for one in choice.citations] == [
        "The Elm Bank was founded on 3 May 1904.",
        "The Oak Bank was founded in 1911.",
    ]
    assert choice.reason == "Elm Bank: 3 May 1904; Oak Bank: 1911"


def test_what_is_said_of_both_is_a_yes() -> None:
    choice = choose("Do Elm Bank and Oak Bank both have branches?", ALL)
    assert choice is not None
    assert choice.answer == "yes"
    assert len(choice.citations) == 2


@pytest.mark.parametrize(
    "question",
    [
        "Are Mara Venn and Tom Hale both painters?",  # not said of one is no "no"
        "Which is older, the Elm Bank or the Ash Bank?",  # nothing is known of one
        "Which bank is in Seaside, Elm Bank or Oak Bank?",
        "Which is heavier, Mara Venn or Tom Hale?",
        "Who founded the Elm Bank?",
        "How many branches has the Elm Bank?",
    ],
)
def test_what_cannot_be_told_is_left_to_reading(question: str) -> None:
    assert choose(question, ALL) is None


def test_equal_values_choose_nothing() -> None:
    twin = about("Ash Bank", "The Ash Bank was founded on 3 May 1904.", 5)
    assert choose("Which is older, Elm Bank or Ash Bank?", [ELM, twin]) is None
