"""Reads what an IMAP server answers: lists, flags, dates and literals (RFC 3501, section 4)."""

import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from wellread.ingest.sources.imap.names import decoded

Answer = bytes | tuple[bytes, bytes]
"""A line, or the piece of one before a literal with that literal, as `imaplib` hands them over."""

Value = bytes | list["Value"] | None
"""What an answer is made of; None is NIL."""

_TOKEN = re.compile(
    rb"""[()]
    | "(?:[^"\\]|\\.)*"
    | [^\s()"\[]+\[[^\]]*\](?:<\d+>)?   # the name of a part, as in BODY[HEADER.FIELDS (DATE)]
    | [^\s()"]+""",
    re.VERBOSE,
)
_LITERAL_MARK = re.compile(rb"\{\d+\}\Z")
_DATE = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_MESSAGE_ID = re.compile(rb"^message-id:(.*)", re.IGNORECASE | re.DOTALL)
_DELETED = b"\\deleted"
_UNOPENABLE = frozenset({b"\\noselect", b"\\nonexistent"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of a folder, without its bytes."""

    uid: int
    size: int
    arrived: datetime
    """In UTC: the message's INTERNALDATE."""
    is_deleted: bool
    mark: str
    """Digest over Message-ID, size and date, by which it is known again; empty where it has no Message-ID."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder: its name for people, and as the server writes it."""

    name: str
    raw: bytes


def messages_in(answers: Iterable[Answer | None]) -> tuple[list[Listed], int]:
    """The messages that FETCH answers describe, in order, and how many were described too badly to be listed.

    Answers about one message are joined: a server may tell of changed flags in between.
    """
    known: dict[bytes, dict[bytes, Value]] = {}
    for values in _lines(answers):
        if len(values) > 1 and isinstance(values[0], bytes) and isinstance(values[1], list):
            known.setdefault(values[0], {}).update(_pairs(values[1]))
    found = {number: _message(attributes) for number, attributes in known.items() if b"UID" in attributes}
    listed = sorted((message for message in found.values() if message), key=lambda message: message.uid)
    return listed, len(found) - len(listed)


def body_in(answers: Iterable[Answer | None], uid: int) -> bytes | None:
    """The whole message `uid`, if a FETCH answer holds it."""
    for values in _lines(answers):
        if len(values) > 1 and isinstance(values[1], list):
            attributes = _pairs(values[1])
            body = attributes.get(b"BODY[]")
            if attributes.get(b"UID") == str(uid).encode() and isinstance(body, bytes):
                return body
    return None


def folders_in(answers: Iterable[Answer | None]) -> list[Folder]:
    """The folders of LIST answers that can be opened."""
    found = []
    for values in _lines(answers):
        if len(values) >= 3 and isinstance(values[0], list) and isinstance(values[2], bytes):
            flags = {flag.lower() for flag in values[0] if isinstance(flag, bytes)}
            if not flags & _UNOPENABLE:
                found.append(Folder(decoded(values[2]), values[2]))
    return found


def _message(attributes: dict[bytes, Value]) -> Listed | None:
    uid, size, date = (attributes.get(name) for name in (b"UID", b"RFC822.SIZE", b"INTERNALDATE"))
    flags = attributes.get(b"FLAGS")
    arrived = moment(date) if isinstance(date, bytes) else None
    if not (isinstance(uid, bytes) and uid.isdigit() and isinstance(size, bytes) and size.isdigit()):
        return None
    if arrived is None or not isinstance(flags, list):
        return None
    header = next((value for name, value in attributes.items() if name.startswith(b"BODY[HEADER")), None)
    return Listed(
        uid=int(uid[:20]),
        size=int(size[:20]),
        arrived=arrived,
        is_deleted=any(isinstance(flag, bytes) and flag.lower() == _DELETED for flag in flags),
        mark=_mark(header if isinstance(header, bytes) else b"", size, arrived),
    )


def _mark(header: bytes, size: bytes, arrived: datetime) -> str:
    found = _MESSAGE_ID.match(header)
    identity = b" ".join(found[1].split()) if found else b""
    if not identity:
        return ""
    whole = b"\n".join((identity, size, arrived.isoformat().encode()))
    return binascii.hexlify(hashlib.sha256(whole).digest()[:10]).decode("ascii")


def moment(written: bytes) -> datetime | None:
    """An INTERNALDATE, such as ` 7-Jul-2026 02:44:25 -0700`, in UTC; None when it is no date."""
    found = _DATE.match(written)
    if not found or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second, ahead, more = (int(found[group]) for group in (1, 3, 4, 5, 6, 8, 9))
    offset = timedelta(hours=ahead, minutes=more) * (-1 if found[7] == b"-" else 1)
    try:
        local = datetime(year, _MONTHS.index(found[2].lower()) + 1, day, hour, minute, min(second, 59))
        return local.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _pairs(values: Sequence[Value]) -> dict[bytes, Value]:
    names = (name.upper() if isinstance(name, bytes) else b"" for name in values[::2])
    return dict(zip(names, values[1::2], strict=False))


def _lines(answers: Iterable[Answer | None]) -> Iterator[list[Value]]:
    """Each answer as values: a piece with a literal goes on in the next one."""
    pieces: list[tuple[bytes, bytes | None]] = []
    for answer in answers:
        if isinstance(answer, tuple):
            pieces.append((_LITERAL_MARK.sub(b"", answer[0]), answer[1]))
        elif answer is not None:
            yield _values([*pieces, (answer, None)])
            pieces = []


def _values(pieces: Iterable[tuple[bytes, bytes | None]]) -> list[Value]:
    outer: list[Value] = []
    stack = [outer]
    for text, literal in pieces:
        for token in _TOKEN.findall(text):
            if token == b"(":
                inner: list[Value] = []
                stack[-1].append(inner)
                stack.append(inner)
            elif token == b")":
                if len(stack) > 1:
                    stack.pop()
            else:
                stack[-1].append(_value(token))
        if literal is not None:
            stack[-1].append(literal)
    return outer


def _value(token: bytes) -> bytes | None:
    if token.startswith(b'"'):
        return re.sub(rb"\\(.)", rb"\1", token[1:-1])
    return None if token.upper() == b"NIL" else token
