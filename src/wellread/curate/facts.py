"""A fact: a question that one passage answers with words of its own."""

import re
from dataclasses import dataclass

from wellread.records.knowledge import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a miner proposes: one span of a passage and several ways to ask for it. Spans count in the
    passage."""

    questions: tuple[str, ...]
    start: int
    end: int
    quote_start: int
    quote_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A question, and where in `passage.text` its answer and the sentence around it stand."""

    question: str
    passage: Passage
    start: int
    end: int
    quote_start: int
    quote_end: int
    miner: str

    @property
    def answer(self) -> str:
        """The span itself, with line breaks and runs of spaces as one space."""
        return spaced(self.passage.text[self.start : self.end])

    @property
    def quote(self) -> str:
        """The words of the passage that say so, to the letter."""
        return self.passage.text[self.quote_start : self.quote_end]


def spaced(text: str) -> str:
    """`text` with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


_OPENING = re.compile(
    r"(?:(?:the|an?|your|our|my|their|in|on|at|by|via|through|using|within|for|to|from|because|up to|"
    r"at least|at most|about|approximately|around|over|under|no more than|no later than|every)\s+)+",
    re.IGNORECASE,
)


def core(answer: str) -> str:
    """`answer` without the small words it opens with: two texts that differ in these alone say the same."""
    opening = _OPENING.match(spaced(answer))
    return spaced(answer)[opening.end() :] if opening else spaced(answer)


def locate(words: str, text: str) -> tuple[int, int] | None:
    """Where `words` first stand in `text` as whole words, to the letter but for the white space between
    them."""
    match = re.search(_pattern(words), text) if words.strip() else None
    return match.span() if match else None


def occurrences(answer: str, text: str) -> int:
    """How often `answer` stands in `text` as whole words, whatever the case and the white space."""
    return len(re.findall(_pattern(answer), text, re.IGNORECASE)) if answer.strip() else 0


def _pattern(words: str) -> str:
    return r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words.split()) + r"(?!\w)"
