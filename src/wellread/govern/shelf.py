"""What is kept of a document once it has been read: everything but its text."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from wellread.records.knowledge import Document
from wellread.records.people import EVERYONE, Principal
from wellread.records.quality import Concerned, Quote

_LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One document by its number on the shelf."""

    number: int
    concerned: Concerned
    readers: frozenset[Principal]
    words: int
    shingles: int
    digest: bytes
    """Of the text with every run of white space as one space."""


def kept(number: int, document: Document, words: int, shingles: int) -> Kept:
    """What is kept of `document`."""
    spaced = " ".join(document.text.split())
    return Kept(
        number=number,
        concerned=concerned(document),
        readers=document.readers,
        words=words,
        shingles=shingles,
        digest=hashlib.blake2b(spaced.encode(), digest_size=16).digest(),
    )


def concerned(document: Document) -> Concerned:
    """The document as a finding names it."""
    return Concerned(
        document=document.id,
        title=document.title,
        uri=document.uri,
        source=document.source,
        modified=document.modified,
    )


def quote(document: str, text: str, start: int, end: int) -> Quote:
    """A span of a document's text, cut between words where it is long."""
    if end - start > _LONGEST_QUOTE:
        space = text.rfind(" ", start, start + _LONGEST_QUOTE)
        end = space if space > start else start + _LONGEST_QUOTE
    return Quote(document=document, start=start, end=end, text=text[start:end])


def wider(one: frozenset[Principal], other: frozenset[Principal]) -> bool:
    """Whether somebody may read `one` who may not read `other`, as far as the lists of readers tell."""
    return EVERYONE not in other and bool(one - other)


def readers_in_words(readers: Iterable[Principal]) -> str:
    """`group:hr or user:ann`; `nobody` for none."""
    held = sorted(readers)
    return "everyone" if EVERYONE in held else " or ".join(held) or "nobody"
