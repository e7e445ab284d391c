"""Reading one passage at a time with a tuned reader, and how much each reading is to be doubted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from wellread.answer.cite import sentence_around
from wellread.answer.ground import locate
from wellread.models.prompts import NOT_HERE, is_refusal, read_one
from wellread.models.protocols import Embedder, Generator, Request
from wellread.records.conversation import Citation
from wellread.records.knowledge import Passage

RANK_EXPONENT = 1.0
LIKENESS_WEIGHT = 4.0
LIKENESS_MIDDLE = 0.5
"""Weights of the witnesses, in log-odds: for each natural logarithm of the rank, and for each unit of cosine above the
middle. Logistic fits on held-out contexts (`recipes/reader/calibrate.py`) gave, for the last two stages of the bundled
reader, 0.91 and 0.55 for the reader's own odds, 0.67 and 1.29 for the rank, 4.5 and 6.9 for the likeness, with standard
errors of 0.1, 0.4 and 1.4; these are round numbers between the two."""

_LEAST = 1e-6
"""Keeps odds finite."""
_LONGEST_SPAN = 48
"""Tokens a tuned reader may copy from one passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a tuned reader took from one passage. `span` is where in it the words stand; None when they do not."""

    text: str
    passage: Passage
    span: tuple[int, int] | None
    not_here: float
    """The model's probability that the passage does not carry the answer."""
    rank: int
    """Of the passage in the search, from 1."""
    likeness: float
    """Cosine of the question and the sentence that the words stand in, by the embedder."""
    lead: Citation | None = None
    """What was read before the passage: the sentence of another one that calls its document by name."""

    @property
    def doubt(self) -> float:
        """From 0 to 1: that this is not the answer.

        Three witnesses that see different things: the reader judges the passage without knowing how it was found, the
        rank says how it was found, and the embedder compares the question with the very sentence. Their odds multiply:

            here : not here = (1 - not_here) / not_here * rank**-1 * exp(4 (likeness - 0.5))
        """
        absent = min(max(self.not_here, _LEAST), 1 - _LEAST)
        odds = math.log((1 - absent) / absent)
        odds -= RANK_EXPONENT * math.log(self.rank)
        odds += LIKENESS_WEIGHT * (self.likeness - LIKENESS_MIDDLE)
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


@dataclass(frozen=True, slots=True)
class OneByOne:
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
        """Read passages in their order until one's doubt is below `sure`, or all are read. One that `leads` has, by its
        key, is read behind that sentence; the answer is copied from the passage itself all the same.

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
