"""Comparisons written as rows of letters, one letter a question.

+   a correct answer            -   a wrong answer
r   a right refusal             w   a wrong refusal
!   an answer to a question that has none (the model made it up)
x   the model failed
"""

from collections.abc import Mapping

from wellread.evaluate.arms import score
from wellread.evaluate.summary import summarise
from wellread.evaluate.testsets import TestSet, prepare
from wellread.records.comparison import Comparison, Conditions, Outcome, Question
from wellread.records.conversation import Answer, Citation, Statement, Step

CONDITIONS = Conditions(
    model="small-model",
    date="2026-11-22T09:30:00Z",
    adapter="adp_7f3a",
    dataset="dts_20c1",
    machine="2 cores",
    pricing="0.05 USD an hour for each of 2 cores",
    seeds={"bootstrap": 7},
)

PRICES = {"base": 1.0, "rag": 3.0, "tuned": 1.5, "tuned+rag": 3.5}
"""Money for 1,000 questions."""

GOLD = "26 weeks"


def price(arm: str, milliseconds: float, tokens: float) -> float:
    return PRICES.get(arm, 2.0) / 1000


def answer(
    text: str = "",
    *,
    exact: str = "",
    answered: bool = True,
    quotes: tuple[str, ...] = (),
    uri: str = "kb/leave.md",
    tokens: int = 90,
) -> Answer:
    citations = tuple(
        Citation(document="doc_1", uri=uri, passage="psg_1", start=10, end=10 + len(quote), quote=quote)
        for quote in quotes
    )
    step = Step(name="read", detail="", milliseconds=12.0)
    return Answer(
        statements=(Statement(text, citations, exact=exact),) if answered else (),
        verdict="answered" if answered else "not in your sources",
        steps=(step,),
        model="small-model",
        adapter=None,
        milliseconds=12.0,
        tokens=tokens,
    )


def question(number: int, gold: str | None = GOLD) -> Question:
    return Question(
        id=f"q{number:03}",
        question=f"How many weeks of leave does rule {number} give?",
        answer=gold,
        document="leave.md" if gold else None,
        evidence=f"Rule {number} gives up to {gold} of leave." if gold else None,
    )


def outcome(asked: Question, arm: str, letter: str, milliseconds: float = 100.0) -> Outcome:
    cited = (asked.evidence,) if asked.evidence and "rag" in arm else ()
    said = {
        "+": answer(f"Up to {GOLD}.", quotes=cited),
        "-": answer("Ten days.", quotes=("Holidays are ten days.",) if cited else ()),
        "!": answer("Forty days.", exact="Forty days"),
        "r": answer(answered=False),
        "w": answer(answered=False),
        "x": answer(answered=False, tokens=0),
    }[letter]
    return score(asked, arm, said, milliseconds, "the server hung up" if letter == "x" else None)


def questions_for(letters: str) -> TestSet:
    return prepare([question(n, None if letter in "r!" else GOLD) for n, letter in enumerate(letters)])


def comparison(arms: Mapping[str, str], conditions: Conditions = CONDITIONS) -> Comparison:
    """The comparison whose outcomes are as drawn; the first arm's letters say which questions have an answer."""
    test = questions_for(next(iter(arms.values())))
    outcomes = [
        outcome(asked, arm, letters[n], 50.0 + 10 * n)
        for n, asked in enumerate(test.questions)
        for arm, letters in arms.items()
    ]
    return summarise(outcomes, test, conditions, price)
