"""Texts of a PowerPoint 97-2003 presentation ([MS-PPT] 2.9): their kind, and their paragraphs with bullets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wellread.ingest.parse.powerpoint_97.records import Presentation, Record

_HEADER, _WIDE, _NARROW, _STYLES, OUTLINE_REFERENCE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0FA1, 0x0F9E
# Where the number of the slide, a date, a header or a footer is put in: the text has an asterisk there.
_PLACED = frozenset({0x0FD8, 0x0FF7, 0x0FF8, 0x0FF9, 0x0FFA, 0x1015})

TITLE, BODY, NOTES, CENTRED_TITLE, HALF_BODY, QUARTER_BODY = 0, 1, 2, 6, 7, 8
"""Kinds of text (2.13.33, TextTypeEnum)."""

# Fields of TextPFException (2.9.20) in their order: the bits of the mask that say it is there, and its size.
_FIELDS = (
    (0x0F, 2), (0x80, 2), (0x10, 2), (0x40, 2), (0x20, 4), (0x800, 2), (0x1000, 2), (0x2000, 2), (0x4000, 2),
    (0x100, 2), (0x400, 2), (0x8000, 2),
)  # fmt: skip
_TABS, _LATER_FIELDS = 0x100000, ((0x10000, 2), (0xE0000, 2), (0x200000, 2))
_HAS_BULLET = 0x01
_MOST_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`level` counts from 0; `bullet` is None where the slide's master decides."""

    text: str
    level: int = 0
    bullet: bool | None = None


@dataclass(slots=True)
class Text:
    """One text of a shape. `kind` is -1 where it is not said."""

    kind: int = -1
    characters: str = ""
    placed: set[int] = field(default_factory=set)
    """Positions of what is put in when the slide is shown."""
    styles: list[tuple[int, int, bool | None]] = field(default_factory=list)
    """Length, level and bullet of stretches of the text."""

    @property
    def is_title(self) -> bool:
        return self.kind in (TITLE, CENTRED_TITLE)

    @property
    def says_something(self) -> bool:
        return next(self.paragraphs(), None) is not None

    def paragraphs(self) -> Iterator[Paragraph]:
        """Paragraphs that hold something, lines inside of them parted by line ends."""
        at = 0
        ends: list[tuple[int, int, bool | None]] = []
        for length, level, bullet in self.styles:
            at += length
            ends.append((at, level, bullet))
        waiting = iter(ends)
        style = next(waiting, (0, 0, None))
        start = 0
        for line in self.characters.split("\r"):
            while style[0] <= start and (following := next(waiting, None)) is not None:
                style = following
            shown = "".join(mark for n, mark in enumerate(line, start) if n not in self.placed)
            shown = _joined(shown.replace("\x0b", "\n")).strip()
            if shown:
                yield Paragraph(shown, min(style[1], _MOST_LEVELS - 1), style[2])
            start += len(line) + 1


def texts_of(presentation: Presentation, records: Iterable[Record]) -> list[Text]:
    """The texts that a row of records holds: each begins with its header or, lacking one, its characters."""
    found: list[Text] = []
    for record in records:
        if record.kind == _HEADER:
            found.append(Text(presentation.value(record, 0)))
        elif record.kind in (_WIDE, _NARROW):
            if not found or found[-1].characters:
                found.append(Text())
            found[-1].characters = _characters(presentation.content(record), wide=record.kind == _WIDE)
        elif record.kind == _STYLES and found:
            found[-1].styles = list(_styles(presentation, record, len(found[-1].characters) + 1))
        elif record.kind in _PLACED and found:
            found[-1].placed.add(presentation.value(record, 0))
    return found


def _characters(stored: bytes, *, wide: bool) -> str:
    """A character a unit, so that positions fit; narrow ones are the first 256 of Unicode."""
    if not wide:
        return stored.decode("latin-1")
    units = stored[: len(stored) // 2 * 2]
    return b"".join(units[at : at + 2] + b"\0\0" for at in range(0, len(units), 2)).decode(
        "utf-32-le", "surrogatepass"
    )


def _joined(text: str) -> str:
    """Halves of characters as one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _styles(
    presentation: Presentation, record: Record, length: int
) -> Iterator[tuple[int, int, bool | None]]:
    """Stretches of paragraphs (2.9.44, StyleTextPropAtom), as many as the text is long."""
    at = covered = 0
    while covered < length and record.start + at + 10 <= record.end:
        count, level = presentation.value(record, at), presentation.value(record, at + 4, 2)
        bullet, at = paragraph_bullet(presentation, record, at + 6)
        yield count, level, bullet
        covered += max(count, 1)


def paragraph_bullet(presentation: Presentation, record: Record, at: int) -> tuple[bool | None, int]:
    """Whether properties of paragraphs set or take a bullet, and where what follows them begins."""
    mask = presentation.value(record, at)
    at += 4
    bullet = bool(presentation.value(record, at, 2) & _HAS_BULLET) if mask & _HAS_BULLET else None
    at += sum(size for bits, size in _FIELDS if mask & bits)
    if mask & _TABS:
        at += 2 + 4 * presentation.value(record, at, 2)
    return bullet, at + sum(size for bits, size in _LATER_FIELDS if mask & bits)
