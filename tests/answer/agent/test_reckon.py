from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.agent.reckon import calculate, compare
from wellread.errors import UsageError


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1,200 * 3", "3,600"),
        ("(2 + 3) × 4 − 1", "19"),
        ("7 / 2", "3.5"),
        ("-5 + 0.5", "-4.5"),
        ("17 % 5", "2"),
    ],
)
def test_sums_are_worked_out(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "two plus two",
        "__import__('os')",
        "2 ** 99",
        "9 << 9",
        "a.b",
        "[1]",
        "1e400",
        "True",
        "(" * 99,
        "1 if 1 else 2",
    ],
)
def test_what_is_no_sum_is_refused(expression: str) -> None:
    with pytest.raises(UsageError, match="is no sum"):
        calculate(expression)


def test_dividing_by_zero_is_told() -> None:
    with pytest.raises(UsageError, match="divides by zero"):
        calculate("1 / (2 - 2)")


@given(st.text(max_size=60))
def test_any_text_is_a_sum_or_a_plain_error(expression: str) -> None:
    with suppress(UsageError):
        assert calculate(expression)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("5 March 1990", "1990-03-15", "5 March 1990 is 10 days before 1990-03-15"),
        ("2001", "1999", "2001 is 731 days after 1999"),
        ("€1,200", "900 euros", "€1,200 is greater than 900 euros, by 300"),
        ("2 weeks", "14 days", "2 weeks and 14 days are the same"),
        ("three people", "12 people", "three people is less than 12 people, by 9"),
    ],
)
def test_values_are_compared(one: str, other: str, said: str) -> None:
    assert compare(one, other) == said


@pytest.mark.parametrize(("one", "other"), [("€5", "5 days"), ("28 days", "1 month")])
def test_values_of_different_kinds_are_not_compared(one: str, other: str) -> None:
    with pytest.raises(UsageError, match="cannot be compared"):
        compare(one, other)


def test_what_has_no_value_is_told() -> None:
    with pytest.raises(UsageError, match="'blue' has no amount"):
        compare("blue", "5 days")
