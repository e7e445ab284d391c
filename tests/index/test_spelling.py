"""Slips of the finger, counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.index.spelling import may_be_slip, slips_between

WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("leave", "leave", 0),
        ("leave", "leaves", 1),
        ("leave", "lave", 1),
        ("leave", "loave", 1),
        ("leave", "laeve", 1),
        ("parental", "aprentla", 2),
        ("parental", "paternal", 3),
        ("", "ab", 2),
        ("leave", "travel", 3),
    ],
)
def test_slips_are_counted_up_to_the_most(first: str, second: str, slips: int) -> None:
    assert slips_between(first, second, 9) == slips_between(second, first, 9) == slips
    for most in range(4):
        assert slips_between(first, second, most) == min(slips, most + 1)


@given(WORDS, WORDS)
def test_slips_are_none_only_between_equals_and_as_many_either_way(first: str, second: str) -> None:
    slips = slips_between(first, second, 20)
    assert (slips == 0) == (first == second)
    assert slips == slips_between(second, first, 20)
    assert abs(len(first) - len(second)) <= slips <= max(len(first), len(second))


@given(st.text("abc", min_size=2, max_size=8), st.integers(0, 6))
def test_one_exchange_is_one_slip(word: str, at: int) -> None:
    at = at % (len(word) - 1)
    exchanged = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert slips_between(word, exchanged, 3) == (word != exchanged)


@pytest.mark.parametrize(
    ("word", "stem", "slips"),
    [("parntal", "parent", 1), ("bouns", "bonus", 1), ("expnses", "expens", 1), ("polcies", "polici", 1)],
)
def test_a_stem_of_the_word_that_was_meant_may_be_it(word: str, stem: str, slips: int) -> None:
    assert may_be_slip(word, stem, slips)


@pytest.mark.parametrize(
    ("word", "stem"), [("parntal", "pavilion"), ("bouns", "boundari"), ("polcies", "po")]
)
def test_a_stem_of_something_else_is_not(word: str, stem: str) -> None:
    assert not may_be_slip(word, stem, 1)
