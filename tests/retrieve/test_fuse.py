"""Fusion: worked by hand, and the algebra that must hold for any lists."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.index.protocol import Proposal
from wellread.retrieve.fuse import convex_combination, reciprocal_rank_fusion


def ranked(*pairs: tuple[int, float]) -> list[Proposal]:
    return [Proposal(key, score) for key, score in pairs]


def keys(proposals: list[Proposal]) -> list[int]:
    return [proposal.key for proposal in proposals]


SCORES = st.floats(-100, 100, allow_nan=False)
LISTS = st.lists(
    st.dictionaries(st.integers(1, 20), SCORES, max_size=10).map(
        lambda scores: sorted((Proposal(*pair) for pair in scores.items()), key=lambda p: (-p.score, p.key))
    ),
    max_size=4,
)


class TestReciprocalRank:
    def test_by_hand(self) -> None:
        fused = reciprocal_rank_fusion([ranked((7, 9.0), (8, 2.0)), ranked((8, 0.5), (9, 0.1))], k=1)
        assert fused == ranked((8, 1 / 3 + 1 / 2), (7, 1 / 2), (9, 1 / 3))

    @given(lists=LISTS, k=st.integers(0, 100))
    def test_is_the_sum_of_the_paper(self, lists: list[list[Proposal]], k: int) -> None:
        exact = {
            key: sum(Fraction(1, k + 1 + keys(each).index(key)) for each in lists if key in keys(each))
            for key in {proposal.key for each in lists for proposal in each}
        }
        fused = reciprocal_rank_fusion(lists, k=k)
        assert {p.key: p.score for p in fused} == pytest.approx({key: float(s) for key, s in exact.items()})
        assert [p.score for p in fused] == sorted((p.score for p in fused), reverse=True)

    @given(lists=LISTS)
    def test_scores_in_the_lists_do_not_matter(self, lists: list[list[Proposal]]) -> None:
        squeezed = [[Proposal(p.key, math.atan(p.score)) for p in each] for each in lists]
        assert reciprocal_rank_fusion(squeezed) == reciprocal_rank_fusion(lists)

    @given(each=LISTS.filter(bool).map(lambda lists: lists[0]))
    def test_one_list_keeps_its_order(self, each: list[Proposal]) -> None:
        assert keys(reciprocal_rank_fusion([each])) == keys(each)

    def test_equal_scores_go_by_key(self) -> None:
        assert keys(reciprocal_rank_fusion([ranked((9, 1.0)), ranked((3, 1.0))])) == [3, 9]

    @pytest.mark.parametrize("k", [-1, math.nan])
    def test_a_rank_constant_below_zero_is_refused(self, k: float) -> None:
        with pytest.raises(UsageError, match="rank constant"):
            reciprocal_rank_fusion([], k=k)


class TestConvex:
    def test_by_hand(self) -> None:
        lists = [ranked((1, 30.0), (2, 20.0), (3, 10.0)), ranked((3, 0.9), (4, 0.8))]
        fused = convex_combination(lists, [1, 3])
        assert fused == ranked((3, 0.75), (1, 0.25), (2, 0.125), (4, 0.0))

    @given(lists=LISTS.filter(bool), scale=st.floats(0.1, 10), shift=st.integers(-5, 5))
    def test_the_scale_of_a_list_does_not_matter(
        self, lists: list[list[Proposal]], scale: float, shift: int
    ) -> None:
        stretched = [[Proposal(p.key, p.score * 4 + shift) for p in lists[0]], *lists[1:]]
        weights = [scale] * len(lists)
        before = {p.key: p.score for p in convex_combination(lists)}
        after = {p.key: p.score for p in convex_combination(stretched, weights)}
        assert after.keys() == before.keys()
        # Neighbouring floats may collapse under the shift; with scores a little apart nothing may change.
        if all(abs(p.score - q.score) > 1e-3 for p in lists[0] for q in lists[0] if p.key != q.key):
            assert after == pytest.approx(before, abs=1e-9)

    @given(lists=LISTS)
    def test_scores_lie_between_0_and_1(self, lists: list[list[Proposal]]) -> None:
        assert all(-1e-12 <= p.score <= 1 + 1e-12 for p in convex_combination(lists))

    @given(lists=LISTS.filter(lambda lists: len(lists) == 2))
    def test_a_weight_of_zero_leaves_the_order_to_the_other(self, lists: list[list[Proposal]]) -> None:
        fused = [p.key for p in convex_combination(lists, [1, 0]) if p.score > 0]
        assert fused == keys(convex_combination(lists[:1]))[: len(fused)]

    def test_equal_scores_count_as_the_best(self) -> None:
        assert convex_combination([ranked((2, 5.0), (1, 5.0))]) == ranked((1, 1.0), (2, 1.0))

    @pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0], [1, math.nan]])
    def test_weights_that_do_not_fit_are_refused(self, weights: list[float]) -> None:
        with pytest.raises(UsageError, match="weights"):
            convex_combination([ranked((1, 1.0)), ranked((2, 1.0))], weights)


def test_nothing_gives_nothing() -> None:
    for fuse in (reciprocal_rank_fusion, convex_combination):
        assert fuse([]) == fuse([[]]) == fuse([[], []]) == []
