"""Two ways from passages to an answer: one at a time with a tuned reader, or all together with any chat model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wellread.answer.ground import locate
from wellread.answer.statements import Statement, Stream
from wellread.models.prompts import NOT_HERE, NOT_IN_SOURCES, read_one, read_together
from wellread.models.protocols import Generation, Generator, Request
from wellread.records.knowledge import Passage

RANK_EXPONENT = 1.5
"""On the sample organisation's questions the answer stands in the first hit for 51%, in the second or third for 28%, in
the fourth or fifth for 12%."""

_LEAST = 1e-6
"""Keeps odds finite."""
_LONGEST_SPAN = 48
"""Tokens a tuned reader may copy from one passage."""
_LONGEST_ANSWER = 128
"""Tokens of a free answer."""
_CITED = re.compile(r"\s*\[\d+\]")
_REFUSAL = re.compile(
    r"\W*(not (in (your|the) (sources|passages)|here)|i do not|i don't|i cannot|i can't|the passages? do(es)? not)\b",
    re.IGNORECASE,
)


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

    @property
    def doubt(self) -> float:
        """`not_here` with the rank weighed in: odds of being here fall with rank**-1.5. From 0 to 1.

        The reader judges a passage without knowing how it was found, so its odds are multiplied by how much rarer it is
        that a passage of this rank holds the answer.
        """
        absent = min(max(self.not_here, _LEAST), 1 - _LEAST)
        odds: float = (1 - absent) / absent * self.rank**-RANK_EXPONENT
        return 1 / (1 + odds)


@dataclass(frozen=True, slots=True)
class Drafts:
    """All drafts of one question and the tokens they took, prompts included."""

    drafts: tuple[Draft, ...]
    tokens: int

    def best(self) -> Draft | None:
        """The least doubtful among those whose words stand in their passage."""
        standing = [draft for draft in self.drafts if draft.span]
        return min(standing, key=lambda draft: draft.doubt, default=None)


def read_each(
    question: str, passages: Sequence[Passage], generator: Generator, adapter: str, *, sure: float
) -> Drafts:
    """Read passages one by one with the adapter at path `adapter`, until one's doubt is below `sure`.

    The answer is asked for even where the model would rather say `NOT_HERE`, so that the limit at which it is
    believed can be set from validation data instead of standing at one half.
    """
    drafts: list[Draft] = []
    tokens = 0
    for rank, passage in enumerate(passages, start=1):
        made = generator.generate(
            Request(
                messages=read_one(question, passage.heading_line, passage.text),
                max_tokens=_LONGEST_SPAN,
                adapter=adapter,
                watch=NOT_HERE,
                forbid_watched=True,
            )
        )
        tokens += made.prompt_tokens + made.completion_tokens
        not_here = made.watched if made.watched is not None else float(is_refusal(made.text))
        span = locate(made.text, passage.text)
        draft = Draft(text=made.text.strip(), passage=passage, span=span, not_here=not_here, rank=rank)
        drafts.append(draft)
        if span and draft.doubt < sure:
            break
    return Drafts(tuple(drafts), tokens)


def read_all(
    question: str, passages: Sequence[Passage], generator: Generator, emit: Callable[[str], None]
) -> tuple[list[Statement], Generation]:
    """Read as many of `passages` together as the window holds; checked statements go to `emit` as they are complete.

    No statements when the model refuses, or when nothing it said is supported. Raises ModelError from the backend.
    """
    shown = fitting(question, passages, generator)
    stream = Stream(shown, emit)
    held: list[str] = []

    def receive(piece: str) -> None:
        held.append(piece)
        said = "".join(held)
        # A refusal is known by its first words; until there are enough of them nothing is checked.
        if len(said) >= len(NOT_IN_SOURCES) + 5 and not is_refusal(said):
            stream.feed(_CITED.sub("", "".join(held)))
            held.clear()

    made = generator.stream(
        Request(
            messages=read_together(question, [(one.heading_line, one.text) for one in shown]),
            max_tokens=_LONGEST_ANSWER,
        ),
        receive,
    )
    if is_refusal(made.text) or not made.text.strip():
        return [], made
    stream.feed(_CITED.sub("", "".join(held)))
    return stream.finish(), made


def fitting(question: str, passages: Sequence[Passage], generator: Generator) -> Sequence[Passage]:
    """The longest beginning of `passages` whose prompt leaves room for the answer in the window; at least one."""
    room = generator.window - _LONGEST_ANSWER
    for size in range(len(passages), 1, -1):
        shown = [(one.heading_line, one.text) for one in passages[:size]]
        if generator.count(read_together(question, shown)) <= room:
            return passages[:size]
    return passages[:1]


def is_refusal(text: str) -> bool:
    """Whether a model's words say that the answer is not there."""
    return bool(_REFUSAL.match(text))
