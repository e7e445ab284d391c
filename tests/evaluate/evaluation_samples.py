"""Evaluations written as rows of letters, as in `comparison_samples`; every answer of `rag` cites the evidence."""

from dataclasses import replace

from comparison_samples import CONDITIONS, outcome, price, questions_for

from wellread.evaluate.measures import figures, rows
from wellread.evaluate.summary import summarise
from wellread.records.evaluation import AS_ASKED, CLOSED_BOOK, Cited, Evaluation, Measured, SetUp

SETUP = SetUp(
    questions="rows.jsonl",
    digest="0" * 64,
    embedder="small-embedder",
    documents=12,
    knowledge="knw_1",
    version="0.1.0",
    settings={"passages_together": 3},
)


def evaluation(letters: str, closed: str = "", number: int = 0, asked: int = 0) -> Evaluation:
    """`closed` are the letters of the closed book, if it was opened."""
    test = questions_for(letters)
    arms = {AS_ASKED: letters, **({CLOSED_BOOK: closed} if closed else {})}
    outcomes = [
        outcome(question, arm, drawn[at], 100.0 + at)
        for at, question in enumerate(test.questions)
        for arm, drawn in arms.items()
    ]
    measured = tuple(
        Measured(
            question=question.id,
            exact=False,
            first_ms=50.0,
            statements=letters[at] in "+-!",
            supported=letters[at] in "+",
            refusal_cited=0,
            cited=CITED[letters[at]],
        )
        for at, question in enumerate(test.questions)
    )
    made = Evaluation(
        comparison=summarise(outcomes, test, CONDITIONS, price),
        measured=measured,
        figures=(),
        setup=SETUP,
        asked=asked or len(letters),
        number=number,
    )
    return replace(made, figures=figures(rows(made)))


CITED = {
    "+": Cited(characters=40, in_passage=40, in_document=40, in_evidence=30, evidence=30, evidence_cited=30),
    "-": Cited(characters=20, in_passage=0, in_document=20, in_evidence=0, evidence=30, evidence_cited=0),
    "!": Cited(characters=10, in_passage=0, in_document=0, in_evidence=0),
    "r": None,
    "w": None,
    "x": None,
}
