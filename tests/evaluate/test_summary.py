import json
from dataclasses import replace

import pytest
from comparison_samples import CONDITIONS, comparison, outcome, price, question, questions_for
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.evaluate.summary import INTERRUPTED, summarise
from wellread.records.comparison import Comparison, LeftOut

LETTERS = {"rag": "++-wr!r+-x" * 3, "base": "+----!!+--" * 3, "tuned": "+++wrrrw-+" * 3}


def test_outcomes_are_counted() -> None:
    rag = comparison(LETTERS).arm("rag")
    assert (rag.questions, rag.answerable) == (30, 21)
    assert (rag.correct, rag.rightly_abstained, rag.wrongly_abstained, rag.wrong) == (9, 6, 3, 12)
    assert (rag.cited, rag.failed) == (9, 3)
    assert rag.score == 0.5
    assert rag.interval.includes(0.5)
    assert (rag.p50_ms, rag.p95_ms) == (pytest.approx(195.0), pytest.approx(325.5))
    assert rag.tokens == 27 * 90
    assert rag.cost_per_question == pytest.approx(0.003)
    assert rag.cost_per_correct == pytest.approx(0.003 * 30 / 9)


def test_pairs_compare_question_by_question() -> None:
    found = comparison(LETTERS)
    assert [(pair.arm_a, pair.arm_b) for pair in found.pairs] == [
        ("rag", "base"),
        ("rag", "tuned"),
        ("base", "tuned"),
    ]
    pair = found.pair("rag", "base")
    assert (pair.only_a, pair.only_b, pair.n) == (9, 0, 30)
    assert pair.difference == pytest.approx(0.3)
    assert found.pair("base", "rag") == pair.reversed()
    assert pair.reversed().reversed() == pair
    with pytest.raises(KeyError):
        found.pair("rag", "raft")


def test_no_correct_answer_has_no_cost_per_correct() -> None:
    assert comparison({"rag": "--r"}).arm("rag").cost_per_correct is None


def test_exchanging_arms_exchanges_every_sign() -> None:
    there = comparison(LETTERS).pair("rag", "tuned")
    back = comparison({name: LETTERS[name] for name in ("rag", "tuned")})
    turned = summarise(
        [one for one in back.outcomes if one.arm == "tuned"]
        + [one for one in back.outcomes if one.arm == "rag"],
        questions_for(LETTERS["rag"]),
        CONDITIONS,
        price,
    )
    assert turned.pairs[0].arm_a == "tuned"
    assert turned.pairs[0] == there.reversed()


def test_the_same_outcomes_give_the_same_figures_and_the_seed_matters() -> None:
    assert comparison(LETTERS) == comparison(LETTERS)
    other = comparison(LETTERS, replace(CONDITIONS, seeds={"bootstrap": 8}))
    assert other.outcomes == comparison(LETTERS).outcomes
    long = {"rag": "+" * 90 + "-" * 87, "base": "-" * 60 + "+" * 117}
    seeds = [
        comparison(long, replace(CONDITIONS, seeds={"bootstrap": n})).pairs[0].interval for n in range(6)
    ]
    assert len(set(seeds)) > 1


def test_an_interrupted_run_says_how_many_were_not_asked() -> None:
    test = questions_for("++++r" * 5)
    done = [outcome(one, "rag", "+" if one.answer else "r") for one in test.questions[:8]]
    found = summarise(done, test, CONDITIONS, price)
    assert found.left_out == (LeftOut(reason=INTERRUPTED, count=17),)
    assert len(found.questions) == found.arm("rag").questions == 8
    assert any("Only 8 held-out questions" in warning for warning in found.warnings)


def test_arms_over_different_questions_are_refused() -> None:
    test = questions_for("++")
    uneven = [outcome(test.questions[0], "rag", "+"), outcome(test.questions[1], "base", "+")]
    with pytest.raises(UsageError, match="different questions"):
        summarise(uneven, test, CONDITIONS, price)
    with pytest.raises(UsageError, match="no outcomes"):
        summarise([], test, CONDITIONS, price)


@settings(max_examples=30)
@given(st.data(), st.integers(1, 25))
def test_counts_add_up_and_intervals_hold_the_estimates(data: st.DataObject, n: int) -> None:
    answerable = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    letters = {
        arm: "".join(data.draw(st.sampled_from("+-wx" if has else "r!x")) for has in answerable)
        for arm in ("rag", "base")
    }
    test = questions_for("".join("+" if has else "r" for has in answerable))
    outcomes = [outcome(q, arm, row[i]) for i, q in enumerate(test.questions) for arm, row in letters.items()]
    found = summarise(outcomes, test, CONDITIONS, price)
    for arm in found.arms:
        row = letters[arm.arm]
        assert (arm.correct, arm.rightly_abstained, arm.wrongly_abstained) == tuple(map(row.count, "+rw"))
        assert arm.wrong == sum(map(row.count, "-!x"))
        assert arm.interval.low - 1e-9 <= arm.score <= arm.interval.high + 1e-9
    pair = found.pairs[0]
    assert pair.difference == pytest.approx(found.arms[0].score - found.arms[1].score)
    assert pair.interval.low - 1e-9 <= pair.difference <= pair.interval.high + 1e-9


def test_json_loses_nothing() -> None:
    found = comparison(LETTERS)
    test = replace(found, left_out=(LeftOut(reason="x", count=2),), warnings=("few",))
    read = Comparison.from_json(json.loads(json.dumps(test.to_json(), allow_nan=False)))
    assert read == test
    assert read.outcomes[0].answer.citations[0].quote == "Rule 0 gives up to 26 weeks of leave."
    assert question(0) == read.questions[0]


def test_json_has_the_promised_keys() -> None:
    arm = comparison(LETTERS).to_json()["arms"][0]
    promised = {"arm", "correct", "abstained", "cited", "interval", "p50_ms", "p95_ms", "cost_per_correct"}
    assert promised <= arm.keys()
    assert arm["abstained"] == 9
    assert len(arm["interval"]) == 2


def test_questions_drawn_after_preparing_are_warned_of_by_their_number() -> None:
    test = questions_for("++++r" * 8)
    drawn = replace(test, questions=test.questions[::4])
    assert test.warnings == ()
    outcomes = [outcome(one, "rag", "+" if one.answer else "r") for one in drawn.questions]
    assert any(
        "Only 10 held-out questions" in warning
        for warning in summarise(outcomes, drawn, CONDITIONS, price).warnings
    )


def test_a_comparison_of_before_answers_had_statements_is_read() -> None:
    made = comparison({"rag": "++-wr-x", "base": "+----r-"})
    stored = json.loads(json.dumps(made.to_json()))
    for row in stored["outcomes"]:
        said = row["answer"]
        answered = said.pop("verdict") == "answered"
        text = " ".join(one["text"] for one in said["statements"])
        cited = [citation for one in said.pop("statements") for citation in one["citations"]]
        del said["missing"]
        row["answer"] = {**said, "text": text, "answered": answered, "citations": cited}
    assert Comparison.from_json(stored) == made
