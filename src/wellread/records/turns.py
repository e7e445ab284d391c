"""Conversations that are kept: whose each is, and its turns as they were asked and answered."""

from dataclasses import dataclass

from wellread.records.conversation import Answer

WITHHELD = "A statement that stood here is withheld: what it rested on is not in your sources any more."
"""Stands in a turn for a statement whose source its person may no longer read, or that is gone: both look the same."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A document's version whose words were used."""

    document: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question and its whole answer. Read back, it shows only what its person may read today."""

    question: str
    """As it was typed."""
    resolved: str
    """As it was looked up; the same where it stands alone."""
    grounds: tuple[Ground, ...] = ()
    """What `resolved`, or the question that was asked back, took words from."""
    answer: Answer
    """Of its steps, names and times are kept: what they tell of may quote what was read and not cited."""
    withheld: tuple[int, ...] = ()
    """Which of the answer's statements are `WITHHELD`, by position from 0."""
    number: int = 0
    """From 1; 0 as long as it is not stored."""
    asked: str = ""
    """ISO 8601 UTC; "" as long as it is not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation of one person, without its turns."""

    id: str
    person: str
    title: str
    """The first question, shortened."""
    started: str
    """ISO 8601 UTC."""
    changed: str
    """When its last turn was stored, ISO 8601 UTC."""
    length: int
    """Turns."""
