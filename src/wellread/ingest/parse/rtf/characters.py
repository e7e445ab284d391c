"""How RTF writes characters: code pages, charsets of fonts, and names for special ones (RTF 1.9.1)."""

import re

from wellread.ingest.parse.charsets import codec_of_page

CHARACTERS = {
    "tab": "\t", "line": "\n", "page": "\n", "column": "\n", "lbr": "\n", "emdash": "—", "endash": "–",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "zwj": "\u200d", "zwnj": "\u200c", "nestcell": " ",
}  # fmt: skip
SYMBOLS = {"~": "\u00a0", "_": "-", "\t": "\t", "\\": "\\", "{": "{", "}": "}"}

_CHARACTER_SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
DEFAULTS = frozenset(_CHARACTER_SETS) | {"ansicpg", "deff"}
"""Words that say which characters and which font hold where nothing else is said."""

# By `\fcharset` number; 1 is the document's own.
_FONT_CHARSETS = {
    0: "cp1252", 2: "symbol", 77: "mac_roman", 78: "shift_jis", 79: "euc_kr", 80: "gb2312", 81: "big5",
    128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
_SYMBOL_SIGN = re.compile("[\uf000-\uf0ff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Fonts:
    """The codec of each font, as far as the file says it."""

    def __init__(self) -> None:
        self._document = "cp1252"
        self._default = 0
        self._codecs: dict[int, str] = {}
        self._defined = 0

    def set_default(self, word: str, number: int | None) -> None:
        """Follow one of `DEFAULTS`."""
        if word in _CHARACTER_SETS:
            self._document = _CHARACTER_SETS[word]
        elif word == "ansicpg":
            self._document = codec_of_page(number) or self._document
        else:
            self._default = number or 0

    def define(self, word: str, number: int | None) -> None:
        """Follow a control word of the font table."""
        if word == "f":
            self._defined = number or 0
        elif word in ("fcharset", "cpg"):
            codec = _FONT_CHARSETS.get(number or 0) if word == "fcharset" else codec_of_page(number)
            if codec:
                self._codecs[self._defined] = codec

    def decode(self, data: bytes, font: int | None) -> str:
        """Text in a font, or in the document's own."""
        codec = self._codecs.get(self._default if font is None else font, self._document)
        if codec == "symbol":
            # Signs without a meaning in text, but for the bullet.
            data, codec = data.replace(b"\xb7", b"\x95"), "cp1252"
        return data.decode(codec, "replace")


def joined(pieces: list[str]) -> str:
    """Text whose characters beyond the first 65,536 come as two halves, and without signs of symbol fonts."""
    text = "".join(pieces)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _SYMBOL_SIGN.sub("", text.replace("\uf0b7", "•"))
