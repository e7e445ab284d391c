"""Looks through documents one after another for what is wrong with them, keeping next to nothing of each.

    survey = Survey(today, centres)
    for document, passages in ...:  survey.add(document, passages, vectors)
    survey.findings(reread)

What concerns one document is found while it is read. What concerns two is found from hashes afterwards, and those few
documents are read again.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from wellread.govern.claim_shelf import ClaimShelf, finding
from wellread.govern.duplicates import alike_finding, candidates, exact, exact_finding, exposures, measured
from wellread.govern.expiry import editions, expired
from wellread.govern.kinds import CALLED
from wellread.govern.links import Links
from wellread.govern.matching import Shelf
from wellread.govern.placeholders import placeholders
from wellread.govern.shelf import Kept, kept
from wellread.govern.shingles import sampled, shingles
from wellread.govern.stale import stale, without_dates
from wellread.govern.structure import structure
from wellread.govern.topics import Topics, Vectors
from wellread.records.knowledge import Document, Passage
from wellread.records.quality import Confidence, Finding, Topic
from wellread.screen.claims import claims

_KINDS = tuple(CALLED)
_CONFIDENCES: tuple[Confidence, ...] = ("certain", "likely", "possible")
_REMEMBERED = 8_000_000
"""Characters of documents read again that are held at a time."""

Reread = Callable[[str], tuple[Document, Sequence[Passage]] | None]
"""A document by its id, or None where it is gone by now."""


class Survey:
    """What was found so far. The same documents in the same order give the same findings."""

    def __init__(self, today: date, centres: Vectors) -> None:
        self._today = today
        self._documents: list[Kept] = []
        self._shingles = Shelf()
        self._claims = ClaimShelf()
        self._topics = Topics(centres)
        self.links = Links()
        self._found: list[Finding] = []

    @property
    def documents(self) -> Sequence[Kept]:
        """What is kept of those read."""
        return self._documents

    def add(self, document: Document, passages: Sequence[Passage], vectors: Mapping[int, Vectors]) -> None:
        """Look through one document. `vectors` are those of its passages that the index holds, by key."""
        number = len(self._documents)
        words = len(document.text.split())
        hashes = shingles(document.text)
        self._documents.append(kept(number, document, words, len(hashes)))
        self._shingles.add(number, sampled(hashes))
        self._claims.add(claims(number, document.title, passages))
        self._topics.add(number, passages, vectors)
        self.links.add(document)
        self._found += structure(document, passages, words)
        self._found += placeholders(document)
        self._found += expired(document, self._today)

    def findings(self, reread: Reread) -> list[Finding]:
        """All of them; `reread` brings a document again."""
        texts = _Again(self._documents, reread)
        pairs = candidates(self._shingles, self._documents)
        groups = exact(self._documents)
        found = list(self._found)
        found += exposures(pairs, groups, self._documents, texts.text)
        found += (exact_finding(group, texts.text(group[0].number)) for group in groups)
        found += (
            alike_finding(one, self._documents, texts.text)
            for one in measured(pairs, self._documents, texts.text)
        )
        found += self._contradictions(texts)
        found += self.links.findings()
        found += stale(self._documents, pairs, self._today)
        found += editions(self._documents, self._today)
        return found

    def topics(self) -> list[Topic]:
        """What the documents are about."""
        return self._topics.topics(self._documents)

    def notes(self) -> Iterator[str]:
        """What was not judged, and why."""
        for source in without_dates(self._documents):
            yield f"the dates of {source} say nothing: most of its documents were changed on one day, as in a copy"

    def _contradictions(self, texts: "_Again") -> Iterator[Finding]:
        for group in self._claims.contradictions(texts.passages, self._name):
            yield finding(group, self._documents, self._claims.repeated)

    def _name(self, number: int) -> str:
        return self._documents[number].concerned.title


class _Again:
    """Documents read again, the latest few held."""

    def __init__(self, documents: Sequence[Kept], reread: Reread) -> None:
        self._documents = documents
        self._reread = reread
        self._held: OrderedDict[int, tuple[Document, Sequence[Passage]] | None] = OrderedDict()
        self._size = 0

    def text(self, number: int) -> str:
        found = self._get(number)
        return found[0].text if found else ""

    def passages(self, number: int) -> tuple[str, Sequence[Passage]]:
        found = self._get(number)
        return (found[0].title, found[1]) if found else ("", ())

    def _get(self, number: int) -> tuple[Document, Sequence[Passage]] | None:
        if number in self._held:
            self._held.move_to_end(number)
            return self._held[number]
        found = self._reread(self._documents[number].concerned.document)
        self._held[number] = found
        self._size += len(found[0].text) if found else 0
        while self._size > _REMEMBERED and len(self._held) > 2:
            _, gone = self._held.popitem(last=False)
            self._size -= len(gone[0].text) if gone else 0
        return found


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """What weighs most first: by kind, then by how sure it is, then by document."""
    return sorted(
        findings,
        key=lambda one: (
            _KINDS.index(one.kind),
            _CONFIDENCES.index(one.confidence),
            [(concerned.source, concerned.uri) for concerned in one.documents],
            one.id,
        ),
    )
