"""How rows of the tables become records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from wellread.records.knowledge import Document, Pages, Passage
from wellread.records.people import Principal


def document_of(row: Row[Any], held: frozenset[Principal]) -> Document:
    """A document of its row and its text's, for these readers."""
    return Document(
        id=row.id,
        version=row.version,
        source=row.source,
        uri=row.uri,
        title=row.title,
        text=row.text,
        content_digest=row.content_digest,
        readers=held,
        modified=row.modified,
        size=row.size,
        item=row.item,
        links=tuple((start, end, target) for start, end, target in row.links),
        anchors=tuple(row.anchors),
    )


def passage_of(row: Sequence[Any]) -> Passage:
    """A passage of its columns in the order of `reading`'s statement."""
    return Passage(
        key=row[0],
        id=row[1],
        document=row[2],
        version=row[3],
        uri=row[4],
        title=row[5],
        heading=tuple(row[6]),
        start=row[7],
        end=row[8],
        text=row[9],
        pages=_pages(row[10]),
        trust=row[11],
        changed=row[12],
    )


def _pages(stored: Sequence[Sequence[int]]) -> Pages:
    return tuple((start, number) for start, number in stored)
