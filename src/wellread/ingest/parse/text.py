"""Plain text: paragraphs are what empty lines separate; their own line breaks stay."""

import re

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode

_LINE_END = re.compile("\r\n|\r|\x0c")
_EMPTY_LINES = re.compile(r"\n[^\S\n]*\n")
_BULLET = re.compile(r"[^\S\n]*(?:[-*•–·]|\(?\d{1,3}[.)])[^\S\n]+\S")


def parse_text(data: bytes) -> Parsed:
    """A text file. Raises ParseError for bytes that are not text. It has no headings: plain text does not mark them."""
    composer = Composer()
    for stretch in stretches(decode(data)):
        compose_stretch(composer, stretch)
    return composer.finish("")


def stretches(text: str) -> list[str]:
    """What empty lines separate."""
    return _EMPTY_LINES.split(_LINE_END.sub("\n", text))


def compose_stretch(composer: Composer, stretch: str) -> None:
    """Add lines that belong together: a list where each begins with a bullet or a number, else one paragraph."""
    lines = [line for line in stretch.split("\n") if line.strip()]
    if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
        for line in lines:
            composer.add("list_item", line, level=1)
    else:
        composer.add_lines(stretch)
