import math
import re
import string
from collections import Counter

import ir_measures
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.evaluate.metrics import (
    average_precision,
    contains,
    exact_match,
    is_correct,
    ndcg,
    recall,
    reciprocal_rank,
    token_f1,
)

PLAIN = st.lists(
    st.sampled_from(["leave", "weeks", "days", "of", "pay", "grade", "sick", "office"]), max_size=8
).map(" ".join)
TEXT = st.one_of(PLAIN, st.text(max_size=40))
IDS = [f"d{n:02}" for n in range(12)]


# Answers.


def squad_f1(answer: str, gold: str) -> float:
    """The official script's F1, written anew from its description: set arithmetic over counted tokens."""

    def tokens(text: str) -> list[str]:
        text = "".join(c for c in text.lower() if c not in set(string.punctuation))
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    one, two = tokens(answer), tokens(gold)
    if not one or not two:
        return float(one == two)
    common = sum(min(count, two.count(token)) for token, count in Counter(one).items())
    if common == 0:
        return 0.0
    precision, found = common / len(one), common / len(two)
    return 2 * precision * found / (precision + found)


@given(
    st.lists(
        st.sampled_from(["The", "a", "an", "Leave", "leave,", "weeks.", "(days)", "of", "pay!", "26", "ten"]),
        max_size=10,
    ),
    st.lists(st.sampled_from(["the", "Leave", "weeks", "days", "of", "pay", "26", "ten"]), max_size=6),
)
def test_f1_and_exact_match_equal_squads_where_no_figure_is_at_stake(one: list[str], two: list[str]) -> None:
    answer, gold = " ".join(one), " ".join(two)
    articles = {"a", "an", "the", ""}
    assume(not all(word.lower() in articles for word in one) and not all(w.lower() in articles for w in two))
    assert token_f1(answer, gold) == pytest.approx(squad_f1(answer, gold))
    if exact_match(answer, gold):
        assert squad_f1(answer, gold) == 1.0


@pytest.mark.parametrize(
    ("answer", "gold", "theirs", "ours"),
    [
        ("451", "4.5:1", 1.0, 0.0),  # they delete the marks
        ("15 hours", "1.5 hours", 1.0, 0.5),
        ("10000", "10,000", 1.0, 1.0),
        ("3 to 5 days", "3-5 days", 1 / 3, 1.0),  # one spelling of a range
        ("two weeks", "2 weeks", 0.5, 1.0),  # and of small numbers
        ("75 percent", "75%", 2 / 3, 1.0),
        ("well known", "well-known", 0.0, 1.0),  # they glue the parts together
        ("plan", "Plan A", 1.0, 2 / 3),  # a name is no article
    ],
)
def test_where_ours_differs_from_squads_on_purpose(
    answer: str, gold: str, theirs: float, ours: float
) -> None:
    assert squad_f1(answer, gold) == pytest.approx(theirs)
    assert token_f1(answer, gold) == pytest.approx(ours)


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("26 weeks", "26 weeks", 1.0),
        ("26 weeks of leave", "26 weeks", 2 / 3),
        ("weeks weeks", "26 weeks", 0.5),
        ("ten days", "26 weeks", 0.0),
        ("", "26 weeks", 0.0),
        ("", "", 1.0),
    ],
)
def test_f1_of_known_cases(answer: str, gold: str, f1: float) -> None:
    assert token_f1(answer, gold) == pytest.approx(f1)


@given(TEXT, TEXT)
def test_f1_is_a_share_symmetric_and_one_for_equal_words(one: str, other: str) -> None:
    assert 0.0 <= token_f1(one, other) <= 1.0
    assert token_f1(one, other) == token_f1(other, one)
    assert token_f1(one, one) == 1.0
    if exact_match(one, other):
        assert token_f1(one, other) == 1.0


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("You can ask for up to 240 hours.", "240 hours"),
        ("It must end with `-public`.", "-public"),
        ("It costs 10,000 dollars a year.", "$10,000"),
        ("At 3:30 p.m. ET on\nWednesdays", "3:30 PM ET"),
        ("A contrast of at least 4.5:1.", "4.5:1"),
        ("within 3 to 5 business days", "3-5 business days"),
        ("Federal Records Act", "Federal Records Act of 1950"),
        ("3 years", "three years"),
        ("10,000", "$10,000"),  # F1 2/3: the unit is in the question
        ("Gratuitous Services", "Gratuitous Services Agreement"),
        ("the Digital Signature System", "Digital Signature System (DSS)"),
    ],
)
def test_correct_answers(answer: str, gold: str) -> None:
    assert is_correct(answer, gold)


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("2400 hours", "240 hours"),
        ("451", "4.5:1"),
        ("The channel is public.", "-public"),
        ("10,000 euros", "$10,000"),
        ("75 hours", "75%"),
        ("unmoderated", "Moderate"),
        ("45", "5"),
        ("3-5 business days", "7-10 business days"),
        ("at least 12 weeks", "at least two weeks"),
        ("at least two weeks", "at least 12 weeks"),
        ("anything", "..."),
        ("", "24"),
    ],
)
def test_wrong_answers(answer: str, gold: str) -> None:
    assert not is_correct(answer, gold)


def test_a_long_answer_is_not_correct_by_containing_the_gold() -> None:
    assert is_correct("24 " + "word " * 29, "24")
    assert not is_correct("24 " + "word " * 30, "24")


def test_f1_decides_at_six_tenths() -> None:
    assert is_correct("red gold blue", "gold red blue green grey pink teal")  # 2*3/10
    assert not is_correct("red gold blue", "gold red blue green grey pink teal lime")  # 2*3/11


@given(PLAIN, PLAIN, PLAIN)
def test_a_text_contains_its_parts(before: str, part: str, after: str) -> None:
    assume(part)
    assert contains(f"{before} {part} {after}", part)


@given(TEXT, TEXT)
def test_to_contain_each_other_is_to_be_equal(one: str, other: str) -> None:
    if contains(one, other) and contains(other, one):
        assert exact_match(one, other)


# Rankings.

RANKINGS = st.lists(st.sampled_from(IDS), unique=True, min_size=1)
JUDGEMENTS = st.dictionaries(st.sampled_from([*IDS, "x1", "x2"]), st.integers(0, 3), min_size=1)


@settings(max_examples=60)
@given(RANKINGS, JUDGEMENTS, st.integers(1, 15))
def test_ranking_metrics_equal_those_of_ir_measures(
    ranking: list[str], grades: dict[str, int], k: int
) -> None:
    measures = {
        ir_measures.nDCG @ k: ndcg(ranking, grades, k),
        ir_measures.R @ k: recall(ranking, grades, k),
        ir_measures.RR: reciprocal_rank(ranking, grades),
        ir_measures.AP: average_precision(ranking, grades),
        ir_measures.AP @ k: average_precision(ranking, grades, k),
    }
    judged = [ir_measures.Qrel("q", one, grade) for one, grade in grades.items()]
    scored = [ir_measures.ScoredDoc("q", one, 1.0 - rank / 100) for rank, one in enumerate(ranking)]
    expected = ir_measures.calc_aggregate(list(measures), judged, scored)
    for measure, value in measures.items():
        assert value == pytest.approx(expected[measure], abs=1e-6), measure


def test_ranking_metrics_by_hand() -> None:
    ranking, grades = ["a", "b", "c", "d"], {"b": 1.0, "d": 1.0, "z": 1.0}
    assert ndcg(ranking, grades, 2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert recall(ranking, grades, 4) == pytest.approx(2 / 3)
    assert reciprocal_rank(ranking, grades) == 0.5
    assert reciprocal_rank(ranking, grades, 1) == 0.0
    assert average_precision(ranking, grades) == pytest.approx((1 / 2 + 2 / 4) / 3)


@given(RANKINGS, JUDGEMENTS, st.integers(1, 15))
def test_the_ideal_ranking_is_worth_one_and_nothing_is_worth_more(
    ranking: list[str], grades: dict[str, int], k: int
) -> None:
    ideal = sorted(grades, key=lambda one: -grades[one])
    some = any(grades.values())
    assert ndcg(ideal, grades, k) == pytest.approx(float(some))
    assert average_precision(ideal, grades) == pytest.approx(float(some))
    for value in (ndcg(ranking, grades, k), recall(ranking, grades, k), average_precision(ranking, grades)):
        assert 0.0 <= value <= 1.0 + 1e-12


def test_nothing_relevant_is_worth_nothing() -> None:
    assert ndcg(["a"], {"a": 0}, 5) == recall(["a"], {}, 5) == average_precision(["a"], {}) == 0.0


def test_an_id_ranked_twice_and_a_cut_before_the_first_are_refused() -> None:
    with pytest.raises(UsageError, match="'a' is ranked twice"):
        ndcg(["a", "b", "a"], {"a": 1}, 3)
    with pytest.raises(UsageError, match="k is 0"):
        recall(["a"], {"a": 1}, 0)
