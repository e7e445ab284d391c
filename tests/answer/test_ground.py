"""What is nearly copied is given back in the source's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.ground import locate

SOURCE = (
    "Paul Dias approves trips above $10,000 by 3:30 PM ET; write to travel@example.com within 26 pay periods."
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("26 pay periods", "26 pay periods"),
        ("paul dias", "Paul Dias"),
        ("Paul Dais", "Paul Dias"),
        ("3:30 pm et", "3:30 PM ET"),
        ("“travel@example.com”.", "travel@example.com"),
        ("by telephone", None),
        ("", None),
        ("?!", None),
    ],
)
def test_the_span_is_the_sources_own(answer: str, expected: str | None) -> None:
    span = locate(answer, SOURCE)
    assert (SOURCE[slice(*span)] if span else None) == expected


def test_a_line_break_in_the_source_does_not_hide_the_words() -> None:
    text = "no later than 3:30 PM ET the last\nbusiness day"
    span = locate("the last business day", text)
    assert span and text[slice(*span)] == "the last\nbusiness day"


def test_one_wrong_number_is_not_nearly_right() -> None:
    assert locate("36 weeks", "You may take 26 weeks.") is None


@given(st.text(max_size=80), st.text(max_size=200))
def test_a_span_always_lies_in_the_text(answer: str, text: str) -> None:
    span = locate(answer, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(
    st.lists(st.sampled_from("alpha beta gamma delta 26 weeks".split()), min_size=3, max_size=12), st.data()
)
def test_every_run_of_words_is_found(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    text, part = " ".join(words), " ".join(words[start:end])
    span = locate(part, text)
    assert span and text[slice(*span)] == part
