"""Word documents, made here with python-docx and zipfile."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from office_package import packed

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed, parse
from wellread.ingest.parse.office import package as package_module

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: "docx.document.Document") -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def bare(body: str, **parts: str) -> bytes:
    """A minimal package around `body`."""
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    named = {f"word/{name}.xml": content for name, content in parts.items()}
    return packed({"word/document.xml": document, **named})


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_structure_in_document_order() -> None:
    document = docx.Document()
    document.add_heading("Handbook", 0)
    document.add_heading("Leave", 1)
    document.add_paragraph("You may  take leave.\nAsk first.")
    document.add_paragraph("One", style="List Bullet")
    document.add_paragraph("Two", style="List Number")
    document.add_paragraph("Three", style="List Number")
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate([("Name", "Grade"), ("Ann", "3"), ("Bo", "4")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_heading("After", 2)
    parsed = parse("h.docx", saved(document))
    assert blocks(parsed) == [
        ("heading", 1, "Handbook"),
        ("heading", 1, "Leave"),
        ("paragraph", 0, "You may take leave.\nAsk first."),
        ("list_item", 1, "- One"),
        ("list_item", 1, "1. Two"),
        ("list_item", 1, "2. Three"),
        ("table_header", 0, "Name | Grade"),
        ("table_row", 0, "Ann | 3"),
        ("table_row", 0, "Bo | 4"),
        ("heading", 2, "After"),
    ]
    assert parsed.title == "Handbook"


def test_merged_cells_repeat_and_one_column_tables_are_text() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "North"
    table.cell(0, 1).text, table.cell(1, 1).text = "10", "20"
    framed = document.add_table(rows=1, cols=1)
    framed.cell(0, 0).text = "A boxed note."
    assert [text for _, _, text in blocks(parse("h.docx", saved(document)))] == [
        "North | 10", "North | 20", "A boxed note.",
    ]  # fmt: skip


def test_tracked_deletions_fields_and_content_controls() -> None:
    body = (
        "<w:p><w:r><w:t>Keep </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Controlled</w:t><w:tab/><w:t>text</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert [text for _, _, text in blocks(parse("a.docx", bare(body)))] == ["Keep new", "Controlled text"]


def test_footnotes_follow_with_their_number() -> None:
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>See the annex.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    body = '<w:p><w:r><w:t>It is so</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r></w:p>'
    assert parse("a.docx", bare(body, footnotes=notes)).text == "It is so[2].\n\n[2] See the annex."


def test_text_boxes_are_read_once() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Before.")
    box = f'<w:txbxContent xmlns:w="{W}"><w:p><w:r><w:t>Inside the box</w:t></w:r></w:p></w:txbxContent>'
    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert parse("a.docx", saved(document)).text == "Before.\n\nInside the box"


def test_a_document_named_doc_is_read_by_its_content() -> None:
    document = docx.Document()
    document.add_paragraph("Hello.")
    assert parse("old.doc", saved(document)).text == "Hello."


def test_a_document_without_text_is_accepted() -> None:
    assert parse("a.docx", saved(docx.Document())).text == ""


def test_a_compression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_module, "MAX_EXPANDED", 1_000_000)
    bomb = bare(f"<w:p><w:r><w:t>{'a' * 2_000_000}</w:t></w:r></w:p>")
    assert len(bomb) < 10_000
    with pytest.raises(ParseError, match="bomb"):
        parse("a.docx", bomb)


def test_entities_are_not_expanded() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>x&b;y</w:t></w:r></w:p></w:body></w:document>',
        )
    assert "lol" not in parse("a.docx", buffer.getvalue()).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (bare("<w:p>")[:-40], "damaged"),
        (bare("<w:p>"), "damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a password is needed",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"WordDocument", "old Office"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse("a.docx", data)


def test_nesting_beyond_the_limit_is_an_error() -> None:
    with pytest.raises(ParseError, match="damaged"):
        parse("a.docx", bare("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000))
