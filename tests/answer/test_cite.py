"""A citation is a span of a passage, or it is not made."""

from dataclasses import replace

import pytest
from answering import passage
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.cite import cite, excerpt_around, in_one_stretch, sentence_around

TEXT = "Leave is 26 days. Ask your manager first. Parking is free."


def test_offsets_count_in_the_document() -> None:
    citation = cite(passage(TEXT, start=1000), 0, 17)
    assert (citation.start, citation.end, citation.quote) == (1000, 1017, "Leave is 26 days.")
    assert citation.uri == "page-1.md"


def test_a_citation_says_how_far_its_source_is_trusted() -> None:
    assert cite(passage("Thirty days."), 0, 6).trust == "unknown"
    assert cite(replace(passage("Thirty days."), trust="official"), 0, 6).trust == "official"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_a_span_outside_the_passage_is_impossible(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside a passage"):
        cite(passage(TEXT), start, end)


@given(st.integers(0, len(TEXT) - 2), st.integers(1, 20))
def test_the_sentence_around_a_span_holds_it(start: int, length: int) -> None:
    end = min(len(TEXT), start + length)
    first, last = sentence_around(TEXT, start, end)
    assert first <= start and end <= last


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("Rules:\n\n- Ask first.\n- Wait 5 days.\n", "5 days", "Wait 5 days."),
        ("Rules:\n\n1. Ask first.\n2. Wait 5 days.\n", "5 days", "Wait 5 days."),
        ("A. Venn leads it.", "Venn", "A. Venn leads it."),
        ("- 12 weeks", "12", "12 weeks"),
    ],
)
def test_the_marker_of_a_list_item_is_no_part_of_its_sentence(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    assert text[slice(*sentence_around(text, start, start + len(words)))] == sentence


LONG = (
    "Travel desk: as soon as a trip is agreed, but no later than two weeks before it begins, hand in the form, "
    "with the dates, the places, the price of the tickets, the name of whoever agreed, and the number "
    "of the project that pays."
)


def excerpt(text: str, words: str, most: int) -> str:
    start = text.index(words)
    return text[slice(*excerpt_around(text, (0, len(text)), (start, start + len(words)), most))]


def test_of_a_long_sentence_the_part_around_the_words_is_taken() -> None:
    assert excerpt(LONG, "two weeks", 12) == "but no later than two weeks before it begins,"
    assert excerpt(LONG, "two weeks", 20) == (
        "Travel desk: as soon as a trip is agreed, but no later than two weeks before it begins,"
    )
    assert excerpt(LONG, "two weeks", 99) == LONG
    assert (
        excerpt(LONG, "begins, hand in", 3)
        == "but no later than two weeks before it begins, hand in the form,"
    )


@given(st.text(alphabet="ab ,;:.\n-", min_size=3, max_size=80), st.data())
def test_an_excerpt_holds_its_words_and_lies_in_its_sentence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = sentence_around(text, start, end)
    begin, stop = excerpt_around(text, (first, last), (start, end), data.draw(st.integers(0, 30)))
    assert first <= begin <= start
    assert stop <= last
    assert text[start:end].rstrip() == text[start : min(end, stop)].rstrip()


@given(st.text(alphabet="ab |.\n-", min_size=3, max_size=60), st.data())
def test_what_is_left_of_a_span_in_one_stretch_is_part_of_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = in_one_stretch(text, start, end)
    assert start <= first <= last <= end
    assert text[first:last] == text[first:last].strip()
