"""Which parser reads a file: by what it begins with, then by its name."""

import gzip
import io
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import parse, registry
from wellread.ingest.parse.registry import FORMATS, SUFFIXES, format_by_content


def zipped(*names: str, mime_type: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mime_type:
            archive.writestr("mimetype", mime_type)
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def test_every_parser_that_is_named_is_there() -> None:
    assert len(FORMATS) == 25
    for format_ in FORMATS:
        assert callable(format_.load())


def test_no_suffix_belongs_to_two_formats() -> None:
    assert len(SUFFIXES) == sum(len(format_.suffixes) for format_ in FORMATS)


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b"junk\n%PDF-1.7", registry.PDF),
        (b"{\\rtf1 x}", registry.RTF),
        (gzip.compress(b"x", mtime=0), registry.COMPRESSED),
        (zipped("[Content_Types].xml", "word/document.xml"), registry.WORD),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), registry.POWERPOINT),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), registry.SPREADSHEET),
        (zipped("x", mime_type="application/epub+zip"), registry.EPUB),
        (zipped("x", mime_type="application/vnd.oasis.opendocument.text"), registry.OPENDOCUMENT),
        (zipped("x", mime_type="application/vnd.oasis.opendocument.spreadsheet"), registry.SPREADSHEET),
        (zipped("readme.txt", "word/about.txt"), registry.ZIP),
        (b"plain words", None),
    ],
)
def test_content_tells_the_format_whatever_the_name(data: bytes, format_: registry.Format | None) -> None:
    assert format_by_content("a.txt", data) is format_


def test_a_damaged_office_file_gets_the_reason_of_its_own_parser() -> None:
    with pytest.raises(ParseError, match="Word document is damaged"):
        parse("a.docx", zipped("word/document.xml")[:40])


def test_a_zip_archive_of_notes_on_words_is_no_word_document() -> None:
    assert [part.name for part in parse("notes.zip", zipped("word/about.txt", "b.txt")).parts] == [
        "word/about.txt",
        "b.txt",
    ]


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("page", b"<!DOCTYPE html><p>web</p>", "web"),
        ("page.aspx", b"<html><p>web</p>", "web"),
        ("1234", b"From: Ann <ann@x.example>\r\nSubject: hello\r\n\r\nbody", "body"),
        ("README", b"just words", "just words"),
        ("data", b"<?xml version='1.0'?><note>kept</note>", "kept"),
    ],
)
def test_a_file_without_a_telling_name_is_known_by_its_beginning(name: str, data: bytes, text: str) -> None:
    assert text in parse(name, data).text


def test_programs_are_read_by_their_name() -> None:
    parsed = parse("tool.py", b"def greet():\n    return 1\n")
    assert [block.kind for block in parsed.blocks] == ["heading", "code"]


def test_a_damaged_member_of_any_compression_has_a_reason() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", "<x>" + "words " * 500 + "</x>")
    data = bytearray(buffer.getvalue())
    at = data.index(b"content.xml") + len(b"content.xml") + 12
    data[at : at + 20] = bytes(20)
    with pytest.raises(ParseError, match="damaged"):
        parse("a.odt", bytes(data))
