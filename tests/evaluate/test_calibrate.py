"""The refusal limit separates what a reader knows from what it does not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wellread.evaluate.calibrate import (
    REFUSED,
    Reading,
    moved_limit,
    refusal_limit,
    rightly_refused,
    wrongly_refused,
)

KNOWN = [Reading(doubt=p, answerable=True, correct=True) for p in (0.1, 0.2, 0.3)]
WRONG = Reading(doubt=0.6, answerable=True, correct=False)
ABSENT = [Reading(doubt=p, answerable=False, correct=False) for p in (0.7, 0.8)]


def absent(*doubts: float) -> list[Reading]:
    return [Reading(doubt=doubt, answerable=False, correct=False) for doubt in doubts]


def test_a_clean_gap_is_met_in_its_middle() -> None:
    assert refusal_limit([*KNOWN, *ABSENT]) == pytest.approx(0.5)


def test_where_no_answer_is_at_stake_it_keeps_to_the_middle() -> None:
    limit = refusal_limit([*KNOWN, *absent(0.4, 0.7, 0.8, 0.85, 0.9)])
    assert limit == pytest.approx(0.55)  # below it one in five without an answer is answered, above it more


def test_an_answer_is_worth_some_wrong_ones_but_not_more_than_allowed() -> None:
    late = Reading(doubt=0.75, answerable=True, correct=True)
    assert 0.75 < refusal_limit([*KNOWN, late, *absent(0.7, 0.8, 0.85, 0.9)]) < 0.8
    assert 0.3 < refusal_limit([*KNOWN, late, *absent(0.7, 0.72, 0.85, 0.9)]) < 0.72


def test_a_reader_without_right_answers_still_refuses_enough() -> None:
    assert rightly_refused(ABSENT, refusal_limit([WRONG, *ABSENT])) == 1


def test_without_readings_there_is_no_limit() -> None:
    with pytest.raises(ValueError, match="no readings"):
        refusal_limit([])


@given(
    st.lists(
        st.builds(Reading, doubt=st.floats(0, 1), answerable=st.just(True), correct=st.booleans())
        | st.builds(Reading, doubt=st.floats(0, 1), answerable=st.just(False), correct=st.just(False)),
        min_size=1,
        max_size=12,
    ),
    st.floats(0, 1, exclude_max=True),
)
@example([*absent(0.5, 0.5000000000000001), Reading(doubt=1.0, answerable=True, correct=False)], 0.5)
def test_no_other_limit_that_refuses_enough_refuses_fewer_with_an_answer(
    readings: list[Reading], other: float
) -> None:
    limit = refusal_limit(readings)
    assert 0 <= limit < 1
    if rightly_refused(readings, other) >= REFUSED:
        assert wrongly_refused(readings, limit) <= wrongly_refused(readings, other)


def test_a_limit_moves_with_the_doubts_it_was_set_for() -> None:
    before, after = [0.9, 0.8, 0.95, 0.99], [0.8, 0.6, 0.9, 0.98]
    moved = moved_limit(0.83, before, after)
    assert 0.65 < moved < 0.72
    assert moved_limit(moved, after, before) == pytest.approx(0.83)
    assert moved_limit(0.83, before, before) == pytest.approx(0.83)


def test_one_wild_doubt_moves_no_limit() -> None:
    assert moved_limit(0.83, [0.9, 0.8, 0.7], [0.9, 0.8, 0.0]) == pytest.approx(0.83)
    assert moved_limit(0.83, [], []) == 0.83
