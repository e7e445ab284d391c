"""Charsets by the names and numbers that files, messages and servers give them."""

import codecs
import re

USUAL = frozenset({"ascii", "cp1252"})
"""Codecs of which nothing is known when they are declared: programs write their names without looking."""

_NAME = re.compile(r"[\w.:+-]{1,40}")
# What is declared under these names is in fact written in the larger charset (WHATWG Encoding Standard).
_LARGER = {
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_ALIASES = {
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "x-sjis": "cp932", "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp", "x-big5": "big5hkscs", "x-mac-roman": "mac_roman", "windows-874": "cp874",
    "windows-949": "cp949", "windows-932": "cp932", "windows-31j": "cp932", "cp-850": "cp850",
    "visual": "iso8859-8", "logical": "iso8859-8",
}  # fmt: skip
# Windows code pages that are not called `cp` and their number.
_PAGES = {
    367: "ascii", 936: "gb18030", 1361: "johab", 10000: "mac_roman", 10001: "shift_jis", 10006: "mac_greek",
    10007: "mac_cyrillic", 10029: "mac_latin2", 10081: "mac_turkish", 20127: "ascii", 20866: "koi8-r",
    20932: "euc_jp", 21866: "koi8-u", 32768: "mac_roman", 38598: "iso8859-8", 50220: "iso2022_jp",
    50221: "iso2022_jp", 50222: "iso2022_jp", 50225: "iso2022_kr", 51932: "euc_jp", 51936: "gb18030",
    51949: "cp949", 52936: "hz", 54936: "gb18030",
    65000: "utf-7", 65001: "utf-8", **{28590 + part: f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
}  # fmt: skip
# Text encodings by Python's book, but none of these is a charset; some take minutes over a megabyte.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})


def codec_of(charset: str | None) -> str | None:
    """Python's name for a charset as it was declared; None for one that is unknown, or an encoding to Python alone."""
    match = _NAME.search(charset or "")
    if match is None:
        return None
    declared = match[0].lower()
    try:
        name = codecs.lookup(_ALIASES.get(declared, declared)).name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _NO_CHARSETS else _LARGER.get(name, name)


def codec_of_page(page: int | None) -> str | None:
    """Python's name for a Windows code page by its number, or None as above."""
    return None if page is None else codec_of(_PAGES.get(page, f"cp{page}"))
