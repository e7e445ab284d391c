"""What a document and its chunks must satisfy before they are stored."""

from collections.abc import Sequence

from wellread.errors import UsageError
from wellread.records import identity
from wellread.records.knowledge import Chunk, Document
from wellread.records.people import principal


def check(document: Document, chunks: Sequence[Chunk]) -> None:
    """Raises UsageError: ids that are not derived from the content, text no database stores, spans outside
    the text."""
    _check_ids(document)
    for name in ("uri", "title", "text"):
        _check_text(document.uri, name, getattr(document, name))
    for reader in document.readers:
        principal(reader)
    _check_spans(document, chunks)


def _check_ids(document: Document) -> None:
    expected = identity.document_id(document.source, document.uri)
    if document.id != expected:
        raise UsageError(
            f"the document {document.uri!r} has the id {document.id!r}, but its source and uri give "
            f"{expected!r}: use identity.document_id"
        )
    expected = identity.version_id(document.id, identity.digest(document.text))
    if document.version != expected:
        raise UsageError(
            f"the document {document.uri!r} has the version {document.version!r}, but its text gives "
            f"{expected!r}: use identity.version_id with the digest of the stored text"
        )


def _check_text(uri: str, name: str, value: str) -> None:
    if "\0" in value:
        raise UsageError(
            f"the {name} of {uri!r} holds a NUL character, which databases do not store: take it out"
        )
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise UsageError(
                f"the {name} of {uri!r} is not text at character {error.start} ({error.reason}): replace it"
            ) from error


def _check_spans(document: Document, chunks: Sequence[Chunk]) -> None:
    length = len(document.text)
    seen: set[tuple[int, int]] = set()
    for chunk in chunks:
        span = chunk.start, chunk.end
        if not 0 <= chunk.start < chunk.end <= length:
            raise UsageError(
                f"the span {span} of {document.uri!r} is empty or outside its text of {length} characters"
            )
        if span in seen:
            raise UsageError(f"the span {span} of {document.uri!r} is proposed twice: propose it once")
        seen.add(span)
        for heading in chunk.heading:
            _check_text(document.uri, "heading", heading)
