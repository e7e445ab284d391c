from collections.abc import Callable

from wellread.curate.formats import QuestionRow
from wellread.curate.ground import Grounded, ground
from wellread.records.knowledge import Passage
from wellread.records.learning import Context

Make = Callable[..., Passage]


def row(**fields: object) -> QuestionRow:
    return QuestionRow(
        **{"line": 3, "id": "q", "question": "How long is leave?", "answer": "12 weeks", **fields}
    )  # type: ignore[arg-type]


def grounded(passage: Make, finder: Callable[..., object], asked: QuestionRow) -> Grounded:
    passages = [
        passage("Sick leave lasts 12 weeks. Tell us early.", name="1", document="leave.md"),
        passage("Parental leave lasts\n12 weeks. Plan well.", name="2", document="leave.md"),
        passage("Parking is at the back.", name="3", document="parking.md"),
    ]
    search = finder(passages)  # type: ignore[operator]
    return ground(
        [asked], lambda name: [p for p in passages if p.document == name], search, name="mine.jsonl"
    )


def test_the_evidence_decides_between_passages(passage: Make, finder: Callable[..., object]) -> None:
    asked = row(document="leave.md", evidence="Parental leave lasts 12 weeks.")
    (fact,) = grounded(passage, finder, asked).facts
    assert fact.passage.id == "psg_2" and fact.quote == "Parental leave lasts\n12 weeks."
    assert fact.answer == "12 weeks" and fact.miner == "file:mine.jsonl:3"


def test_without_evidence_the_sentence_around_the_answer_is_the_quote(
    passage: Make, finder: Callable[..., object]
) -> None:
    (fact,) = grounded(passage, finder, row(document="leave.md")).facts
    assert fact.quote == "Sick leave lasts 12 weeks."


def test_without_a_document_the_retriever_is_asked(passage: Make, finder: Callable[..., object]) -> None:
    (fact,) = grounded(passage, finder, row(question="parental leave", document=None)).facts
    assert fact.passage.id == "psg_2"


def test_what_does_not_stand_where_it_should_is_refused(passage: Make, finder: Callable[..., object]) -> None:
    for asked, rule in (
        (row(document="parking.md"), "answer not in document 'parking.md'"),
        (row(document="gone.md"), "no document 'gone.md'"),
        (row(answer="9 weeks"), "answer in none of the passages found: name its document"),
        (row(contexts=(Context(passage="p", document="d", text="Nothing."),)), "answer not in its contexts"),
    ):
        (refused,) = grounded(passage, finder, asked).refused
        assert (refused.row, refused.rule) == (3, rule)


def test_a_question_without_an_answer_shows_what_the_retriever_finds(
    passage: Make, finder: Callable[..., object]
) -> None:
    (example,) = grounded(passage, finder, row(answer=None)).examples
    assert example.answer is None and len(example.contexts) == 3


def test_own_contexts_are_kept_as_they_are(passage: Make, finder: Callable[..., object]) -> None:
    contexts = tuple(
        Context(passage=n, document=n, text=t) for n, t in (("a", "No."), ("b", "It is 12 weeks."))
    )
    (example,) = grounded(passage, finder, row(contexts=contexts, evidence="It is 12 weeks.")).examples
    assert example.contexts == contexts and example.gold == 1 and example.quote == "It is 12 weeks."
