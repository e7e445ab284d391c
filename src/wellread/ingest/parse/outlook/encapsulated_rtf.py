"""RTF that Outlook writes around HTML or plain text, and from which both can be had back (MS-OXRTFEX)."""

import re
from dataclasses import dataclass, replace

from wellread.errors import ParseError
from wellread.ingest.parse.mail.message import Body
from wellread.ingest.parse.rtf.characters import CHARACTERS, DEFAULTS, SYMBOLS, Fonts, joined

MAX_DEPTH = 1_000
"""Groups inside one another."""

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
_ORIGIN = re.compile(rb"\\from(html|text)")
_BEGINNING = 2_000
"""Bytes within which RTF says what it was made from."""
_NO_FONT = -1
_HIDDEN = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict"})


def encapsulated(rtf: bytes) -> Body | None:
    """What the RTF was made from; None when it was not. Raises ParseError when it nests too deeply."""
    origin = _ORIGIN.search(rtf, 0, _BEGINNING)
    return Body(_Reader(rtf).read(), is_html=origin[1] == b"html") if origin else None


@dataclass(slots=True)
class _Group:
    """What holds until the group ends."""

    font: int | None = None
    is_hidden: bool = False
    is_markup: bool = False
    """Within a piece of HTML."""
    is_doubled: bool = False
    """Within RTF that shows again what a piece of HTML says."""
    is_font_table: bool = False
    fallback: int = 1
    """Characters after a Unicode one that are meant for programs without Unicode."""


class _Reader:
    def __init__(self, rtf: bytes) -> None:
        self._rtf = rtf
        self._fonts = Fonts()
        self._group = _Group()
        self._outer: list[_Group] = []
        self._skip = 0
        self._is_optional = False
        self._pieces: list[str] = []
        self._bytes = bytearray()

    def read(self) -> str:
        for token in _TOKEN.finditer(self._rtf):
            self._take(token)
        self._flush()
        return joined(self._pieces)

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, text = token.groups()
        if code or text:
            content = bytes([int(code, 16)]) if code else text
            self._bytes += content[self._skip :]
            self._skip = max(self._skip - len(content), 0)
            return
        # What came before is in the font and the group that end here.
        self._flush()
        if word:
            self._obey(word.decode("ascii"), int(number) if number else None)
        elif symbol:
            self._is_optional = symbol == b"*"
            self._show(SYMBOLS.get(symbol.decode("latin-1"), ""))
        elif brace == b"{":
            self._begin()
        elif brace and self._outer:
            self._skip = 0
            self._group = self._outer.pop()

    def _begin(self) -> None:
        if len(self._outer) >= MAX_DEPTH:
            raise ParseError(
                f"the text of the message nests groups more than {MAX_DEPTH:,} deep: save it as HTML"
            )
        self._skip = 0
        self._outer.append(self._group)
        self._group = replace(self._group)

    def _obey(self, word: str, number: int | None) -> None:
        is_optional, self._is_optional = self._is_optional, False
        group = self._group
        match word:
            case "htmltag" if is_optional:
                group.is_markup = True
            case _ if is_optional or word in _HIDDEN:
                group.is_hidden = True
                group.is_font_table = word == "fonttbl"
            case "htmlrtf":
                group.is_doubled = number != 0
            case "u":
                self._skip = 0
                self._show(chr((number or 0) & 0xFFFF))
                self._skip = group.fallback
            case "uc":
                group.fallback = max(number or 0, 0)
            case "f" | "fcharset" | "cpg" if group.is_font_table:
                self._fonts.define(word, number)
            case "f" | "plain":
                group.font = number
            case _ if word in DEFAULTS:
                self._fonts.set_default(word, number)
            case "par":
                self._show("\n")
            case _ if word in CHARACTERS:
                self._show(CHARACTERS[word])

    def _show(self, text: str) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._add(text)

    def _flush(self) -> None:
        if self._bytes:
            # The HTML itself is in the document's charset, whatever the font.
            font = _NO_FONT if self._group.is_markup else self._group.font
            self._add(self._fonts.decode(bytes(self._bytes), font))
            self._bytes.clear()

    def _add(self, text: str) -> None:
        if not self._group.is_hidden and not self._group.is_doubled:
            self._pieces.append(text)
