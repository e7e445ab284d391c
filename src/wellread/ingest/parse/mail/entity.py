"""The structure of a MIME message (RFC 2045, 2046): entities with headers and a body that may be more entities.

The standard library's `email` reads the headers and undoes transfer encodings. The body is divided here: that
leaves attached messages as the bytes they are, and takes time in proportion to the message, however it nests.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from functools import cached_property

from wellread.errors import ParseError
from wellread.ingest.parse.encodings import decode_anyway
from wellread.ingest.parse.mail.headers import decoded

MAX_DEPTH = 20
"""Multiparts inside one another; mail programs need six."""
MAX_CHILDREN = 5_000
"""Entities directly inside one; a digest of a year has hundreds."""

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)
_KIND = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_TOKEN = re.compile(r"[\w-]+")
_UNDECLARED_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,200})\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_MOST_HEADER_LINES = 5_000
_MOST_PARAMETERS = 100
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_MOST_OUTSIDE_BASE64 = 0.02


class Entity:
    """A message or a part of one: `data[start:end]`, of which the body begins after the headers."""

    def __init__(
        self, data: bytes, start: int = 0, end: int | None = None, usual: str = "text/plain", depth: int = 0
    ) -> None:
        self._data = data
        self._start = start
        self._end = len(data) if end is None else end
        self._usual = usual
        self.depth = depth

    @cached_property
    def headers(self) -> Message:
        """The header fields; none when it begins with its body."""
        return _parsed(self._data[self._start : self._divided[0]])

    @property
    def kind(self) -> str:
        """The content type in lower case, without parameters."""
        match = _KIND.match(self.field("content-type"))
        return match[1].lower() if match else self._usual

    def field(self, name: str) -> str:
        """A header field as it stands, or nothing."""
        return str(self.headers.get(name, ""))

    def parameter(self, name: str, field: str = "content-type") -> str:
        """A parameter of a field (RFC 2231), or nothing."""
        try:
            return collapse_rfc2231_value(self.headers.get_param(name, "", field))
        except (ValueError, TypeError, LookupError):  # continuations that are numbered wrongly
            return ""

    @property
    def name(self) -> str:
        """The file name as declared, or nothing."""
        return decoded(self.parameter("filename", "content-disposition") or self.parameter("name"))

    @property
    def is_attachment(self) -> bool:
        """Whether it is declared to be shown apart from the text."""
        return self._token("content-disposition") == "attachment"

    @property
    def content_id(self) -> str:
        """The name by which HTML shows it."""
        return self.field("content-id").strip().strip("<>")

    @cached_property
    def children(self) -> "list[Entity]":
        """What a multipart is made of; nothing when it is none, or its boundary is nowhere.

        Raises ParseError when there are too many, or they nest too deeply.
        """
        if not self.kind.startswith("multipart/"):
            return []
        if self.depth >= MAX_DEPTH:
            raise ParseError(f"the message nests parts more than {MAX_DEPTH} deep: send or export it again")
        usual = "message/rfc822" if self.kind == "multipart/digest" else "text/plain"
        return [Entity(self._data, start, end, usual, self.depth + 1) for start, end in self._child_spans()]

    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as it is in the one that was declared."""
        raw = self._data[self._divided[1] : self._end]
        encoding = self._token("content-transfer-encoding")
        if encoding == "base64" and len(raw.translate(None, _BASE64)) > _MOST_OUTSIDE_BASE64 * len(raw):
            return raw
        carrier = Message()
        carrier["Content-Transfer-Encoding"] = encoding
        carrier.set_payload(raw.decode("ascii", "surrogateescape"))
        try:
            content = carrier.get_payload(decode=True)
        except ValueError:  # broken uuencoding
            return raw
        return content if isinstance(content, bytes) else raw

    def walk(self) -> "Iterator[Entity]":
        """The entity and all below it, in their order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @cached_property
    def _divided(self) -> tuple[int, int]:
        return _divide(self._data, self._start, self._end)

    def _token(self, field: str) -> str:
        match = _TOKEN.search(self.field(field))
        return match[0].lower() if match else ""

    def _child_spans(self) -> list[tuple[int, int]]:
        declared = self.parameter("boundary").strip().encode("utf-8", "replace")
        spans = self._spans(declared) if declared else []
        if not spans:
            guess = _UNDECLARED_BOUNDARY.search(self._data, self._divided[1], self._end)
            spans = self._spans(guess[1].rstrip()) if guess else []
        return spans

    def _spans(self, boundary: bytes) -> list[tuple[int, int]]:
        """Where the parts between lines of the boundary are; the last may lack its end."""
        spans: list[tuple[int, int]] = []
        start = -1
        for at, after, is_last in _boundary_lines(self._data, boundary, self._divided[1], self._end):
            if start >= 0:
                spans.append((start, max(start, at - _line_end(self._data, at))))
            start = -1 if is_last else after
            if is_last:
                break
            if len(spans) >= MAX_CHILDREN:
                raise ParseError(
                    f"the message has more than {MAX_CHILDREN:,} parts: store its attachments on their own"
                )
        if start >= 0:
            spans.append((start, self._end))
        return spans


def _boundary_lines(data: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Where each line of the boundary begins and ends, and whether it closes the multipart."""
    mark = b"--" + boundary
    at = data.find(mark, start, end)
    while at >= 0:
        after = _AFTER_BOUNDARY.match(data, at + len(mark), end)
        if after and data[at - 1 : at] == b"\n":
            yield at, after.end(), after[1] is not None
        at = data.find(mark, at + len(mark), end)


def _line_end(data: bytes, at: int) -> int:
    """Length of the line end before `at`, which belongs to the boundary."""
    return 2 if data[at - 2 : at] == b"\r\n" else 1


def _divide(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers end and the body begins: at an empty line, or at one that is no header."""
    at = start
    for _ in range(_MOST_HEADER_LINES):
        line_end = data.find(b"\n", at, end)
        after = line_end + 1 if line_end >= 0 else end
        if not data[at:after].strip(b"\r\n"):
            return at, after
        if not (at > start and data[at : at + 1] in b" \t") and not _FIELD.match(data, at, after):
            return at, at
        at = after
    return at, at


def _parsed(block: bytes) -> Message:
    """Header fields, in whatever encoding they are.

    The older policy is meant: the newer one's parser of structured fields raises errors of many kinds, and
    nests as deeply as comments do.
    """
    charset = _CHARSET.search(block)
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = decode_anyway(block, charset[1].decode("ascii", "replace") if charset else None)
    headers = HeaderParser().parsestr(text)
    for name in ("Content-Type", "Content-Disposition"):
        # Each parameter is looked for from the beginning, so that very many would take very long.
        parameters = str(headers.get(name, "")).split(";", _MOST_PARAMETERS)
        if len(parameters) > _MOST_PARAMETERS:
            headers.replace_header(name, ";".join(parameters[:-1]))
    return headers
