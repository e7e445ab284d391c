"""The refusal limit separates what a reader knows from what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.evaluate.calibrate import Reading, balanced, refusal_limit

KNOWN = [Reading(doubt=p, answerable=True, correct=True) for p in (0.1, 0.2, 0.3)]
ABSENT = [Reading(doubt=p, answerable=False, correct=False) for p in (0.7, 0.8)]


def test_a_clean_gap_is_met_in_its_middle() -> None:
    assert refusal_limit([*KNOWN, *ABSENT]) == pytest.approx(0.5)


def test_wrong_answers_are_worth_refusing() -> None:
    wrong = Reading(doubt=0.25, answerable=True, correct=False)
    assert balanced([*KNOWN, wrong, *ABSENT], 0.5) == pytest.approx((0.75 + 1.0) / 2)


def test_the_kinds_count_alike_however_many_there_are() -> None:
    many = [*KNOWN, *ABSENT, *[Reading(doubt=0.35, answerable=False, correct=False)] * 50]
    assert 0.3 < refusal_limit(many) < 0.35


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
    st.floats(0, 1),
)
def test_no_other_limit_is_better(readings: list[Reading], other: float) -> None:
    limit = refusal_limit(readings)
    assert 0 <= limit <= 1
    assert balanced(readings, limit) >= balanced(readings, other) - 1e-9
