"""The part of the page that shows every question with every answer, folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellread.evaluate.citations import shows_answer
from wellread.evaluate.figures import duration, label
from wellread.evaluate.plots import swatch
from wellread.pages.markup import Markup, Node, tag
from wellread.pages.shell import quotation
from wellread.pages.words import count
from wellread.records.comparison import Comparison, Outcome, Question
from wellread.records.conversation import Answer


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer and the class that draws it: colour says right or wrong, hatching refused."""

    name: str
    colour: str


CORRECT = Kind("correct", "right")
RIGHTLY = Kind("rightly refused", "rightly")
WRONGLY = Kind("wrongly refused", "wrongly")
WRONG = Kind("wrong", "wrong")
KINDS = (CORRECT, RIGHTLY, WRONGLY, WRONG)


def kind(outcome: Outcome) -> Kind:
    """The kind one outcome is of."""
    if outcome.correct:
        return CORRECT
    if outcome.right_refusal:
        return RIGHTLY
    return WRONGLY if outcome.wrong_refusal else WRONG


def legend() -> Markup:
    """What the colours and hatchings mean."""
    return tag(
        "ul", *(tag("li", swatch(one.colour), one.name) for one in KINDS), class_="legend", aria_hidden="true"
    )


def questions_section(comparison: Comparison) -> Markup:
    """All questions: first those in which the arms part, then those none gets right, then those all do."""
    asked: dict[str, list[Outcome]] = {question.id: [] for question in comparison.questions}
    for outcome in comparison.outcomes:
        asked[outcome.question].append(outcome)
    groups: dict[str, list[Question]] = {"The arms differ": [], "None is right": [], "All are right": []}
    for question in comparison.questions:
        rights = {outcome.right for outcome in asked[question.id]}
        name = (
            "The arms differ" if len(rights) > 1 else "All are right" if True in rights else "None is right"
        )
        groups[name].append(question)
    arms = ", ".join(label(arm.arm) for arm in comparison.arms)
    return tag(
        "section",
        tag("h2", "Every question"),
        tag(
            "p",
            f"The squares stand for {arms}, in this order. Open a question to read the answers.",
            class_="soft",
        ),
        legend(),
        *(_group(name, questions, asked) for name, questions in groups.items() if questions),
        class_="questions",
    )


def _group(name: str, questions: Sequence[Question], asked: Mapping[str, Sequence[Outcome]]) -> Markup:
    title = tag("h3", name, tag("span", f": {count(len(questions), 'question')}", class_="against"))
    return tag("div", title, *(_question(one, asked[one.id]) for one in questions), class_="group")


def _question(question: Question, outcomes: Sequence[Outcome]) -> Markup:
    squares = tag("span", *(swatch(kind(outcome).colour) for outcome in outcomes), class_="verdicts")
    spoken = "; ".join(f"{label(outcome.arm)} {kind(outcome).name}" for outcome in outcomes)
    summary = tag(
        "summary",
        tag("span", question.question, class_="asked", dir="auto"),
        squares,
        tag("span", spoken, class_="unseen"),
    )
    answers = tag("div", *(_answer(question, outcome) for outcome in outcomes), class_="answers")
    return tag("details", summary, tag("div", _expected(question), answers, class_="inside"))


def _expected(question: Question) -> Markup:
    if question.answer is None:
        said: Node = tag("p", "The documents do not answer this: refusing is right.", class_="soft")
    else:
        said = tag("p", tag("span", "Expected: ", class_="soft"), tag("bdi", question.answer))
    evidence = None
    if question.evidence or question.document:
        evidence = quotation(question.evidence or "", question.document or "")
    return tag("div", said, evidence, class_="expected")


def _answer(question: Question, outcome: Outcome) -> Markup:
    verdict = kind(outcome)
    said: Node
    if outcome.failure is not None:
        said = tag("p", f"The model failed: {outcome.failure}", class_="said soft")
    elif outcome.answer.answered:
        said = tag("p", outcome.answer.text, class_="said", dir="auto")
    else:
        said = tag("p", outcome.answer.text or "Refused.", class_="said soft", dir="auto")
    title = tag(
        "h4",
        swatch(verdict.colour),
        label(outcome.arm),
        tag("span", verdict.name, class_="soft"),
        tag("span", duration(outcome.milliseconds), class_="soft time"),
    )
    return tag("div", title, said, *_citations(question, outcome.answer), class_="answer")


def _citations(question: Question, answer: Answer) -> list[Markup]:
    found = []
    for citation in answer.citations:
        note = "shows the answer" if shows_answer(question, citation) else "does not show the answer"
        found.append(quotation(citation.quote, citation.uri, note if question.answer is not None else None))
    return found
