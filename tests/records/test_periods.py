"""A day is found in a period exactly when it lies in it, however the period is cut."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.records.history import History
from wellread.records.periods import LAST, moment, readers_at, readers_within

DAYS = st.integers(0, LAST)
ANN, HR = "user:ann", "group:hr@home"


def at(day: int) -> str:
    return moment(datetime(1970, 1, 1, 12) + timedelta(days=day))


@given(first=DAYS, last=st.none() | DAYS, day=DAYS)
def test_a_day_is_found_exactly_in_the_periods_it_lies_in(first: int, last: int | None, day: int) -> None:
    until = None if last is None else at(max(first, last))
    terms = readers_within([ANN, HR], [(at(first), until)])
    lies_in = first <= day and (last is None or day <= max(first, last))
    assert bool(terms & readers_at([ANN], at(day))) == lies_in
    assert bool(terms & readers_at([ANN, "user:bob"], at(day))) == lies_in
    assert not terms & readers_at(["user:bob", "group:hr"], at(day))
    assert len(terms) <= 2 * 2 * 16


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4), DAYS)
def test_several_periods_are_found_by_any_of_them(periods: list[tuple[int, int]], day: int) -> None:
    terms = readers_within([ANN], [(at(min(pair)), at(max(pair))) for pair in periods])
    assert bool(terms & readers_at([ANN], at(day))) == any(min(p) <= day <= max(p) for p in periods)


def test_days_outside_count_as_the_first_or_the_last() -> None:
    terms = readers_within([ANN], [("1950-01-01T00:00:00+00:00", "1960-01-01T00:00:00+00:00")])
    assert terms & readers_at([ANN], "1970-01-01T00:00:00+00:00")
    assert readers_within([ANN], [(at(5), None)]) & readers_at([ANN], "2500-01-01T00:00:00+00:00")


def test_a_day_is_its_end_and_a_moment_is_itself() -> None:
    assert moment("2024-03-15") == moment(date(2024, 3, 15)) == "2024-03-15T23:59:59.999999+00:00"
    assert moment("2024-03-15T12:00+01:00") == "2024-03-15T11:00:00.000000+00:00"
    assert moment(datetime(2024, 3, 15, 12)) == "2024-03-15T12:00:00.000000+00:00"
    zone = timezone(timedelta(hours=2))
    assert moment(datetime(2024, 3, 15, 1, tzinfo=zone)) == "2024-03-14T23:00:00.000000+00:00"
    for wrong in ("", "March", "2024-13-01", "2024-03-15T25:00"):
        with pytest.raises(UsageError, match="no day or moment"):
            moment(wrong)


def test_what_a_source_may_be_told_to_keep() -> None:
    assert History.parse({}) is History.parse({"history": "off"}) is None
    assert History.parse({"history": "full"}) == History("", False)
    assert History.parse({"history": "2024-01-01,gone"}) == History("2024-01-01T00:00:00.000000+00:00", True)
    for wrong in ("", "all", "full,", "full,kept", "2024-1-1", "2024-01-01T10:00"):
        with pytest.raises(UsageError, match="history is"):
            History.parse({"history": wrong})
