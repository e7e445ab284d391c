import json
from dataclasses import replace

import pytest
from comparison_samples import CONDITIONS, comparison, outcome, questions_for

from wellread.decide.advice import advise
from wellread.decide.evidence import questions_to_tell
from wellread.errors import UsageError
from wellread.evaluate.statistics import tells_apart
from wellread.evaluate.summary import summarise
from wellread.records.comparison import Advice, Interval, Pair


def shares(n: int, **right: float) -> dict[str, str]:
    """Arms of which the first `right` of n answerable questions are correct."""
    return {
        arm.replace("_", "+"): "+" * round(share * n) + "-" * (n - round(share * n))
        for arm, share in right.items()
    }


def test_the_best_arm_is_advised_when_nothing_cheaper_comes_near() -> None:
    found = advise(comparison(shares(60, base=0.2, rag=0.6, tuned=0.3, tuned_rag=0.85)))
    assert (found.advice, found.arm) == ("both", "tuned+rag")
    assert "51 of 60 questions" in found.headline
    assert "85% of 60 questions" in found.because[0]


def test_a_cheaper_arm_that_cannot_be_told_from_the_best_is_taken() -> None:
    found = advise(comparison(shares(60, base=0.2, rag=0.80, tuned=0.3, tuned_rag=0.85)))
    assert (found.advice, found.arm) == ("rag", "rag")
    assert "cannot be told from chance" in found.headline
    assert any("at 3.0 instead of 3.5 USD for 1,000 questions" in reason for reason in found.because)
    assert any("questions are needed" in reason for reason in found.because)


def test_tuning_and_the_base_can_win() -> None:
    assert advise(comparison(shares(60, base=0.2, rag=0.3, tuned=0.8))).advice == "tuning"
    found = advise(comparison(shares(60, base=0.8, rag=0.3)))
    assert (found.advice, found.arm) == ("base", "base")


def test_no_difference_takes_the_cheapest() -> None:
    found = advise(comparison(shares(60, rag=0.50, tuned_rag=0.55)))
    assert (found.advice, found.arm) == ("no difference", "rag")
    dearer_is_worse = advise(comparison(shares(60, rag=0.55, tuned_rag=0.50)))
    assert (dearer_is_worse.advice, dearer_is_worse.arm) == ("no difference", "rag")
    same = advise(comparison({"rag": "+-" * 20, "tuned+rag": "+-" * 20}))
    assert (same.advice, same.arm) == ("no difference", "rag")
    assert any("score the same" in reason for reason in same.because)


def test_among_equal_prices_the_arm_with_less_to_keep_up_is_taken() -> None:
    made = comparison(shares(60, tuned_rag=0.5, tuned=0.5, rag=0.5))
    even = replace(made, arms=tuple(replace(arm, cost_per_question=0.001) for arm in made.arms))
    assert advise(even).arm == "rag"


def test_the_order_of_the_arms_does_not_matter() -> None:
    arms = shares(60, base=0.2, rag=0.7, tuned=0.3, tuned_rag=0.85)
    turned = dict(reversed(arms.items()))
    one, two = advise(comparison(arms)), advise(comparison(turned))
    assert (one.advice, one.arm, one.because) == (two.advice, two.arm, two.because)


def test_four_questions_do_not_decide_and_five_do() -> None:
    def pair(k: int) -> Pair:
        return comparison({"rag": "+" * 60, "base": "-" * k + "+" * (60 - k)}).pairs[0]

    assert not pair(4).interval.includes(0.0)
    assert not tells_apart(pair(4))
    assert tells_apart(pair(5))


def test_the_evidence_names_the_questions_in_which_the_arms_part() -> None:
    found = advise(comparison({"rag": "++++++--", "base": "-----+-+"}))
    (row,) = found.evidence
    assert (row.pair.arm_a, row.pair.arm_b) == ("rag", "base")
    assert row.only_a == ("q000", "q001", "q002", "q003", "q004")
    assert row.only_b == ("q007",)


def test_what_makes_a_result_doubtful_is_warned_of() -> None:
    refuses = advise(comparison({"rag": "++++++www!!r", "base": "-" * 9 + "!!!"}))
    text = "\n".join(refuses.warnings)
    assert "Only 12 held-out questions" in text
    assert "RAG refused 3 of 9 questions" in text
    assert "answered 2 of 3 questions that the documents do not answer" in text
    memory = advise(comparison(shares(60, base=0.2, rag=0.3, tuned=0.8)))
    assert any("from memory, with no source" in warning for warning in memory.warnings)
    hopeless = advise(comparison({"rag": "-" * 30, "base": "-" * 30}))
    assert any("got no question right" in warning for warning in hopeless.warnings)


def test_a_failed_question_is_a_failure_and_no_invention() -> None:
    test = questions_for("+" * 10 + "r" * 4)
    letters = "+" * 10 + "rrrx"
    outcomes = [
        outcome(q, arm, letters[n]) for n, q in enumerate(test.questions) for arm in ("rag", "tuned+rag")
    ]
    found = advise(summarise(outcomes, test, CONDITIONS, lambda arm, ms, tokens: 0.001))
    assert any("failed on 1 question" in warning for warning in found.warnings)
    assert not any("do not answer" in warning for warning in found.warnings)


def test_a_good_result_has_no_warning() -> None:
    made = comparison({"rag": "+" * 50 + "r" * 20, "base": "-" * 50 + "!" * 20})
    assert advise(made).warnings == ()


def test_an_undecided_result_says_how_many_questions_would_settle_it() -> None:
    pair = Pair(
        arm_a="tuned+rag",
        arm_b="rag",
        difference=0.05,
        interval=Interval(-0.03, 0.13),
        p_value=0.3,
        only_a=5,
        only_b=2,
        n=60,
    )
    needed = questions_to_tell(pair)
    assert needed == 364  # (1.96 sqrt(7/60) + 0.8416 sqrt(7/60 - 0.0025))^2 / 0.0025 = 363.2
    same = replace(pair, difference=0.0, only_a=0, only_b=0)
    assert questions_to_tell(same) == 155  # 5 points, all of the dispute one way


def test_one_arm_alone_is_said_to_be_alone() -> None:
    found = advise(comparison(shares(30, rag=0.5)))
    assert found.advice == "rag"
    assert "nothing to choose between" in found.headline
    assert found.evidence == ()


def test_no_arm_and_an_unknown_arm_are_refused() -> None:
    made = comparison(shares(30, rag=0.5))
    with pytest.raises(UsageError, match="without arms"):
        advise(replace(made, arms=()))
    with pytest.raises(UsageError, match="'oracle'"):
        advise(comparison(shares(30, rag=0.5, oracle=0.9)))


def test_json_loses_nothing() -> None:
    found = advise(comparison(shares(60, base=0.2, rag=0.80, tuned_rag=0.85)))
    written = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert Advice.from_json(written) == found
    assert {"advice", "because", "evidence"} <= written.keys()
