"""How turns become rows and rows become turns."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select

from wellread.catalogue.schema_conversations import (
    conversations,
    turn_citations,
    turn_grounds,
    turn_statements,
    turns,
)
from wellread.catalogue.transaction import Transaction
from wellread.records.conversation import Answer, Citation, Statement, Step
from wellread.records.knowledge import Held
from wellread.records.turns import WITHHELD, Ground, Turn

ASK_AGAIN = "What do you mean?"
"""In the place of a question that was asked in return and named documents that its person may read no longer."""

_OF_AN_ANSWER = ("verdict", "model", "adapter", "milliseconds", "tokens")


def write(transaction: Transaction, conversation: str, number: int, asked: str, turn: Turn) -> None:
    """All rows of one turn."""
    answer, connection = turn.answer, transaction.connection
    key = {"conversation": conversation, "turn": number}
    kept = {name: getattr(answer, name) for name in _OF_AN_ANSWER}
    steps = [[step.name, step.milliseconds] for step in answer.steps]
    row = {
        "conversation": conversation,
        "number": number,
        "asked": asked,
        "question": storable(turn.question),
        "resolved": storable(turn.resolved),
        "asking": answer.asking,
        "missing": list(answer.missing),
        "answer": {**kept, "steps": steps},
    }
    connection.execute(insert(turns), row)
    grounds = [{**key, **asdict(one)} for one in dict.fromkeys(turn.grounds)]
    said = [{**key, "position": at, "text": one.text} for at, one in enumerate(answer.statements)]
    cited = [
        {**key, "statement": at, "position": position, **_citation_row(citation)}
        for at, one in enumerate(answer.statements)
        for position, citation in enumerate(one.citations)
    ]
    for table, rows in ((turn_grounds, grounds), (turn_statements, said), (turn_citations, cited)):
        if rows:
            connection.execute(insert(table), rows)


def forget(transaction: Transaction, ids: Sequence[str]) -> None:
    """These conversations with all their turns."""
    for table in (turn_citations, turn_statements, turn_grounds, turns):
        for one in ids:
            transaction.connection.execute(delete(table).where(table.c.conversation == one))
    for one in ids:
        transaction.connection.execute(delete(conversations).where(conversations.c.id == one))


def forget_conversations(transaction: Transaction, person: str) -> list[str]:
    """All of a person; their ids."""
    chosen = select(conversations.c.id).where(conversations.c.person == person).order_by(conversations.c.id)
    ids = list(transaction.connection.execute(chosen).scalars())
    forget(transaction, ids)
    return ids


def storable(text: str) -> str:
    """Without the one character that PostgreSQL cannot keep."""
    return text.replace("\0", "\ufffd")


@dataclass(frozen=True, slots=True)
class TakenRows:
    """What the turns of one conversation took from documents, each row with whether it may be `shown`."""

    grounds: Sequence[Row[Any]]
    statements: Sequence[Row[Any]]
    citations: Sequence[Row[Any]]

    def turn(self, row: Row[Any]) -> Turn:
        """The turn of a row of `turns`, without what may not be shown."""
        statements, withheld = self._statements(row.number)
        grounds = [one for one in self.grounds if one.turn == row.number]
        open_ = all(one.shown for one in grounds)
        kept: Mapping[str, Any] = row.answer
        asking = row.asking if open_ and row.asking is not None else ASK_AGAIN
        answer = Answer(
            statements=statements,
            verdict=kept["verdict"],
            missing=tuple(row.missing or ()) if open_ else (),
            steps=tuple(Step(name=name, detail="", milliseconds=took) for name, took in kept["steps"]),
            model=kept["model"],
            adapter=kept["adapter"],
            milliseconds=kept["milliseconds"],
            tokens=kept["tokens"],
            asking=asking if kept["verdict"] == "unclear" else "",
            conversation=row.conversation,
        )
        return Turn(
            question=row.question,
            resolved=row.resolved if open_ and row.resolved is not None else row.question,
            grounds=tuple(Ground(one.document, one.version) for one in grounds if open_),
            answer=answer,
            withheld=withheld,
            number=row.number,
            asked=row.asked,
        )

    def _statements(self, turn: int) -> tuple[tuple[Statement, ...], tuple[int, ...]]:
        cited: dict[int, list[Row[Any]]] = defaultdict(list)
        for one in self.citations:
            if one.turn == turn:
                cited[one.statement].append(one)
        said = [one for one in self.statements if one.turn == turn]
        closed = [
            one.position for one in said if one.text is None or not all(c.shown for c in cited[one.position])
        ]
        return tuple(_statement(one, cited[one.position], closed) for one in said), tuple(closed)


def _statement(row: Row[Any], cited: Sequence[Row[Any]], closed: Collection[int]) -> Statement:
    if row.position in closed:
        return Statement(WITHHELD)
    return Statement(row.text, tuple(_citation(one) for one in cited))


def _citation_row(citation: Citation) -> dict[str, Any]:
    place = asdict(citation)
    return {"document": place.pop("document"), "version": place.pop("version"), "place": place}


def _citation(row: Row[Any]) -> Citation:
    place = dict(row.place)
    held = place.pop("held")
    return Citation(document=row.document, version=row.version, held=Held(**held) if held else None, **place)
