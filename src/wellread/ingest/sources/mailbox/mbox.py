"""Messages in one mbox file (RFC 4155), which is never held in memory.

A message begins with a line `From SENDER DATE` at the start of the file or after an empty line. Lines of its text that
would look so are written `>From `, and `>From ` as `>>From ` (the variant mboxrd). What a Content-Length field says is
not believed: programs that do not know of it change messages and leave it as it was.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path

from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.mailbox.message_file import Entry, digest_of, head_of, opened, whole

BLOCK = 4 * 1024**2
"""Bytes searched at a time."""

_LONGEST_LINE = 1000
# Programs order the date differently, but a time of day and, after it, a year are always there.
_ENVELOPE = re.compile(
    rb"From [^\r\n]{0,800}?\b\d{1,2}:\d\d(?::\d\d)?\b[^\r\n]{0,80}?\b\d{4}\b[^\r\n]{0,80}\r?\n?"
)
_AFTER_EMPTY_LINE = re.compile(rb"From (?:(?<=\n\nFrom )|(?<=\n\r\nFrom ))")
_ESCAPED = re.compile(rb">(?:(?<=\n>)|(?<=\A>))(>*From )")
_DATE = re.compile(rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*")
_DELETED = re.compile(
    rb"^(?i:(?:X-)?Status):[ \t]*[AFNORT]*D[AFNORT]*[ \t]*\r?$"
    rb"|^(?i:X-Mozilla-Status:[ \t]*[0-9a-f]{0,7}[89a-f])[ \t]*\r?$",
    re.MULTILINE,
)
"""How mail programs mark what is deleted until the file is next written anew: `D`, and Mozilla's bit 8."""


@dataclass(frozen=True, slots=True)
class Span:
    """One message in its file: the line that begins it, and the bytes `[start, end)` after it."""

    envelope: bytes
    start: int
    end: int


class Mbox:
    """The messages of the file at `path`, called by where they stand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self, problems: list[str]) -> Iterator[Entry[Span]]:
        """Every message that is not marked as deleted, in the file's order."""
        with opened(self._path) as file:
            before = os.fstat(file)
            for span in spans(file, before.st_size):
                head = head_of(file, span.start, span.end)
                if _DELETED.search(head):
                    continue
                size = span.end - span.start
                if size <= MAX_BYTES:
                    size = len(unescaped(os.pread(file, size, span.start)))
                yield Entry(
                    where=span,
                    head=head,
                    digest=digest_of(file, span.start, span.end),
                    size=size,
                    arrived=_arrived(span.envelope, before.st_mtime),
                )
            after = os.fstat(file)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            problems.append(f"{self._path} was written to while it was listed: synchronise again")

    def read(self, where: Span, digest: str) -> bytes:
        """A message as it was before it was put into the file. Raises ParseError: it is there no longer."""
        with opened(self._path) as file:
            return unescaped(whole(file, where.start, where.end, digest))


def begins_mbox(start: bytes) -> bool:
    """Whether a file that begins like this is an mbox."""
    return bool(_ENVELOPE.match(start))


def unescaped(data: bytes) -> bytes:
    """A message's bytes as they were before it was put into the file."""
    return _ESCAPED.sub(rb"\1", data)


def spans(file: int, size: int) -> Iterator[Span]:
    """The messages in the first `size` bytes of an open file. The empty line after a message belongs to none."""
    envelope, start = b"", 0
    for line_start, line in _envelopes(file, size):
        if envelope:
            yield Span(envelope, start, _without_empty_line(file, start, line_start))
        envelope, start = line, line_start + len(line)
    if envelope:
        yield Span(envelope, start, _without_empty_line(file, start, size))


def _envelopes(file: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Each line that begins a message, and where."""
    # As if an empty line stood before the file.
    block, base, done = b"\n\n", -2, 0
    while True:
        position = base + len(block)
        block += os.pread(file, min(BLOCK, size - position), position)
        is_last = base + len(block) >= size or base + len(block) == position
        # A line near the end may go on in the next block.
        sure = len(block) if is_last else max(len(block) - _LONGEST_LINE, 0)
        for found in _AFTER_EMPTY_LINE.finditer(block):
            envelope = _ENVELOPE.match(block, found.start())
            if envelope and done <= base + found.start() < base + sure:
                yield base + found.start(), envelope[0]
        if is_last:
            return
        done = base + sure
        kept = max(sure - 3, 0)
        base, block = base + kept, block[kept:]


def _without_empty_line(file: int, start: int, end: int) -> int:
    tail = os.pread(file, min(3, end - start), max(start, end - 3))
    for line in (b"\r\n", b"\n"):
        if tail == line or tail.endswith(b"\n" + line):
            return end - len(line)
    return end


def _arrived(envelope: bytes, otherwise: float) -> float:
    found = _DATE.search(envelope)
    date = parsedate_tz(found[0].decode("ascii", "replace")) if found else None
    try:
        return float(mktime_tz(date)) if date else otherwise
    except (ValueError, OverflowError):
        return otherwise
