"""Traditional retrieval-augmented generation: read what was retrieved, check, cite, or say it is not there."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wellread.answer.cite import cite, excerpt_around, sentence_around
from wellread.answer.inert import inert, told
from wellread.answer.one_by_one import Copying, Draft, OneByOne, Pointing
from wellread.answer.together import read_all
from wellread.answer.verdict import conclude
from wellread.models.protocols import Embedder, Generator, SpanReader
from wellread.records.conversation import Answer, Citation, Statement, Step
from wellread.records.knowledge import Hit, Passage
from wellread.records.learning import SPANS, Adapter
from wellread.retrieve.linked import calling

LONGEST_ANSWER = 30
"""Words of a source sentence that is shown as the answer; from a longer one only the copied words are shown."""

SURE = 0.25
"""Below this doubt no further passage is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: a base model alone (all passages together), with an adapter that was tuned to read one by one, or a
    span reader in its place."""

    generator: Generator
    embedder: Embedder
    adapter: Adapter | None = None
    spans: Callable[[], SpanReader] | None = None
    """Opens the span reader; asked for where the adapter is one."""
    passages_together: int = 3
    passages_one_by_one: int = 5

    @property
    def passages(self) -> int:
        """How many hits it wants to be given."""
        return self.passages_one_by_one if self.adapter else self.passages_together

    @property
    def one_by_one(self) -> OneByOne | None:
        """Who reads passages one by one; None where the model is shown them together."""
        if self.adapter is None:
            return None
        if self.adapter.method != SPANS:
            return Copying(self.generator, self.adapter.path, self.embedder)
        if self.spans is None:
            raise ValueError(
                f"the adapter {self.adapter.id} points at spans, and nothing opens a span reader"
            )
        return Pointing(self.spans(), self.embedder)


def answer(
    question: str,
    hits: Sequence[Hit],
    reader: Reader,
    before: Sequence[Step] = (),
    emit: Callable[[str], None] | None = None,
    *,
    joined: bool = False,
) -> Answer:
    """The answer to `question` from `hits`, citing only them.

    `before` are the steps that led to the hits. `emit` gets the answer piece by piece, each piece already checked. With
    `joined`, a tuned reader reads a passage behind the sentence of another hit that calls its document by name.
    """
    started = time.perf_counter()
    passages = [hit.passage for hit in hits[: reader.passages]]
    say = emit or (lambda _: None)
    statements: list[Statement] = []
    detail, tokens = "no passages", 0
    one_by_one = reader.one_by_one if passages else None
    if one_by_one and reader.adapter:
        drafts = one_by_one.read(question, passages, sure=SURE, leads=_leads(passages) if joined else {})
        best = drafts.best()
        if best and best.doubt <= reader.adapter.refuse_above:
            statements = [quote(best)]
            say(statements[0].text)
        detail = "; ".join(f"{draft.text!r} (doubt {draft.doubt:.0%})" for draft in drafts.drafts)
        tokens = drafts.tokens
    elif passages:
        statements, made = read_all(question, passages, reader.generator, say)
        detail, tokens = made.text.strip(), made.prompt_tokens + made.completion_tokens
    judged = conclude(question, statements, hits, say)
    steps = (
        *before,
        Step(name="read", detail=told(detail), milliseconds=(time.perf_counter() - started) * 1000),
    )
    return Answer(
        statements=judged.statements,
        verdict=judged.verdict,
        missing=judged.missing,
        steps=steps,
        model=reader.generator.name,
        adapter=reader.adapter.id if reader.adapter else None,
        milliseconds=sum(step.milliseconds for step in steps),
        tokens=tokens,
    )


def _leads(passages: Sequence[Passage]) -> dict[int, Citation]:
    """By key of a passage: the sentence of another that calls its document."""
    found = {one.key: calling(one, passages) for one in passages}
    return {key: cite(*where) for key, where in found.items() if where}


def quote(draft: Draft) -> Statement:
    """The source's own sentence when it is short and prose, else the copied words; cited by the sentence, of a long one
    by the part around the words, and by the sentence that led to it."""
    if draft.span is None:
        raise ValueError(f"{draft.text!r} does not stand in passage {draft.passage.id}")
    text = draft.passage.text
    start, end = sentence_around(text, *draft.span)
    sentence = " ".join(text[start:end].split())
    prose = sentence[-1:] in ".!" and len(sentence.split()) <= LONGEST_ANSWER
    words = " ".join(text[draft.span[0] : draft.span[1]].split())
    cited = cite(draft.passage, *excerpt_around(text, (start, end), draft.span, LONGEST_ANSWER))
    citations = (cited, draft.lead) if draft.lead else (cited,)
    return Statement(inert(sentence if prose else words), citations, exact=inert(words))
