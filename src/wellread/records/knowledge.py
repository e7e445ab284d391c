"""What is known: documents, the passages they are cut into, and hits.

A Document is not a Passage and a Passage is not a Hit: a document has readers and a source, a passage
has a span, a hit has a score for one question and one reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document in its current version. `text` is the stored text that every span points into."""

    id: str
    version: str
    source: str
    uri: str
    title: str
    text: str
    content_digest: str
    """SHA-256 of the bytes it was read from."""
    readers: frozenset[Principal]
    modified: str
    """When the source says it last changed, ISO 8601 UTC."""
    size: int = 0
    """Bytes of what it was read from; with `modified`, how a synchronisation sees that nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """What a synchronisation compares with its source, without the text."""

    id: str
    version: str
    content_digest: str
    modified: str
    size: int
    readers: frozenset[Principal]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """One line of a listing."""

    id: str
    source: str
    uri: str
    title: str
    modified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A source as it was added. `readers` are those of a document that does not name its own."""

    name: str
    kind: str
    location: str
    readers: frozenset[Principal]
    added: str
    """ISO 8601 UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A span a chunker proposes: `document.text[start:end]`, under its headings from the outermost in."""

    start: int
    end: int
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A confirmed span of one document version; `text == document.text[start:end]`."""

    key: int
    """The catalogue's number for it, never used twice; what the index stores."""
    id: str
    document: str
    version: str
    uri: str
    title: str
    heading: tuple[str, ...]
    start: int
    end: int
    text: str

    @property
    def heading_line(self) -> str:
        """The title and the headings above it on one line, each once."""
        return " > ".join(part for part in dict.fromkeys((self.title, *self.heading)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One passage as the index stores it."""

    key: int
    """Passage.key; positive, below 2**63."""
    title: str
    heading: str
    text: str
    readers: frozenset[Principal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, confirmed by the catalogue for one reader."""

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Rank from 1 in each list that proposed it: `terms`, `vectors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document that could not be read, and why."""

    uri: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one synchronisation of one source did; counts are documents."""

    source: str
    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[Failure, ...]
    seconds: float
