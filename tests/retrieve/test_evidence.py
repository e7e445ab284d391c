"""What a text says for itself: words that stand together, and a document called by its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.index.protocol import Weights
from wellread.retrieve.evidence import Nearness, named

NEAR = Nearness({"parent": 2.0, "leav": 1.0, "polici": 3.0})


def test_question_words_next_to_each_other_count_the_more_the_nearer() -> None:
    together = NEAR.of("The parental leave is paid.")
    apart = NEAR.of("A parent may, if both agree to it, leave early.")
    assert together > apart > 0
    assert NEAR.of("A parent of two. " + "Nothing of note. " * 5 + "They leave.") == 0


def test_the_other_order_counts_half_as_much_at_first() -> None:
    assert 0 < NEAR.of("leaves for parents") < NEAR.of("parents leaving")


def test_a_pair_is_worth_what_its_commoner_word_is() -> None:
    rare = Nearness({"parent": 2.0, "leav": 2.0})
    common = Nearness({"parent": 9.0, "leav": 0.1})
    assert common.of("parent leave") == pytest.approx(rare.of("parent leave") * 0.1 / 2.0)


def test_only_neighbours_of_the_question_make_a_pair() -> None:
    assert NEAR.of("parent policy") == 0
    assert NEAR.of("leave policies") > 0


def test_saying_it_again_helps_less_and_less() -> None:
    once, twice, often = (
        NEAR.of(("leave policy " + "and so on with much else besides this " * 3) * n) for n in (1, 2, 9)
    )
    assert 0 < twice - once < once
    assert often < 2.2 * once


def test_accents_and_case_do_not_matter() -> None:
    near = Nearness({"cafe": 1.0, "menu": 1.0})
    assert near.of("the CAFÉ MENU") == near.of("the cafe menu") > 0


@given(
    st.text(max_size=300), st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0.01, 9), max_size=5)
)
def test_any_text_and_any_terms_give_a_sum_not_below_zero(text: str, weights: dict[str, float]) -> None:
    assert Nearness(weights).of(text) >= 0


def weights(most: float = 4.0, **terms: float) -> Weights:
    return Weights(terms, most)


def test_a_whole_rare_name_counts_fully_and_part_of_it_much_less() -> None:
    asked = weights(travel=2.5, guid=2.5)
    assert named(asked, "The Travel Guide") == 1.0
    assert named(asked, "Travel guide for the northern offices") == pytest.approx((2 / 4) ** 2)
    assert named(asked, "Annual report") == 0.0


def test_a_name_of_common_words_says_little() -> None:
    assert named(weights(introduct=0.2), "Introduction") == pytest.approx(0.2 / 4.0)


def test_the_best_of_several_names_counts() -> None:
    asked = weights(q3=3.0, **{"2031": 3.0})
    assert named(asked, "Report", "2031 Q3") == 1.0
    assert named(asked, "", "the of") == 0.0
