import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wellread.curate.facts import Fact
from wellread.curate.synthesize import Rejected, synthesize
from wellread.models.protocols import Generation, Request
from wellread.records.conversation import Message
from wellread.records.knowledge import Passage

Make = Callable[..., Passage]
TEXT = (
    "Permits for visitors cost $20 a day. The gate opens at 7 a.m. and\ncloses at 8 p.m. on working days. "
    "Ask the front desk for help with anything else."
)


@dataclass
class Teacher:
    """Says what it is told to and remembers what it was asked."""

    says: str
    asked: list[Request] = field(default_factory=list)
    name: str = "tutor"
    digest: str = "0"
    window: int = 4096

    def generate(self, request: Request) -> Generation:
        self.asked.append(request)
        return Generation(
            text=self.says, prompt_tokens=1, completion_tokens=1, finish="stop", milliseconds=1.0
        )

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        raise AssertionError("a teacher is not streamed")

    def count(self, messages: Sequence[Message]) -> int:
        return len(messages)

    def close(self) -> None:
        """Nothing to free."""


def taught(passage: Make, *rows: object) -> list[Fact | Rejected]:
    return list(synthesize([passage(TEXT)], Teacher(json.dumps({"facts": rows}))))


def row(question: str, answer: str, quote: str) -> dict[str, str]:
    return {"question": question, "answer": answer, "quote": quote}


def test_a_triple_that_the_passage_bears_out_becomes_a_fact(passage: Make) -> None:
    quote = "The gate opens at 7 a.m. and closes at 8 p.m. on working days."
    (fact,) = taught(passage, row("When does the gate close on working days?", "8 p.m.", quote))
    assert isinstance(fact, Fact)
    assert TEXT[fact.start : fact.end] == "8 p.m."
    assert fact.quote == quote.replace("and closes", "and\ncloses")
    assert fact.miner == "teacher:tutor"


def test_everything_else_is_rejected_with_its_reason(passage: Make) -> None:
    cost = "Permits for visitors cost $20 a day."
    question = "How much do permits for visitors cost?"
    found = taught(
        passage,
        row(question, "$20 a day", "Visitor permits cost $20 a day."),
        row(question, "8 p.m.", cost),
        row("What does $20 a day pay for?", "$20 a day", cost),
        row(question, "$20 a day", cost),
        row(question, "$20 a day", cost),
        {"question": question},
        "nonsense",
    )
    assert [one.rule if isinstance(one, Rejected) else "taken" for one in found] == [
        "quote not in passage",
        "answer not in quote",
        "question contains the answer",
        "taken",
        "asked twice",
        "not a question, an answer and a quote",
        "not a question, an answer and a quote",
    ]


def test_an_answer_that_is_no_json_is_rejected_whole(passage: Make) -> None:
    for said in ("Sure! Here are some questions", "[]", '{"facts": {'):
        (one,) = synthesize([passage(TEXT)], Teacher(said))
        assert isinstance(one, Rejected) and one.rule == "not the JSON that was asked for"


def test_the_teacher_is_held_to_the_schema_and_sees_only_the_passage(passage: Make) -> None:
    teacher = Teacher('{"facts": []}')
    assert list(synthesize([passage(TEXT)], teacher, count=3, seed=5)) == []
    (request,) = teacher.asked
    assert request.schema is not None and request.schema["properties"]["facts"]["maxItems"] == 3
    assert TEXT in request.messages[1].content and request.seed == 5
