"""What an evaluation measures of one answer, beside whether it is right."""

from wellread.answer.verify.verifier import Source, unsupported
from wellread.evaluate.characters import count
from wellread.evaluate.metrics import exact_match
from wellread.flows.stored_texts import StoredTexts
from wellread.models.prompts import is_refusal
from wellread.records.comparison import Question
from wellread.records.conversation import Answer, Statement
from wellread.records.evaluation import Measured


def measure(question: Question, answer: Answer, first_ms: float | None, stored: StoredTexts) -> Measured:
    """`stored` are the texts that whoever asked may read; `first_ms` is when the first piece could be shown."""
    gold = question.answer
    return Measured(
        question=question.id,
        exact=gold is not None and answer.answered and exact_match(answer.exact, gold),
        first_ms=first_ms,
        statements=len(answer.statements),
        supported=sum(is_supported(one) for one in answer.statements),
        refusal_cited=len(answer.citations) if refuses(answer) else 0,
        cited=count(question, answer, stored.named(question.document), stored.texts)
        if answer.answered
        else None,
    )


def is_supported(statement: Statement) -> bool:
    """Whether rules find all it says in the spans it cites; without any it is not."""
    spans = [Source(one.quote) for one in statement.citations]
    return bool(spans) and not unsupported(statement.text, spans)


def refuses(answer: Answer) -> bool:
    """Whether it says that it has no answer: by its verdict, or in the model's own words."""
    return not answer.answered or is_refusal(answer.text)
