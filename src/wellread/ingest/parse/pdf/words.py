"""The words of one PDF page with their places, as PDFium's text page tells them.

Coordinates are points with y upwards, turned so that the text of a `Sheet` reads from left to right:
a table printed sideways is upright in its own sheet, and a note along the margin has a sheet of its own.
"""

import ctypes
import math
import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from wellread.ingest.parse.pdf.calls import address_of, unchecked

MOST_WORDS = 200_000
"""Words of one page that are read; a page of text has less than 2,000."""

LEAST_SIZE = 0.5
"""Points; what is smaller cannot be seen."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""

ASLANT = 4
"""Instead of quarter turns: writing at another angle."""

_STRAIGHT = 0.05
"""Quarter turns by which a scan may be crooked."""

_FARTHEST = 1e6
HYPHEN = "\ufffe"
"""What PDFium writes for the hyphen of a word split at a line end; it leaves out the line break."""

_TOKEN = re.compile(f"[^\\s{HYPHEN}]+{HYPHEN}?|{HYPHEN}")

_LETTERS = str.maketrans({
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    # Bullets of the Symbol and Wingdings fonts, which word processors write as private-use characters.
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "‣", "\uf076": "•", "\uf06c": "•", "\uf06e": "▪", "\uf0a8": "▪",
    "\uf0fc": "✓", "\uf0e0": "→", "\uf0be": "—", "\uf02d": "-",
})  # fmt: skip
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
_UNUSUAL = re.compile(f"{_UNREADABLE.pattern}|[{''.join(map(chr, _LETTERS))}]")
_BOLD = re.compile(rb"bold|black|heavy|demi|medi\b|-bd|cmbx|sfbx", re.IGNORECASE)
_FIXED = re.compile(rb"mono|courier|consol|cmtt|sftt|typewriter|menlo", re.IGNORECASE)
_CONTROLS = frozenset(range(1, 32)) - {2, 9, 10, 13}
_FORCED_BOLD, _FIXED_PITCH = 1 << 18, 1
"""Flags of a font descriptor (ISO 32000-1, table 123)."""


class Word(NamedTuple):
    """Characters without white space between."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    bold: bool
    fixed: bool
    """Set in a typewriter font."""
    glued: bool
    """No space stands before it in the file: only the distance tells whether there is one."""


Sheet = list[Word]
"""Words of one direction, in the order in which the file draws them."""


def sheets(textpage: Any, bounds: Box) -> list[tuple[int, Sheet]]:
    """The words of every direction of writing on a page with its quarter turns, the most written one first.

    `bounds` is the visible part of the page. A page whose characters are mostly unknown (a font without
    Unicode map) has none: its text layer says nothing.
    """
    text = _with_true_hyphens(textpage, textpage.get_text_range())
    plain = _UNUSUAL.search(text) is None
    if not plain:
        readable = _UNREADABLE.sub("", text.translate(_LETTERS))
        if 2 * len("".join(readable.split())) < len("".join(text.split())):
            return []
    by_turn: dict[int, Sheet] = defaultdict(list)
    for quarters, line in _lines(textpage, text, bounds, plain=plain):
        by_turn[quarters] += line
    # What stands aslant is an ornament even where it is most of the text.
    return sorted(by_turn.items(), key=lambda i: (i[0] == ASLANT, -sum(len(word.text) for word in i[1])))


def has_unknown_text(textpage: Any) -> bool:
    """Whether a page without `sheets` has characters all the same, or glyphs that stand for none."""
    text = textpage.get_text_range()
    return bool(text.strip()) or textpage.count_chars() > len(text)


def _with_true_hyphens(textpage: Any, text: str) -> str:
    """`text` where only hyphens are U+FFFE: some fonts map letters to it."""
    import pypdfium2.raw as pdfium

    def checked(match: "re.Match[str]") -> str:
        at = pdfium.FPDFText_GetCharIndexFromTextIndex(textpage.raw, match.start())
        return HYPHEN if pdfium.FPDFText_IsHyphen(textpage.raw, at) == 1 else "\ufffd"

    return re.sub(HYPHEN, checked, text) if HYPHEN in text else text


def turned(box: Box, quarters: int) -> Box:
    """`box` after clockwise quarter turns about the origin."""
    left, bottom, right, top = box
    match quarters % 4:
        case 1:
            return bottom, -right, top, -left
        case 2:
            return -right, -top, -left, -bottom
        case 3:
            return -top, left, -bottom, right
    return box


def _lines(textpage: Any, text: str, bounds: Box, *, plain: bool) -> Iterator[tuple[int, Sheet]]:
    """What PDFium has between two line breaks, with the quarter turns of its first word."""
    reader = _Reader(textpage, text)
    visible_left, visible_bottom, visible_right, visible_top = bounds
    line: list[tuple[str, Box, int]] = []
    end = 0
    box: Box | None = None
    found = [(match.group(), *match.span()) for match in islice(_TOKEN.finditer(text), MOST_WORDS)]
    for (written, start, after), edges in zip(found, reader.boxes(found), strict=True):
        if line and (start == end or text[end] in "\r\n"):
            yield _finished(reader, line)
            line = []
        end = after
        left, top, right, bottom, left2, top2, right2, bottom2 = edges
        if top2 - bottom2 > top - bottom:
            # The first letter is a superscript.
            bottom, top = bottom2, top2
        left, right = left if left < left2 else left2, right if right > right2 else right2
        if _FARTHEST > right > left > -_FARTHEST and _FARTHEST > top > bottom > -_FARTHEST:
            box = (left, bottom, right, top)
        elif box is None:
            continue
        else:
            # What has no place, such as a character without a glyph, is where the word before it is.
            left, bottom, right, top = box
        shown = written if plain else _UNREADABLE.sub("", written.translate(_LETTERS))
        if not reader.same_index and reader.lost_minus(start, shown):
            shown = f"−{shown}"
        if (
            shown
            and (top - bottom >= LEAST_SIZE or right - left >= LEAST_SIZE)
            and visible_left <= (left + right) / 2 <= visible_right
            and visible_bottom <= (bottom + top) / 2 <= visible_top
        ):
            line.append((shown, box, start))
    if line:
        yield _finished(reader, line)


def _finished(reader: "_Reader", line: list[tuple[str, Box, int]]) -> tuple[int, Sheet]:
    quarters = reader.quarters(line[0][2])
    first, last = reader.style(line[0][2]), reader.style(line[-1][2])
    # Fonts that change in between and back are not looked for: that would ask for every word.
    styles = [first] * len(line) if first == last else [reader.style(at) for _, _, at in line]
    return quarters, [
        Word(text, *(turned(box, quarters) if quarters else box), *style, number == 0)
        for number, ((text, box, _), style) in enumerate(zip(line, styles, strict=True))
    ]


class _Reader:
    """Asks PDFium about characters by their place in the text."""

    def __init__(self, textpage: Any, text: str) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium: Any = pdfium
        self._page = textpage.raw
        self._text = text
        # Characters without a code have a place but no text, so that the two counts may differ.
        self.same_index = textpage.count_chars() == len(text)
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(64)
        self._flags = ctypes.c_int()
        self._styles: dict[tuple[bytes, int], tuple[bool, bool]] = {}

    def quarters(self, at: int) -> int:
        """Clockwise quarter turns that set the character upright, or `ASLANT`."""
        # The reported angle will not do: it is that of slanted letters too.
        matrix = self._matrix
        if not self._pdfium.FPDFText_GetMatrix(self._page, self._index(at), matrix):
            return 0
        turns = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        return round(turns) % 4 if abs(turns - round(turns)) <= _STRAIGHT else ASLANT

    def boxes(self, found: Sequence[tuple[str, int, int]]) -> Iterator[tuple[float, ...]]:
        """Of every word, the left, top, right and bottom of its first character, and those of its last.

        Boxes are by the ascent and descent of the font; zeros for what is not drawn. The reported font size
        will not do: it leaves out the scaling of the page's matrix.
        """
        types = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
        find = unchecked(self._pdfium.FPDFText_GetLooseCharBox, *types)
        page = address_of(self._page)
        places = (ctypes.c_float * (8 * len(found)))()
        address = ctypes.addressof(places)
        for text, start, end in found:
            last = end - 1 if end - start == 1 or text[-1] != HYPHEN else end - 2
            if self.same_index:
                find(page, start, address)
                find(page, last, address + 16)
            else:
                find(page, self._index(start), address)
                find(page, self._index(last), address + 16)
            address += 32
        return struct.iter_unpack("8f", places)

    def style(self, at: int) -> tuple[bool, bool]:
        """Whether the character's font is bold, and whether it is of fixed pitch."""
        index = self._index(at)
        length = self._pdfium.FPDFText_GetFontInfo(self._page, index, self._name, 64, self._flags)
        # A name that does not fit is not written at all.
        name = self._name.value if 0 < length <= 64 else b""
        key = (name, self._flags.value)
        if key not in self._styles:
            heavy = self._pdfium.FPDFText_GetFontWeight(self._page, index) >= 600
            bold = heavy or bool(self._flags.value & _FORCED_BOLD) or bool(_BOLD.search(name))
            fixed = bool(self._flags.value & _FIXED_PITCH) or bool(_FIXED.search(name))
            self._styles[key] = bold, fixed
        return self._styles[key]

    def lost_minus(self, at: int, word: str) -> bool:
        """Whether a sign that has no text stands right before a figure.

        Mathematical fonts of publishers have the minus on a control character, which is left out.
        """
        if not word[:1].isdigit():
            return False
        before = self._index(at) - 1
        return before >= 0 and self._pdfium.FPDFText_GetUnicode(self._page, before) in _CONTROLS

    def _index(self, at: int) -> int:
        if self.same_index:
            return at
        return int(self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, at))
