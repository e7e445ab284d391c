"""One scale for scores of two kinds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wellread.retrieve.fuse import over_best

SCORES = st.dictionaries(
    st.integers(1, 20), st.floats(-100, 100, allow_nan=False, allow_subnormal=False), max_size=10
)


def test_the_best_is_one_and_the_distance_to_the_second_counts() -> None:
    assert over_best({7: 8.0, 8: 4.0, 9: -2.0}) == {7: 1.0, 8: 0.5, 9: -0.25}


@pytest.mark.parametrize("scores", [{}, {1: 0.0}, {1: -3.0, 2: -1.0}])
def test_where_nothing_is_above_zero_nothing_counts(scores: dict[int, float]) -> None:
    assert over_best(scores) == dict.fromkeys(scores, 0.0)


@given(SCORES, st.floats(1e-3, 1e3))
def test_the_scale_that_scores_come_in_does_not_matter(scores: dict[int, float], by: float) -> None:
    assume(max(scores.values(), default=0) > 1e-9)
    scaled = over_best({key: score * by for key, score in scores.items()})
    assert scaled == pytest.approx(over_best(scores), rel=1e-9, abs=1e-9)


@given(SCORES)
def test_no_order_changes(scores: dict[int, float]) -> None:
    found = over_best(scores)
    by_score = sorted(scores, key=lambda key: scores[key])
    values = [found[key] for key in by_score]
    assert found.keys() == scores.keys()
    assert values == sorted(values)
