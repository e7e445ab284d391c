"""Turns for the catalogue's tests."""

from typing import Any

from wellread.records.conversation import Answer, Citation, Statement, Step, Verdict
from wellread.records.knowledge import Document, Held
from wellread.records.turns import Ground, Turn


def cited(stored: Document, quote: str) -> Citation:
    start = stored.text.index(quote)
    return Citation(
        document=stored.id,
        uri=stored.uri,
        passage="psg_1",
        start=start,
        end=start + len(quote),
        quote=quote,
        page=3,
        trust="verified",
        version=stored.version,
        changed=stored.modified,
        held=Held(since="2026-01-01", until=None),
    )


def turn(question: str, *statements: Statement, **changes: Any) -> Turn:
    verdict: Verdict = "answered" if statements else "not in your sources"
    values: dict[str, Any] = {
        "question": question,
        "resolved": question,
        "answer": Answer(
            statements=statements,
            verdict=verdict,
            missing=(),
            steps=(Step(name="read", detail="", milliseconds=2.5),),
            model="fake",
            adapter=None,
            milliseconds=3.5,
            tokens=7,
        ),
    }
    return Turn(**{**values, **changes})


def unclear(asking: str, *grounds: Ground) -> Turn:
    answer = Answer(
        statements=(),
        verdict="unclear",
        steps=(),
        model="fake",
        adapter=None,
        milliseconds=0.0,
        tokens=0,
        asking=asking,
    )
    return Turn(question="alpha", resolved="alpha", grounds=grounds, answer=answer)
