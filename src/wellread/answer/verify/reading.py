"""A text as the rules see it: words with their stems, and the exact things it states."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from wellread.answer.ground import ORDINARY
from wellread.models.copying import WORD
from wellread.screen.terms import stem
from wellread.screen.values import Value, values


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `text[start:end]`."""

    written: str
    start: int
    end: int

    @property
    def small(self) -> str:
        return self.written.lower().replace("’", "'")

    @property
    def stem(self) -> str:
        return stem(self.small)

    @property
    def tells(self) -> bool:
        """Whether it carries something by itself, which `the` and `is` do not."""
        return self.small not in ORDINARY


@dataclass(frozen=True)
class Reading:
    """A text, read once for all rules."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(Word(match.group(), match.start(), match.end()) for match in WORD.finditer(self.text))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return tuple(values(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of every word, and of the parts of words that are joined by signs."""
        parts = (
            part for word in self.words for part in (word.small, *word.small.replace("/", "-").split("-"))
        )
        return frozenset(stem(part) for part in parts if part)

    @cached_property
    def plain(self) -> str:
        """Its words in small letters with one space between them, and one around."""
        return f" {' '.join(word.small for word in self.words)} "

    def in_value(self, word: Word) -> bool:
        """Whether a word is part of an exact thing."""
        return any(value.start <= word.start < value.end for value in self.values)


Sort = Literal["name", "number", "date", "negation", "comparison", "link", "words"]
"""What is not in the source: a name, an amount or its unit, a date; what it denies or excepts; which way a limit or a
comparison points; a link, image or tag; or most of the words."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that a statement says and its sources do not, in the statement's words."""

    sort: Sort
    text: str


def stems_of(readings: Iterable[Reading]) -> frozenset[str]:
    """The stems of several texts together."""
    return frozenset[str]().union(*(one.stems for one in readings))
