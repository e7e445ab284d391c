"""What is known: documents, the passages they are cut into, and hits.

A Document is not a Passage and a Passage is not a Hit: a document has readers and a source, a passage
has a span, a hit has a score for one question and one reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wellread.records.people import Principal
from wellread.records.quarantine import Verdict
from wellread.records.trust import UNKNOWN, Trust

Pages = tuple[tuple[int, int], ...]
"""Pages or slides that a span touches, in order: where in the document's text its part begins, and the number from 1.
Empty for documents without pages."""


Link = tuple[int, int, str]
"""Words that lead somewhere: `text[start:end]`, and the target as it is written in the source."""


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
    """Bytes of what it was read from."""
    item: str = ""
    """The uri of the file it is a part of, when it is an attachment or a member of an archive; else nothing."""
    links: tuple[Link, ...] = ()
    """In text order, of the formats whose links are read (Markdown, HTML)."""
    anchors: tuple[str, ...] = ()
    """What a link can name inside it: ids, and the headings as site generators write them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """What a synchronisation compares with its source, without the text."""

    id: str
    version: str
    readers: frozenset[Principal]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """What is known of one item of a source: the file, page or message that one or more documents were read from."""

    uri: str
    stamp: str = ""
    """What the source said of it when it was last read; another stamp, or none, means that it must be read again."""
    content_digest: str = ""
    """SHA-256 of its bytes."""
    failed_stamp: str = ""
    """The stamp under which its bytes could not be read as a document; nothing if they could."""
    error: str = ""
    """Why they could not."""
    grounds: str = ""
    """What it was judged by when it was last read; nothing where there was nothing to judge by."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """On each version that failed a check, by the digest of its bytes; at most one of them is still held."""
    documents: Mapping[str, DocumentState] = field(default_factory=dict)
    """By uri: the document it is, or those it holds."""

    @property
    def is_held(self) -> bool:
        """Whether its latest version waits for a person."""
        return "held" in self.verdicts.values()


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
    options: Mapping[str, str] = field(default_factory=dict)
    """What its kind of source was told beside the location; never a secret."""
    trust: Trust = UNKNOWN


HEADING_JOIN = " > "
"""Between the headings above a passage, from the outermost in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A span a chunker proposes: `document.text[start:end]`, under its headings from the outermost in."""

    start: int
    end: int
    heading: tuple[str, ...] = ()
    pages: Pages = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """When a version of a document held; moments are ISO 8601 UTC."""

    since: str
    until: str | None
    """From then on it did not; None where it holds now."""

    @property
    def is_current(self) -> bool:
        """Whether it holds now."""
        return self.until is None


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
    pages: Pages = ()
    trust: Trust = UNKNOWN
    """Of its source, as it was when the passage was confirmed."""
    changed: str = ""
    """When its document last changed, as the source tells it: ISO 8601 UTC; "" where nobody knows."""
    held: Held | None = None
    """When its version held, of a passage that was found as of a moment; else it is of the current one."""

    def page(self, start: int) -> int | None:
        """The page that the character at `start` of the document's text stands on; None where there are no pages."""
        return next((number for begins, number in reversed(self.pages) if begins <= start), None)

    @property
    def heading_line(self) -> str:
        """The title and the headings above it on one line, each once."""
        return HEADING_JOIN.join(part for part in dict.fromkeys((self.title, *self.heading)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One passage as the index stores it."""

    key: int
    """Passage.key; positive, below 2**63."""
    title: str
    heading: str
    text: str
    readers: frozenset[Principal]
    name: str = ""
    """What its file or page is called, in words (see `name_words`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What a search is limited to, beside what the person may read."""

    source: str | None = None
    """Documents of this source."""
    after: str = ""
    """Documents whose last change is of this day (ISO 8601) or later; "" is no limit."""
    before: str = ""
    """Documents whose last change is before this day."""
    document: str | None = None
    """The document of this id."""

    def __bool__(self) -> bool:
        """Whether it limits anything."""
        return self.source is not None or self.document is not None or bool(self.after or self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, confirmed by the catalogue for one reader."""

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Rank from 1 in each list that proposed it: `terms`, `vectors`."""
    signals: Mapping[str, float] = field(default_factory=dict)
    """What the score is the sum of: `words`, `meaning`, `named`, `quoted`, `reread`."""
    copies: tuple[Passage, ...] = ()
    """Passages with the same words elsewhere, which stand behind this one."""


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
    held: tuple[Failure, ...] = ()
    """Items that failed a check and wait for a person."""
    stopped: str = ""
    """Why it was given up before its end, in which case the next one goes on; nothing where it was not."""
    retry_after: float | None = None
    """Seconds that the place then asked to be left alone, if it did."""
