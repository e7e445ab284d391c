"""The arms side by side: every question through every arm, scored.

base        the model alone (closed book)
rag         passages, read as they are where nothing was tuned: by the bundled reader, else by the model
tuned       the adapter alone (closed book)
tuned+rag   the adapter with passages
"""

import time
from collections.abc import Callable, Mapping, Sequence

from wellread.errors import ModelError, UsageError
from wellread.evaluate.citations import cited_right
from wellread.evaluate.metrics import is_correct, token_f1
from wellread.records.comparison import Outcome, Question
from wellread.records.conversation import Answer

ARMS = ("base", "rag", "tuned", "tuned+rag")
CLOSED_BOOK = frozenset({"base", "tuned"})

Arm = Callable[[Question], Answer]
Progress = Callable[[int, int], None]
"""Called with the questions done and the questions in all."""


def run(
    questions: Sequence[Question],
    arms: Mapping[str, Arm],
    on_progress: Progress | None = None,
    *,
    warm_up: bool = True,
) -> list[Outcome]:
    """Every question through every arm, in the order of the questions.

    One question goes through all arms before the next, and each question starts with another arm: a machine
    that slows down, a warm cache or a busy neighbour strikes all alike. With `warm_up` the first question
    goes through each arm once before anything counts, since loading weights is not answering.

    Ctrl-C ends the run and hands back the outcomes of the questions that all arms have answered. A ModelError
    during the warm-up is raised: that arm cannot answer at all. Later it counts as a wrong answer, with its
    message in the outcome. Raises UsageError without arms.
    """
    if not arms:
        raise UsageError(f"no arms were given to compare: name some of {', '.join(ARMS)}")
    outcomes: list[Outcome] = []
    names = list(arms)
    try:
        if warm_up and questions:
            for name in names:
                arms[name](questions[0])
        for number, question in enumerate(questions):
            first = number % len(names)
            asked = {name: _ask(question, name, arms[name]) for name in names[first:] + names[:first]}
            outcomes.extend(asked[name] for name in names)
            if on_progress:
                on_progress(number + 1, len(questions))
    except KeyboardInterrupt:
        pass  # what was measured is worth keeping; fewer outcomes than asked for tell the caller
    return outcomes


def score(
    question: Question, arm: str, answer: Answer, milliseconds: float, failure: str | None = None
) -> Outcome:
    """One answer judged. An answer to a question that has none is wrong, whatever it says."""
    gold, answered = question.answer, answer.answered
    refused = not answered and failure is None
    return Outcome(
        question=question.id,
        arm=arm,
        answer=answer,
        correct=gold is not None and answered and is_correct(answer.text, gold),
        right_refusal=refused and gold is None,
        wrong_refusal=refused and gold is not None,
        cited_right=cited_right(question, answer),
        f1=token_f1(answer.exact, gold) if answered and gold is not None else float(refused and gold is None),
        milliseconds=milliseconds,
        tokens=answer.tokens,
        failure=failure,
    )


def _ask(question: Question, name: str, arm: Arm) -> Outcome:
    started = time.perf_counter()
    failure = None
    try:
        answer = arm(question)
    except ModelError as reason:
        failure = str(reason) or "the model failed without a message"
        answer = Answer(
            statements=(),
            verdict="not in your sources",
            steps=(),
            model="",
            adapter=None,
            milliseconds=0.0,
            tokens=0,
        )
    return score(question, name, answer, (time.perf_counter() - started) * 1000, failure)
