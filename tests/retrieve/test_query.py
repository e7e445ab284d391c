"""What is typed, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.records.knowledge import Restriction
from wellread.retrieve.query import Query, doubtful, understood


@pytest.mark.parametrize(
    ("typed", "text", "restriction"),
    [
        ("leave", "leave", Restriction()),
        ("leave source:handbook", "leave", Restriction(source="handbook")),
        ('source:"team wiki" leave', "leave", Restriction(source="team wiki")),
        ("leave after:2031", "leave", Restriction(after="2031-01-01")),
        (
            "AFTER:2031-3 before:2031-03-09 leave",
            "leave",
            Restriction(after="2031-03-01", before="2031-03-09"),
        ),
    ],
)
def test_filters_leave_the_words(typed: str, text: str, restriction: Restriction) -> None:
    assert understood(typed) == Query(text, restriction=restriction)


@pytest.mark.parametrize(
    "typed", ["open-source:x", "after: lunch", "after:lunch", "what comes before:", "resource:a"]
)
def test_what_only_looks_like_a_filter_is_words(typed: str) -> None:
    assert understood(typed) == Query(typed)


@pytest.mark.parametrize("value", ["2031-13", "2031-02-30", "2031-1-1-1", "20311", "0000", "2031/02"])
def test_a_date_that_is_none_is_refused_with_the_right_form(value: str) -> None:
    with pytest.raises(UsageError, match=f"after:{value} is not a date.*after:2024-03-15"):
        understood(f"leave after:{value}")


@pytest.mark.parametrize(
    "typed", ['who is "on  Call" now', "who is “on call” now", "who is „On call“ now", "«on call»"]
)
def test_what_is_quoted_has_to_be_there_word_for_word(typed: str) -> None:
    query = understood(typed)
    assert query.phrases == ("on call",)
    assert query.only_phrases == typed.startswith("«")
    assert "on" in query.text.lower()


def test_a_single_quotation_mark_quotes_nothing() -> None:
    assert understood('5" pipes') == Query('5" pipes')


@given(st.text())
def test_any_text_is_understood_or_refused(typed: str) -> None:
    try:
        query = understood(typed)
    except UsageError:
        return
    assert query.text == " ".join(query.text.split())


@given(st.lists(st.sampled_from(["leave", "for", "parents", "2031", "(paid)"]), min_size=1, max_size=6))
def test_words_are_kept_as_they_are(words: list[str]) -> None:
    assert understood(" ".join(words)) == Query(" ".join(words))


def test_names_short_words_and_figures_are_never_doubted() -> None:
    assert doubtful("Parntal leav for Jonhson in Q3x, e-mial, reciepts reciepts of 2O31") == [
        "Parntal",
        "reciepts",
    ]
