"""What messages of all formats share: the fields above the text, plain text with quotations, names of parts."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wellread.errors import ParseError
from wellread.ingest.parse.document import Block, Composer, clean
from wellread.ingest.parse.markup.html import compose_html
from wellread.ingest.parse.text import compose_stretch

PICTURES = frozenset({
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".webp", ".emf", ".wmf",
})  # fmt: skip
"""Suffixes of pictures, as they are shown within texts."""

_QUOTE = re.compile(r"(?:[ \t]?>)+")
# Lines that begin a signature or an earlier message, even where no empty line stands before them.
_BEGINNING = re.compile(r"--$|_{20,}|-{3,} ?\w[\w ]{2,40}-{3,}$")
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu)\b|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
_LONGEST_ATTRIBUTION = 3
_ARMOUR = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
# What only holds other elements. Long correspondences wrap each earlier message in several of them.
_WRAPPER = re.compile(
    r"</?(?:div|blockquote|span|font|center|section|table|tbody|tr|td)\b[^<>]*>", re.IGNORECASE
)
_LONGEST_NAME = 150
_SUFFIXES = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
    "text/directory": ".vcf", "text/csv": ".csv", "text/markdown": ".md", "text/xml": ".xml", "text/rtf": ".rtf",
    "text/rfc822-headers": ".eml", "application/xml": ".xml", "application/json": ".json", "application/rtf": ".rtf",
    "application/pdf": ".pdf", "application/zip": ".zip", "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt", "application/ms-tnef": ".dat", "application/vnd.ms-outlook": ".msg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt", "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp", "application/epub+zip": ".epub",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "message/rfc822": ".eml",
    "message/global": ".eml", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/tiff": ".tiff",
    "image/bmp": ".bmp", "image/svg+xml": ".svg", "image/webp": ".webp", "image/heic": ".heic",
    "audio/mpeg": ".mp3", "audio/wav": ".wav", "video/mp4": ".mp4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message: markup if `is_html`, else as it is read; with `blocks`, it is in their order."""

    text: str
    is_html: bool = False
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The fields that a reader sees above a message, as they are shown."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    date: str = ""


def compose_head(composer: Composer, head: Head, level: int = 1) -> None:
    """Add the subject as a heading of the level, then each other field as a paragraph."""
    composer.add("heading", " ".join(head.subject.split()), level)
    for label, value in (("From", head.sender), ("To", head.to), ("Cc", head.cc), ("Date", head.date)):
        if value.strip():
            composer.add("paragraph", f"{label}: {' '.join(value.split())}")


def encrypted(how: str) -> ParseError:
    """The reason to give for a message that cannot be opened without a key."""
    return ParseError(
        f"the message is encrypted ({how}), a key or password is needed to open it: store a decrypted copy"
    )


def compose_text(composer: Composer, body: Body) -> None:
    """Add a body of any kind. Raises ParseError when it is encrypted, or HTML that is no page."""
    if body.is_html:
        compose_markup(composer, body.text)
    elif not body.blocks:
        compose_plain(composer, body.text)
    for block in body.blocks:
        composer.add(block.kind, body.text[block.start : block.end], block.level)


def compose_plain(composer: Composer, text: str) -> None:
    """Add a plain text body. Quotations, signatures and the lines that introduce them are paragraphs of their own.

    Raises ParseError when it is encrypted.
    """
    if _ARMOUR.match(text):
        raise encrypted("OpenPGP")
    for stretch in _stretches(clean(text, keep_layout=True)):
        compose_stretch(composer, "\n".join(stretch))


def compose_markup(composer: Composer, markup: str) -> None:
    """Add an HTML body; one that nests too deeply for a page is read without its wrappers.

    Raises ParseError when that does not help.
    """
    try:
        compose_html(composer, markup)
    except ParseError:
        compose_html(composer, _WRAPPER.sub("<p>", markup))


def _stretches(text: str) -> Iterator[list[str]]:
    """Lines that belong together: of one level of quotation, with no empty line between them."""
    lines: list[str] = []
    level = 0
    for line in text.split("\n"):
        quote = _QUOTE.match(line)
        mark = quote[0] if quote else ""
        content = line[len(mark) :].strip()
        if not content or mark.count(">") != level or _BEGINNING.match(content):
            if mark.count(">") > level:
                yield from _without_attribution(lines)
            else:
                yield lines
            lines = []
        level = mark.count(">")
        if content:
            lines.append(line)
    yield lines


def _without_attribution(lines: list[str]) -> Iterator[list[str]]:
    """What stands above a quotation, and its last lines apart when they say who wrote it."""
    if lines and lines[-1].rstrip().endswith(":"):
        for count in range(1, min(_LONGEST_ATTRIBUTION, len(lines)) + 1):
            if _ATTRIBUTION.match(lines[-count].lstrip("> ")):
                yield lines[:-count]
                lines = lines[-count:]
                break
    yield lines


class PartNames:
    """Gives each part of a message a name of its own that is safe as a file's."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._nameless = 0

    def name(self, declared: str, kind: str) -> str:
        """The declared name without folders; a part without one is numbered, its content type gives the suffix."""
        stem, suffix = posixpath.splitext(_safe(declared))
        if not stem:
            self._nameless += 1
            stem, suffix = f"attachment-{self._nameless}", _SUFFIXES.get(kind, "")
        first = name = f"{stem}{suffix}"
        number = self._taken.get(first.lower(), 0)
        while name.lower() in self._taken:
            number += 1
            name = f"{stem} ({number}){suffix}"
        self._taken[first.lower()] = max(number, 1)
        self._taken.setdefault(name.lower(), 1)
        return name


def _safe(name: str) -> str:
    """What follows the last separator, as RFC 2183 has it, on one line and not too long."""
    last = " ".join(clean(name.replace("\\", "/")).split()).rstrip("/ ").rsplit("/", 1)[-1].strip(". ")
    stem, suffix = posixpath.splitext(last)
    return f"{stem[:_LONGEST_NAME]}{suffix[:20]}"
