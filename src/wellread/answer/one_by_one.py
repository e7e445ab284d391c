"""Reading one passage at a time, by pointing or by copying, and how much each reading is to be doubted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from wellread.answer.cite import in_one_stretch, sentence_around
from wellread.answer.ground import locate
from wellread.models.prompts import NOT_HERE, is_refusal, read_one
from wellread.models.protocols import Embedder, Generator, Request, SpanReader
from wellread.records.conversation import Citation
from wellread.records.knowledge import Passage

LIKENESS_MIDDLE = 0.5
"""Cosine at which the likeness says nothing."""

_LEAST = 1e-6
"""Keeps odds finite."""
_LONGEST_SPAN = 48
"""Tokens a tuned reader may copy from one passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What each witness of a draft counts, in log-odds: the reader's own log-odds, each natural logarithm of the rank,
    and each unit of cosine above the middle."""

    constant: float = 0.0
    own: float = 1.0
    rank: float = 1.0
    likeness: float = 4.0


COPYING = Weighing()
"""Of a model that copies. Logistic fits on held-out contexts (`recipes/reader/calibrate.py`) gave, for the last two
stages of the bundled adapter, 0.91 and 0.55 for the reader's own odds, 0.67 and 1.29 for the rank, 4.5 and 6.9 for the
likeness, with standard errors of 0.1, 0.4 and 1.4; these are round numbers between the two."""
POINTING = Weighing(own=0.5)
"""Of the span reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reader took from one passage. `span` is where in it the words stand; None when they do not."""

    text: str
    passage: Passage
    span: tuple[int, int] | None
    not_here: float
    """The reader's probability that the passage does not carry the answer."""
    rank: int
    """Of the passage in the search, from 1."""
    likeness: float
    """Cosine of the question and the sentence that the words stand in, by the embedder."""
    weighing: Weighing = COPYING
    lead: Citation | None = None
    """What was read before the passage: the sentence of another one that calls its document by name."""

    @property
    def doubt(self) -> float:
        """From 0 to 1: that this is not the answer.

        Three witnesses that see different things: the reader judges the passage without knowing how it was found, the
        rank says how it was found, and the embedder compares the question with the very sentence. Their odds multiply,
        each to the power that `weighing` gives it:

            here : not here = (1 - not_here) / not_here * rank**-1 * exp(4 (likeness - 0.5))
        """
        absent = min(max(self.not_here, _LEAST), 1 - _LEAST)
        weighing = self.weighing
        odds = weighing.constant + weighing.own * math.log((1 - absent) / absent)
        odds -= weighing.rank * math.log(self.rank)
        odds += weighing.likeness * (self.likeness - LIKENESS_MIDDLE)
        return 1 / (1 + math.exp(odds))


@dataclass(frozen=True, slots=True)
class Drafts:
    """All drafts of one question and the tokens they took, prompts included."""

    drafts: tuple[Draft, ...]
    tokens: int

    def best(self) -> Draft | None:
        """The least doubtful among those whose words stand in their passage."""
        standing = [draft for draft in self.drafts if draft.span]
        return min(standing, key=lambda draft: draft.doubt, default=None)


class OneByOne(Protocol):
    """Who reads passages one by one."""

    def read(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        sure: float,
        leads: Mapping[int, Citation] = MappingProxyType({}),
    ) -> Drafts:
        """Read passages in their order, at least until one's doubt is below `sure`. One that `leads` has, by its key,
        is read behind that sentence; the answer is taken from the passage itself all the same."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """A span reader, and the embedder that is the second witness. Reading is fast: all passages are read at once."""

    spans: SpanReader
    embedder: Embedder
    weighing: Weighing = POINTING

    def read(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        sure: float,
        leads: Mapping[int, Citation] = MappingProxyType({}),
    ) -> Drafts:
        """As `OneByOne`."""
        if not passages:
            return Drafts((), 0)
        headings = [_before(one, leads.get(one.key)) for one in passages]
        found = self.spans.point(
            question, [(head, one.text) for head, one in zip(headings, passages, strict=True)]
        )
        spans = [
            in_one_stretch(passage.text, pointed.start, pointed.end)
            for passage, pointed in zip(passages, found, strict=True)
        ]
        sentences = [
            sentence_around(passage.text, *span) for passage, span in zip(passages, spans, strict=True)
        ]
        asked, *vectors = self.embedder.embed(
            [question, *(one.text[slice(*where)] for one, where in zip(passages, sentences, strict=True))]
        )
        drafts = [
            Draft(
                text=passage.text[slice(*span)],
                passage=passage,
                span=span if span[1] > span[0] else None,
                not_here=_probability(-pointed.log_odds),
                rank=rank,
                likeness=float(asked @ vector),
                weighing=self.weighing,
                lead=leads.get(passage.key),
            )
            for rank, (passage, pointed, span, vector) in enumerate(
                zip(passages, found, spans, vectors, strict=True), start=1
            )
        ]
        return Drafts(tuple(drafts), sum(one.tokens for one in found))


def _before(passage: Passage, lead: Citation | None) -> str:
    """What stands before a passage when it is read."""
    return f"{passage.heading_line}. {' '.join(lead.quote.split())}" if lead else passage.heading_line


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > 0 else 1 - 1 / (1 + math.exp(max(log_odds, -700)))


@dataclass(frozen=True, slots=True)
class Copying:
    """A base model with a reader's adapter (the path of its GGUF file), and the embedder that is the second witness."""

    generator: Generator
    adapter: str
    embedder: Embedder

    def read(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        sure: float,
        leads: Mapping[int, Citation] = MappingProxyType({}),
    ) -> Drafts:
        """As `OneByOne`; further passages are not read once one's doubt is below `sure`.

        The answer is asked for even where the model would rather say `NOT_HERE`, so that the limit at which it is
        believed can be set from validation data instead of standing at one half.
        """
        drafts: list[Draft] = []
        tokens = 0
        asked = self.embedder.embed([question])[0] if passages else None
        for rank, passage in enumerate(passages, start=1):
            lead = leads.get(passage.key)
            text = f"{' '.join(lead.quote.split())}\n{passage.text}" if lead else passage.text
            made = self.generator.generate(
                Request(
                    messages=read_one(question, passage.heading_line, text),
                    max_tokens=_LONGEST_SPAN,
                    adapter=self.adapter,
                    watch=NOT_HERE,
                    forbid_watched=True,
                    copy_from=passage.text,
                )
            )
            tokens += made.prompt_tokens + made.completion_tokens
            span = locate(made.text, passage.text)
            likeness = 0.0
            if span:
                start, end = sentence_around(passage.text, *span)
                likeness = float(asked @ self.embedder.embed([passage.text[start:end]])[0])
            drafts.append(
                Draft(
                    text=made.text.strip(),
                    passage=passage,
                    span=span,
                    not_here=made.watched if made.watched is not None else float(is_refusal(made.text)),
                    rank=rank,
                    likeness=likeness,
                    lead=lead,
                )
            )
            if span and drafts[-1].doubt < sure:
                break
        return Drafts(tuple(drafts), tokens)
