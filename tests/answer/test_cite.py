"""A citation is a span of a passage, or it is not made."""

from dataclasses import replace

import pytest
from answering import passage
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.cite import cite, sentence_around

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
