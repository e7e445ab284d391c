import time

import pytest
from comparison_samples import GOLD, answer, question

from wellread.errors import ModelError, UsageError
from wellread.evaluate.arms import run, score
from wellread.records.comparison import Question
from wellread.records.conversation import Answer

QUESTIONS = [question(n, None if n == 2 else GOLD) for n in range(4)]


class Recorded:
    """Arms that note the order in which they are asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def arm(self, name: str) -> "object":
        def asked(question: Question) -> Answer:
            self.calls.append((name, question.id))
            return answer(f"{GOLD} by {name}")

        return asked


def test_each_question_goes_through_all_arms_starting_with_another() -> None:
    recorded = Recorded()
    arms = {name: recorded.arm(name) for name in ("base", "rag", "tuned")}
    outcomes = run(QUESTIONS, arms, warm_up=False)  # type: ignore[arg-type]  # the arms are built by a test class
    assert [name for name, asked in recorded.calls if asked == "q000"] == ["base", "rag", "tuned"]
    assert [name for name, asked in recorded.calls if asked == "q001"] == ["rag", "tuned", "base"]
    assert [asked for _, asked in recorded.calls] == [q.id for q in QUESTIONS for _ in range(3)]
    assert [(one.question, one.arm) for one in outcomes] == [(q.id, arm) for q in QUESTIONS for arm in arms]
    assert all(one.answer.text == f"{GOLD} by {one.arm}" for one in outcomes)


def test_the_warm_up_is_asked_and_not_counted() -> None:
    slow = [0.25]

    def loads_first(asked: Question) -> Answer:
        time.sleep(slow.pop() if slow else 0.0)
        return answer(GOLD)

    outcomes = run(QUESTIONS, {"rag": loads_first})
    assert len(outcomes) == 4
    assert max(one.milliseconds for one in outcomes) < 200


def test_time_is_measured_around_the_whole_arm() -> None:
    def slow(asked: Question) -> Answer:
        time.sleep(0.03)
        return answer(GOLD)

    assert run(QUESTIONS[:1], {"rag": slow}, warm_up=False)[0].milliseconds >= 30


def test_interruption_hands_back_whole_questions() -> None:
    def interrupted(asked: Question) -> Answer:
        if asked.id == "q002":
            raise KeyboardInterrupt
        return answer(GOLD)

    seen: list[tuple[int, int]] = []
    arms = {"base": lambda asked: answer(GOLD), "rag": interrupted}
    outcomes = run(QUESTIONS, arms, lambda done, total: seen.append((done, total)))
    assert [(one.question, one.arm) for one in outcomes] == [
        ("q000", "base"),
        ("q000", "rag"),
        ("q001", "base"),
        ("q001", "rag"),
    ]
    assert seen == [(1, 4), (2, 4)]


def test_a_failing_model_counts_as_wrong_even_where_refusing_is_right() -> None:
    def fails(asked: Question) -> Answer:
        if asked.id in ("q001", "q002"):
            raise ModelError("the server hung up")
        return answer(GOLD)

    outcomes = run(QUESTIONS, {"rag": fails})
    assert [one.failure for one in outcomes] == [None, "the server hung up", "the server hung up", None]
    failed = outcomes[1:3]
    assert not any(one.right or one.wrong_refusal or one.f1 for one in failed)


def test_an_arm_that_cannot_answer_at_all_is_raised() -> None:
    def fails(asked: Question) -> Answer:
        raise ModelError("no such model")

    with pytest.raises(ModelError, match="no such model"):
        run(QUESTIONS, {"rag": fails})
    with pytest.raises(UsageError, match="no arms"):
        run(QUESTIONS, {})


@pytest.mark.parametrize(
    ("gold", "said", "kinds", "f1"),
    [
        (GOLD, answer(f"Up to {GOLD}."), (True, False, False), 2 * 2 / 6),
        (GOLD, answer(f"Up to {GOLD}.", exact=GOLD), (True, False, False), 1.0),
        (GOLD, answer("ten days"), (False, False, False), 0.0),
        (GOLD, answer(GOLD, answered=False), (False, False, True), 0.0),
        (None, answer(answered=False), (False, True, False), 1.0),
        (None, answer("ten days"), (False, False, False), 0.0),
    ],
)
def test_an_answer_is_judged(
    gold: str | None, said: Answer, kinds: tuple[bool, bool, bool], f1: float
) -> None:
    judged = score(question(1, gold), "rag", said, 12.5)
    assert (judged.correct, judged.right_refusal, judged.wrong_refusal) == kinds
    assert judged.right is (kinds[0] or kinds[1])
    assert judged.f1 == pytest.approx(f1)
    assert judged.milliseconds == 12.5
    assert judged.tokens == said.tokens
