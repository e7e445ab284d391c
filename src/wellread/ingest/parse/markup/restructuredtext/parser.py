"""reStructuredText pages (.rst), also Sphinx's: what a rendered page shows; nothing is included or fetched."""

import re

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.markup.restructuredtext.body import BodyWriter
from wellread.ingest.parse.markup.restructuredtext.inline import Inline
from wellread.ingest.parse.markup.restructuredtext.lines import ADORNMENT

_INDENT = re.compile(r"^[ \t]*\t[ \t]*")
_Style = tuple[str, bool]
"""The character that underlines a title, and whether the same line stands above it."""


def parse_rst(data: bytes) -> Parsed:
    """A page as readable text; a hard-wrapped paragraph becomes one line.

    The levels of headings follow from the order in which their underlines first come.
    Raises ParseError for bytes that are not text.
    """
    text = re.sub("\r\n|[\r\x0b\x0c]", "\n", decode(data))
    lines = [_INDENT.sub(lambda indent: indent[0].expandtabs(), line.rstrip()) for line in text.split("\n")]
    composer = Composer()
    inline = Inline(lines)
    writer = BodyWriter(composer, inline.plain, inline.label)
    styles: list[_Style] = []
    written = at = 0
    while at < len(lines):
        is_first = at == written or not lines[at - 1]
        found = _title(lines, at) if is_first else None
        if found is None:
            at += 1
            continue
        title, style, after = found
        writer.write(lines[written:at])
        if style not in styles:
            styles.append(style)
        composer.add("heading", inline.plain(title), min(styles.index(style) + 1, 6))
        written = at = after
    writer.write(lines[written:])
    return composer.finish(composer.first_heading())


def _title(lines: list[str], at: int) -> tuple[str, _Style, int] | None:
    """The title that begins at a line, how it is marked, and where the text goes on; None if none does."""
    first, second, third = (*lines[at : at + 3], "", "")[:3]
    if ADORNMENT.match(first) and second and third and first[0] == third[0] and ADORNMENT.match(third):
        return second.strip(), (first[0], True), at + 3
    if (
        not first
        or first[0] == " "
        or first.startswith((".. ", "- ", "* ", "+ ", "| "))
        or ADORNMENT.match(first)
    ):
        return None
    if ADORNMENT.match(second) and second != "::" and len(second) >= min(len(first), 4):
        return first, (second[0], False), at + 2
    return None
