"""What is wrong with documents: findings, each with the exact words it stands on, and what the documents are about."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from wellread.records.identity import identify

Confidence = Literal["certain", "likely", "possible"]
"""`certain` follows from the words alone, `likely` from a rule that is seldom wrong, `possible` is for a person."""

Kind = Literal[
    "exposed", "contradiction", "expired", "duplicate", "version", "contained", "broken_link", "placeholder", "stale",
    "unreadable", "empty", "unstructured",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """One document that a finding is about."""

    document: str
    title: str
    uri: str
    source: str
    modified: str
    """When the source says it last changed, ISO 8601; nothing where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """`document.text[start:end]`."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, for somebody who can put it right."""

    kind: Kind
    confidence: Confidence
    documents: tuple[Concerned, ...]
    quotes: tuple[Quote, ...] = ()
    because: str
    """Why it counts."""
    advice: str
    """What to do."""
    figures: Mapping[str, float | str] = field(default_factory=dict)
    """What was measured, by name."""

    @property
    def id(self) -> str:
        """The same for the same kind, documents and words, so that lists of two days can be compared."""
        words = [(quote.document, quote.text) for quote in self.quotes]
        return identify("fnd", (self.kind, [one.document or one.uri for one in self.documents], words))

    def to_json(self) -> dict[str, Any]:
        """With its id first."""
        return {"id": self.id, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a group of passages is about. A document counts for every topic that one of its passages is of."""

    terms: tuple[str, ...]
    """Its telling words, the most telling first."""
    documents: int
    passages: int
    words: int
    newest: str
    """The latest change among its documents."""
    readers: tuple[str, ...]
    """Everybody who may read something of it."""
    thin: bool
    """Whether it rests on much less than the others do."""
    examples: tuple[Concerned, ...]
    """The documents that it is most of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What one person may know of what is wrong. Findings are ordered by what weighs most."""

    today: str
    """The day it was made for, ISO 8601."""
    documents: int
    words: int
    findings: tuple[Finding, ...]
    topics: tuple[Topic, ...]
    external: Mapping[str, int]
    """Links that leave the knowledge base, by host. They were not followed."""
    notes: tuple[str, ...]
    """What was not looked at, and why."""

    def to_json(self) -> dict[str, Any]:
        """As it stands on standard output."""
        return {
            "today": self.today,
            "documents": self.documents,
            "words": self.words,
            "findings": [one.to_json() for one in self.findings],
            "topics": [asdict(one) for one in self.topics],
            "external": dict(self.external),
            "notes": list(self.notes),
        }
