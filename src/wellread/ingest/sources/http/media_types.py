"""Which answers of a web server are documents, and the suffix that tells their kind to the parsers."""

import codecs
import posixpath
import re
from collections.abc import Mapping
from email.message import Message
from urllib.parse import unquote, urlsplit

from wellread.ingest.parse.charsets import codec_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_TEXTS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
    "text/x-markdown": ".md", "text/csv": ".csv", "text/tab-separated-values": ".tsv",
}  # fmt: skip
_BINARIES = {
    "application/pdf": ".pdf", "application/x-pdf": ".pdf", "application/rtf": ".rtf", "text/rtf": ".rtf",
    "application/msword": ".doc", f"{_OFFICE}.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls", f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-powerpoint": ".ppt", f"{_OFFICE}.presentationml.presentation": ".pptx",
    f"{_OPEN}.text": ".odt", f"{_OPEN}.spreadsheet": ".ods", f"{_OPEN}.presentation": ".odp",
    "application/epub+zip": ".epub",
}  # fmt: skip
_SUFFIXES = _TEXTS | _BINARIES
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_KNOWN = frozenset(_SUFFIXES.values()) | _PAGES
_SAYS_NOTHING = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/download", "application/zip"}
)
_NO_DOCUMENTS = frozenset({"text/css", "text/javascript", "text/ecmascript", "text/xml", "text/vtt"})
_SKIPPED = frozenset(
    """
    .css .js .mjs .map .json .xml .rss .atom .png .jpg .jpeg .gif .svg .webp .avif .ico .bmp .tif .tiff .heic .mp3
    .mp4 .m4a .m4v .webm .ogg .ogv .oga .wav .flac .avi .mov .mkv .wmv .woff .woff2 .ttf .otf .eot .zip .gz .tgz .bz2
    .xz .7z .rar .tar .exe .msi .dmg .pkg .deb .rpm .iso .jar .apk .whl .so .dll .bin .ics .vcf .swf .wasm
""".split()
)
_KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def media_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """The type of a Content-Type header in lower case, and its charset; nothing where it says none."""
    written = headers.get("content-type", "").split(",")[0]
    kind = written.partition(";")[0].strip().lower()
    if not _KIND.fullmatch(kind):
        return "", ""
    message = Message()
    message["Content-Type"] = written
    return kind, str(message.get_content_charset() or "")


def suffix_of(address: str, headers: Mapping[str, str]) -> str:
    """The suffix of what stands at `address`; nothing when it is no document, such as an image or a script."""
    kind = media_type(headers)[0]
    written = _written_suffix(address)
    if kind in _SAYS_NOTHING:
        return written if written in _KNOWN else ""
    if kind in _SUFFIXES and kind not in ("text/plain", "text/markdown"):
        return _SUFFIXES[kind]
    if not kind.startswith("text/") or kind in _NO_DOCUMENTS or written in _SKIPPED:
        return ""
    # What is served as plain text has many kinds, which its name tells apart: source code, Markdown, tables.
    is_text = _SUFFIX.fullmatch(written) and written not in _PAGES and written not in _BINARIES.values()
    return written if is_text else _SUFFIXES.get(kind, ".txt")


def may_be_document(address: str) -> bool:
    """Whether the path of an address leaves it open that there is a document."""
    return _written_suffix(address) not in _SKIPPED


def name_of(address: str, suffix: str) -> str:
    """What a document is called: the last part of its path, ending in `suffix`."""
    parts = urlsplit(address)
    last = unquote(posixpath.basename(parts.path.rstrip("/"))) or parts.hostname or "index"
    name = "".join(one if one.isprintable() and one not in "/\\" else "_" for one in last)
    return name if name.lower().endswith(suffix) else name + suffix


def in_unicode(data: bytes, suffix: str, charset: str) -> bytes:
    """The bytes of a text in UTF-8 with a mark, where only the server says that they are in another charset.

    What a server says outweighs what a page says of itself, but parsers see nothing but the page.
    """
    if not charset or suffix in _BINARIES.values():
        return data
    name = codec_of(charset)
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if name in (None, "utf-8", "ascii") or marked:
        return data
    try:
        return codecs.BOM_UTF8 + data.decode(name).encode()
    except ValueError:
        return data


def _written_suffix(address: str) -> str:
    return posixpath.splitext(urlsplit(address).path)[1].lower()
