"""Plain text: paragraphs are what empty lines separate; their own line breaks stay."""

import re

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode

_EMPTY_LINES = re.compile(r"\n[^\S\n]*\n")
_BULLET = re.compile(r"[^\S\n]*(?:[-*•–·]|\(?\d{1,3}[.)])[^\S\n]+\S")


def parse_text(data: bytes) -> Parsed:
    """A text file. Raises ParseError for bytes that are not text.

    An empty-line-separated stretch whose lines all begin with a bullet or a number is a list; every
    other stretch is one paragraph. It has no headings, since plain text does not mark them.
    """
    composer = Composer()
    text = re.sub("\r\n|\r|\x0c", "\n", decode(data))
    for stretch in _EMPTY_LINES.split(text):
        lines = [line for line in stretch.split("\n") if line.strip()]
        if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
            for line in lines:
                composer.add("list_item", line, level=1)
        else:
            composer.add_lines(stretch)
    return composer.finish("")
