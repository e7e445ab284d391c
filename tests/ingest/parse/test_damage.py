"""Whatever the bytes are, a parser answers with text or a ParseError, and its blocks fit its text."""

import io
from collections.abc import Callable
from functools import cache

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.chunk import chunk
from wellread.ingest.parse import Parsed, parse
from wellread.ingest.parse import text as text_module
from wellread.ingest.parse.document import Composer

NAMES = ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a", "a.zip", "a.doc"]


@cache
def _word() -> bytes:
    document = docx.Document()
    document.add_heading("Title", 1)
    document.add_paragraph("Item", style="List Number")
    document.add_table(rows=2, cols=2).cell(0, 0).text = "cell"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@cache
def _pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    for page in range(3):
        canvas.drawString(72, 700, f"Page {page} has some text to read.")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@cache
def _html() -> bytes:
    return (
        b"<html><head><meta charset=utf-8><title>T</title></head><body><nav>n</nav><h1>H</h1>"
        b"<ol start=2><li>a<li>b</ol><table><tr><th rowspan=2>x<th>y<tr><td>1</table><pre>c</pre>"
        b"<p style='display:none'>z</body></html>"
    )


@cache
def _markdown() -> bytes:
    return (
        b"---\ntitle: T\nkeywords: [a]\n---\n# H {#x}\n\n1. a\n   - b\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n"
        b"[x]({% page '/y' %}) <b>z</b> ![i](j) [m](mailto:a@b)\n\n"
        b"<table><tr><td>1</td><td>2</td></tr></table>\n"
    )


SEEDS: dict[str, Callable[[], bytes]] = {"a.docx": _word, "a.pdf": _pdf, "a.html": _html, "a.md": _markdown}


def survive(name: str, data: bytes) -> None:
    try:
        parsed = parse(name, data)
    except ParseError as error:
        assert str(error)
        return
    parsed.text.encode()
    for block in parsed.blocks:
        assert 0 <= block.start <= block.end <= len(parsed.text)
    for piece in chunk(parsed.text, parsed.blocks):
        assert parsed.text[piece.start : piece.end].strip()


@settings(max_examples=150)
@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_random_bytes(name: str, data: bytes) -> None:
    survive(name, data)


@settings(max_examples=100)
@given(st.sampled_from(NAMES), st.text(max_size=200))
def test_random_text(name: str, text: str) -> None:
    survive(name, text.encode("utf-8", "surrogatepass"))


MARKUP = st.sampled_from([
    "<table>", "<tr>", "<td rowspan=9>", "</table>", "<li>", "<ol>", "</ol>", "<h1>", "</h1>", "<pre>",
    "<br>", "x", "\n\n", "- ", "1. ", "| a | b |\n|-|-|\n", "```\n", "> ", "<dl><dt>", "<nav>", "</nav>",
    "&#xD800;", "&#0;", "[a](", "---\n",
])  # fmt: skip


@settings(max_examples=100)
@given(st.sampled_from(["a.md", "a.html"]), st.lists(MARKUP, max_size=30).map("".join))
def test_scrambled_markup(name: str, markup: str) -> None:
    survive(name, markup.encode())


@pytest.mark.parametrize("name", sorted(SEEDS))
@settings(max_examples=60)
@given(data=st.data())
def test_mutated_files(name: str, data: st.DataObject) -> None:
    mutated = bytearray(SEEDS[name]())
    changes = st.tuples(st.integers(0, len(mutated) - 1), st.binary(max_size=8), st.integers(0, 40))
    for at, patch, gone in data.draw(st.lists(changes, min_size=1, max_size=8)):
        mutated[at : at + gone] = patch
    survive(name, bytes(mutated))


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_every_truncation_of_a_file(name: str) -> None:
    whole = SEEDS[name]()
    step = max(1, len(whole) // 60)
    for end in range(0, len(whole), step):
        survive(name, whole[:end])


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        ("data.sqlite", b"SQLite format 3\x00" + bytes(50), "SQLite"),
        ("data.parquet", b"PAR1" + bytes(50), r"\.parquet"),
        ("packed.txt", b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z"),
        ("program", b"\x7fELF" + bytes(50), "program"),
    ],
)
def test_an_unsupported_kind_is_named_with_those_that_are_supported(
    name: str, data: bytes, kind: str
) -> None:
    with pytest.raises(ParseError, match=f"{kind}.*not supported.*docx.*pdf"):
        parse(name, data)


def test_content_outweighs_the_suffix() -> None:
    assert parse("a.txt", _pdf()).text.startswith("Page 0")
    assert parse("page", _html()).title == "T"


def test_a_file_beyond_the_size_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ParseError, match="bytes"):
        parse("a.txt", bytes(100 * 1024 * 1024 + 1))


def test_whatever_a_library_raises_becomes_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> Parsed:
        raise RecursionError("too deep")

    monkeypatch.setattr(text_module, "parse_text", broken)
    with pytest.raises(ParseError, match="the text file is damaged: RecursionError: too deep"):
        parse("a.txt", b"x")


def test_what_cannot_be_stored_is_taken_out() -> None:
    composer = Composer()
    composer.add("paragraph", "a\ud800b\x00c\uffff")
    composer.add("code", "\udfff\x07")
    assert composer.finish("t\x00\ud800").text == "abc"
    assert composer.finish("t\x00\ud800").title == "t"
