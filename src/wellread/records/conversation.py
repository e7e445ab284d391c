"""What is said: messages to a model, and answers with their citations."""

from dataclasses import dataclass
from typing import Literal

from wellread.records.knowledge import Held
from wellread.records.trust import UNKNOWN, Trust

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat as a model sees it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact span of a document's stored text: `text[start:end] == quote`."""

    document: str
    uri: str
    passage: str
    start: int
    end: int
    quote: str
    page: int | None = None
    """The page or slide it is on, from 1, where its document has such."""
    trust: Trust = UNKNOWN
    """Of the source that the document came from."""
    version: str = ""
    """The version of the document that the span is of."""
    changed: str = ""
    """When the document last changed: ISO 8601 UTC; "" where nobody knows."""
    held: Held | None = None
    """When that version held, where the question was asked as of a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way to an answer."""

    name: str
    detail: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the asker gets. `answered` is false for "not in your sources", and then `citations` is empty."""

    text: str
    answered: bool
    citations: tuple[Citation, ...]
    steps: tuple[Step, ...]
    model: str
    adapter: str | None
    milliseconds: float
    tokens: int
    """Prompt and completion tokens of every call to the model."""
