"""From rows of a question file to facts and examples: each answer is looked for where the row says it
stands."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wellread.curate.example import context_of, identified
from wellread.curate.facts import Fact, locate, spaced
from wellread.curate.formats import QuestionRow
from wellread.curate.raft import Search
from wellread.records.knowledge import Passage
from wellread.records.learning import Context, Example, RefusedRow
from wellread.screen.sentences import sentences

PassagesOf = Callable[[str], Sequence[Passage]]
"""The passages of a document by the name a question file gives it, as far as the asker may read them."""

_SHOWN = 3
"""Passages shown with a question that has no answer."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """`facts` still want their distractors (`raft`); `examples` are whole: own contexts, or no answer."""

    facts: tuple[Fact, ...]
    examples: tuple[Example, ...]
    refused: tuple[RefusedRow, ...]


def ground(rows: Iterable[QuestionRow], passages_of: PassagesOf, search: Search, *, name: str) -> Grounded:
    """Every row becomes a fact or an example, or is refused with its rule. `name` is the file's, for the
    origin."""
    facts: list[Fact] = []
    examples: list[Example] = []
    refused: list[RefusedRow] = []
    for row in rows:
        origin = f"file:{name}:{row.line}"
        outcome: Fact | Example | str
        if row.contexts:
            outcome = _with_contexts(row, origin)
        elif row.answer is None:
            outcome = _unanswered(row, search, origin)
        else:
            outcome = _fact(row, row.answer, passages_of, search, origin)
        if isinstance(outcome, Fact):
            facts.append(outcome)
        elif isinstance(outcome, Example):
            examples.append(outcome)
        else:
            refused.append(RefusedRow(row=row.line, rule=outcome))
    return Grounded(tuple(facts), tuple(examples), tuple(refused))


def _with_contexts(row: QuestionRow, origin: str) -> Example | str:
    gold = _gold(row, row.contexts)
    if row.answer is not None and gold is None:
        return "answer not in its contexts"
    return identified(
        Example(
            id="",
            question=row.question,
            contexts=row.contexts,
            answer=row.answer,
            gold=gold if row.answer is not None else None,
            quote=row.evidence if row.answer is not None else None,
            origin=origin,
        )
    )


def _gold(row: QuestionRow, contexts: Sequence[Context]) -> int | None:
    holding = [at for at, context in enumerate(contexts) if row.answer and locate(row.answer, context.text)]
    proven = [at for at in holding if row.evidence and locate(row.evidence, contexts[at].text)]
    return next(iter(proven or holding), None)


def _unanswered(row: QuestionRow, search: Search, origin: str) -> Example | str:
    shown = [hit.passage for hit in search(row.question, _SHOWN)]
    if not shown:
        return "no passage found to show with a question that has no answer"
    contexts = tuple(context_of(passage) for passage in shown)
    return identified(Example(id="", question=row.question, contexts=contexts, answer=None, origin=origin))


def _fact(row: QuestionRow, answer: str, passages_of: PassagesOf, search: Search, origin: str) -> Fact | str:
    if row.document is None:
        passages: Sequence[Passage] = [hit.passage for hit in search(row.question, _SHOWN)]
        absent = "answer in none of the passages found: name its document"
    else:
        passages = passages_of(row.document)
        absent = f"answer not in document {row.document!r}" if passages else f"no document {row.document!r}"
    for passage in sorted(passages, key=lambda one: not (row.evidence and locate(row.evidence, one.text))):
        quoted = locate(row.evidence, passage.text) if row.evidence else None
        span = locate(answer, passage.text[slice(*quoted)]) if quoted else locate(answer, passage.text)
        if span is None:
            continue
        start, end = (span[0] + quoted[0], span[1] + quoted[0]) if quoted else span
        quote_start, quote_end = quoted or _sentence(passage.text, start, end)
        return Fact(
            question=spaced(row.question),
            passage=passage,
            start=start,
            end=end,
            quote_start=quote_start,
            quote_end=quote_end,
            miner=origin,
        )
    return absent


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    touched = [span for span in sentences(text) if span[0] < end and start < span[1]]
    return min([start, *(span[0] for span in touched)]), max([end, *(span[1] for span in touched)])
