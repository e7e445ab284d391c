"""From a file's name and bytes to the parser of its kind.

What the bytes begin with outweighs the name: a Word document called `.txt` is read as one. The suffix tells the kinds
of text apart.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from io import BytesIO

from wellread.errors import ParseError
from wellread.ingest.parse.archive import is_compressed, is_tar
from wellread.ingest.parse.document import MAX_BYTES, Parsed


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what people call it, `module:function` of its parser in this folder, and its suffixes."""

    name: str
    parser: str
    suffixes: tuple[str, ...]

    def load(self) -> Callable[[bytes], Parsed]:
        """The parser; its libraries are imported when the first file of its kind comes."""
        module, _, function = self.parser.partition(":")
        found: Callable[[bytes], Parsed] = getattr(import_module(f"{__package__}.{module}"), function)
        return found


TEXT = Format("text", "text:parse_text", (".txt", ".text", ".log"))
MARKDOWN = Format("Markdown", "markup.markdown:parse_markdown", (".md", ".markdown", ".mdx"))
HTML = Format("HTML", "markup.html:parse_html", (".html", ".htm", ".xhtml"))
PDF = Format("PDF", "pdf.parser:parse_pdf", (".pdf",))
WORD = Format("Word", "word.parser:parse_docx", (".docx", ".docm", ".dotx", ".dotm"))
POWERPOINT = Format(
    "PowerPoint", "powerpoint.parser:parse_pptx", (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")
)
SPREADSHEET = Format(
    "spreadsheet", "spreadsheet.parser:parse_spreadsheet",
    (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".fods"),
)  # fmt: skip
DELIMITED = Format("table of text", "data.delimited:parse_delimited", (".csv", ".tsv", ".tab", ".psv"))
OPENDOCUMENT = Format(
    "OpenDocument", "opendocument.parser:parse_opendocument",
    (".odt", ".ott", ".odm", ".odp", ".otp", ".fodt", ".fodp"),
)  # fmt: skip
EPUB = Format("EPUB", "epub.parser:parse_epub", (".epub",))
RTF = Format("RTF", "rtf.parser:parse_rtf", (".rtf",))
LEGACY_WORD = Format("Word 97-2003", "word_97.parser:parse_legacy_word", (".doc", ".dot"))
LEGACY_POWERPOINT = Format(
    "PowerPoint 97-2003", "powerpoint_97.parser:parse_legacy_powerpoint", (".ppt", ".pps", ".pot")
)
MAIL = Format("e-mail", "mail.parser:parse_mail", (".eml", ".mht", ".mhtml"))
OUTLOOK = Format("Outlook message", "outlook.parser:parse_outlook", (".msg", ".oft"))
XML = Format("XML", "xml.parser:parse_xml", (".xml", ".nxml", ".jats", ".rss", ".atom", ".dbk", ".dita"))
JSON = Format("JSON", "data.json:parse_json", (".json", ".geojson"))
JSON_LINES = Format("JSON Lines", "data.json:parse_json_lines", (".jsonl", ".ndjson"))
NOTEBOOK = Format("Jupyter notebook", "data.notebook:parse_notebook", (".ipynb",))
ORG = Format("Org", "markup.org.parser:parse_org", (".org",))
ASCIIDOC = Format("AsciiDoc", "markup.asciidoc.parser:parse_asciidoc", (".adoc", ".asciidoc"))
RESTRUCTUREDTEXT = Format("reStructuredText", "markup.restructuredtext.parser:parse_rst", (".rst", ".rest"))
ZIP = Format("zip archive", "archive:parse_zip", (".zip",))
TAR = Format("tar archive", "archive:parse_tar", (".tar",))
COMPRESSED = Format(
    "compressed file", "archive:parse_compressed", (".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz")
)

FORMATS = (
    TEXT, MARKDOWN, HTML, PDF, WORD, POWERPOINT, SPREADSHEET, DELIMITED, OPENDOCUMENT, EPUB, RTF, LEGACY_WORD,
    LEGACY_POWERPOINT, MAIL, OUTLOOK, XML, JSON, JSON_LINES, NOTEBOOK, ORG, ASCIIDOC, RESTRUCTUREDTEXT, ZIP, TAR,
    COMPRESSED,
)  # fmt: skip
SUFFIXES = {suffix: format for format in FORMATS for suffix in format.suffixes}

_SIGNS: tuple[tuple[Callable[[bytes], bool], Format], ...] = (
    # PDF readers accept the signature anywhere in the first 1,024 bytes.
    (lambda start: b"%PDF-" in start, PDF),
    (lambda start: start.startswith(b"{\\rtf"), RTF),
    (is_compressed, COMPRESSED),
    (is_tar, TAR),
)
_NOT_READ = (
    (b"\x89PNG", "PNG image"), (b"\xff\xd8\xff", "JPEG image"), (b"GIF8", "GIF image"), (b"II*\x00", "TIFF image"),
    (b"MM\x00*", "TIFF image"), (b"7z\xbc\xaf\x27\x1c", "7z archive"), (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x7fELF", "program"), (b"MZ", "program"), (b"%!PS", "PostScript"), (b"SQLite format 3\x00", "SQLite database"),
    (b"ID3", "sound"), (b"OggS", "sound or film"), (b"RIFF", "sound, film or image"), (b"wOFF", "font"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("WordDocument", LEGACY_WORD),
    ("PowerPoint Document", LEGACY_POWERPOINT),
    ("Workbook", SPREADSHEET),
    ("Book", SPREADSHEET),
    ("__properties_version1.0", OUTLOOK),
)
_ZIP_START = b"PK\x03\x04"
_ZIP_MEMBERS = (("word/", WORD), ("ppt/", POWERPOINT), ("xl/", SPREADSHEET))
_MIME_TYPES = {
    b"application/epub+zip": EPUB,
    b"application/vnd.oasis.opendocument.spreadsheet": SPREADSHEET,
    b"application/vnd.oasis.opendocument": OPENDOCUMENT,
}
"""What an EPUB's or OpenDocument's first member says; the longer name first."""
_MAIL_HEADER = re.compile(
    rb"(?:From |(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|Date|Subject):)[^\n]*\n"
    rb"(?:[A-Za-z-]+:|[ \t])",
    re.IGNORECASE,
)


def parse(name: str, data: bytes) -> Parsed:
    """Read the document called `name`.

    A document without content is accepted and has no text. The title falls back on the name. Raises ParseError, and
    nothing else but MemoryError, with the reason for the file's owner.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(f"the file has {len(data):,} bytes, the most is {MAX_BYTES:,}: split it")
    title = posixpath.splitext(posixpath.basename(name))[0]
    if not data.strip():
        return Parsed(title, "", ())
    kind, parser = _parser(name, data)
    try:
        parsed = parser(data)
    except (ParseError, MemoryError):
        raise
    except Exception as error:  # the boundary to parsing libraries, which may raise anything
        raise ParseError(f"the {kind} file is damaged: {type(error).__name__}: {error}") from error
    return parsed if parsed.title else replace(parsed, title=title)


def _parser(name: str, data: bytes) -> tuple[str, Callable[[bytes], Parsed]]:
    from wellread.ingest.parse.source_code.parser import parser_for

    format_ = format_by_content(name, data)
    if format_ is None and (code := parser_for(name, data[:200])):
        return "source", code
    format_ = format_ or _format_by_name(name, data)
    return format_.name, format_.load()


def format_by_content(name: str, data: bytes) -> Format | None:
    """The format that the bytes are unmistakably of, or None. Raises ParseError for one that is not read."""
    suffix = posixpath.splitext(name)[1].lower()
    if data.startswith(_ZIP_START):
        return _of_zip(suffix, data)
    if data.startswith(_OLE):
        return _of_compound_file(suffix, data)
    for is_it, format_ in _SIGNS:
        if is_it(data[:1024]):
            return format_
    for signature, kind in _NOT_READ:
        if data.startswith(signature):
            raise _unsupported(suffix, kind)
    return None


def _format_by_name(name: str, data: bytes) -> Format:
    suffix = posixpath.splitext(name)[1].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:14].lower().startswith((b"<!doctype html", b"<html")):
        return HTML
    if start.startswith(b"<?xml"):
        return XML
    if _MAIL_HEADER.match(start):
        return MAIL
    if suffix:
        raise _unsupported(suffix, "")
    return TEXT


def _of_zip(suffix: str, data: bytes) -> Format:
    known = SUFFIXES.get(suffix)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").strip()
                for mime_type, format_ in _MIME_TYPES.items():
                    if said.startswith(mime_type):
                        return format_
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        names = []
    if "[Content_Types].xml" in names or not names:
        for folder, format_ in _ZIP_MEMBERS:
            if any(name.startswith(folder) for name in names):
                return format_
    if known in (WORD, POWERPOINT, SPREADSHEET, OPENDOCUMENT, EPUB):
        return known  # damaged, perhaps: its own parser has the better reason
    return WORD if "word/document.xml" in names else ZIP


def _of_compound_file(suffix: str, data: bytes) -> Format:
    from wellread.ingest.parse.ole.compound_file import CompoundFile

    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ParseError("a password is needed to open this document: store a copy without one")
    try:
        streams = set(CompoundFile(data).root.streams)
    except ParseError:
        streams = set()
    for stream, format_ in _OLE_STREAMS:
        if stream in streams:
            return format_
    known = SUFFIXES.get(suffix)
    if known in (LEGACY_WORD, LEGACY_POWERPOINT, SPREADSHEET, OUTLOOK):
        return known
    raise _unsupported(suffix, "an old Office file")


def _unsupported(suffix: str, kind: str) -> ParseError:
    what = " ".join(part for part in (suffix, f"({kind})" if suffix and kind else kind) if part)
    return ParseError(
        f"files of the kind {what} are not supported: convert it to one of {', '.join(sorted(SUFFIXES))}"
    )
