"""Plain text and its encodings."""

import codecs

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import parse
from wellread.ingest.parse.encodings import decode

SAMPLE = "Grüße aus Köln – “10 €”\nzweite Zeile\n\nNeuer Absatz"


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode(),
        codecs.BOM_UTF8 + SAMPLE.encode(),
        SAMPLE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SAMPLE.encode("utf-16-be"),
        SAMPLE.encode("utf-32"),
        codecs.BOM_UTF32_BE + SAMPLE.encode("utf-32-be"),
        SAMPLE.encode("utf-16-le"),
        SAMPLE.encode("utf-16-be"),
        SAMPLE.encode("cp1252"),
        SAMPLE.replace("\n", "\r\n").encode(),
        SAMPLE.replace("\n", "\r").encode(),
    ],
)
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    assert parse("a.txt", data).text == SAMPLE


def test_a_declared_encoding_outweighs_utf8_and_a_wrong_one_does_not_hurt() -> None:
    assert decode("žluť".encode("iso8859-2"), "ISO-8859-2") == "žluť"
    assert decode("王小燕龘".encode("gbk"), "gb2312") == "王小燕龘"
    assert decode("žluť".encode(), "no-such-encoding") == "žluť"
    assert decode("žluť".encode(), "base64") == "žluť"
    assert decode(b"<p>plain</p>", "utf-16") == "<p>plain</p>"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"text with a \x00 in it",
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\xd8",
        codecs.BOM_UTF8 + b"\xff\xfe\xfd",
        b"\x81\x8d\x8f" * 20,
    ],
)
def test_binary_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse("a.txt", data)


def test_paragraphs_keep_their_lines_and_lists_are_lists() -> None:
    parsed = parse("notes/plan.txt", b"First line\nsecond   line\n\n- one\n- two\n \n1. not a list, alone\n")
    assert [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks] == [
        ("paragraph", "First line\nsecond   line"),
        ("list_item", "- one"),
        ("list_item", "- two"),
        ("paragraph", "1. not a list, alone"),
    ]
    assert parsed.title == "plan"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.xyz", "a"])
@pytest.mark.parametrize("data", [b"", b" \r\n\t"])
def test_an_empty_document_is_accepted_and_has_no_text(name: str, data: bytes) -> None:
    parsed = parse(name, data)
    assert (parsed.title, parsed.text, parsed.blocks) == ("a", "", ())


def test_invisible_characters_are_taken_out_and_letters_composed() -> None:
    parsed = parse("a.txt", "pass\u200bword\u00ad cafe\u0301 \ufeffx".encode())
    assert parsed.text == "password café x"


@pytest.mark.parametrize("declared", ["punycode", "idna", "unicode_escape", "raw_unicode_escape"])
def test_what_only_python_calls_an_encoding_is_none(declared: str) -> None:
    assert decode("tap-\\u0041-süß".encode(), declared) == "tap-\\u0041-süß"
