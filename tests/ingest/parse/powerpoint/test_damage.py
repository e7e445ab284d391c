"""Presentations of other programs, damaged ones, and ones made to do harm."""

import io
import random
import zipfile

import pytest
from damage import gives_text_or_a_reason
from office_package import packed, relations
from powerpoint_files import (
    CHART,
    CHART_FRAME,
    LAYOUT_PARTS,
    NAMES,
    blocks,
    cell,
    deck,
    frame,
    shape,
    table,
    texts,
)

from wellread.errors import ParseError
from wellread.ingest.parse.office import package as office_package
from wellread.ingest.parse.powerpoint.parser import parse_pptx

STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def test_strict_presentations_are_read() -> None:
    parts = {
        "_rels/.rels": relations(("officeDocument", "/show/main.xml"), base=STRICT),
        "show/main.xml": '<p:presentation xmlns:p="http://purl.oclc.org/ooxml/presentationml/main" '
        f'xmlns:r="{STRICT}"><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
        "show/_rels/main.xml.rels": relations(("slide", "One%20slide.xml"), base=STRICT),
        "show/One slide.xml": f"<p:sld {NAMES}><p:cSld><p:spTree>{shape('Strictly')}</p:spTree></p:cSld></p:sld>",
    }
    assert texts(parse_pptx(packed(parts))) == ["Strictly"]


def test_names_of_parts_are_found_whatever_their_case_and_slashes() -> None:
    archive = zipfile.ZipFile(io.BytesIO(deck(shape("Found"))))
    parts = {name.replace("/", "\\").upper(): archive.read(name).decode() for name in archive.namelist()}
    assert texts(parse_pptx(packed(parts))) == ["Found"]


def test_a_damaged_slide_is_an_empty_page_and_only_damaged_slides_are_an_error() -> None:
    whole = deck(shape("One"), shape("Two"))
    archive = zipfile.ZipFile(io.BytesIO(whole))
    parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["ppt/slides/slide2.xml"] = "<p:sld"
    assert blocks(parse_pptx(packed(parts))) == [
        ("page_break", 1, ""), ("page_break", 2, ""), ("paragraph", 0, "Two"),
    ]  # fmt: skip
    del parts["ppt/slides/slide1.xml"]
    with pytest.raises(ParseError, match=r"PowerPoint presentation is damaged.*slide1"):
        parse_pptx(packed(parts))


def test_a_presentation_without_text_is_accepted() -> None:
    assert parse_pptx(deck()).text == ""
    assert blocks(parse_pptx(deck("", ""))) == [("page_break", 1, ""), ("page_break", 2, "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "PowerPoint presentation is damaged"),
        (deck(shape("x"))[:-40], "damaged"),
        (packed({"a.txt": "x"}), "no PowerPoint presentation"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a password is needed",
        ),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_pptx(data)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_EXPANDED", 1_000_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_pptx(deck(shape("a" * 2_000_000)))
    monkeypatch.setattr(office_package, "MAX_MARKS", 1000)
    with pytest.raises(ParseError, match="XML tags"):
        parse_pptx(deck("<p:x/>" * 2000))
    monkeypatch.setattr(office_package, "MAX_MARKS", 1_000_000)
    monkeypatch.setattr(office_package, "MAX_TAGS", 3000)
    with pytest.raises(ParseError, match=r"over 3,000 XML tags.*bomb"):
        parse_pptx(deck(shape("x"), *("<p:x/>" * 1000 for _ in range(3))))
    monkeypatch.setattr(office_package, "MAX_TAGS", 1_000_000)
    monkeypatch.setattr(office_package, "MAX_EXPANDED_TOTAL", 100_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_pptx(deck(shape("a" * 90_000), shape("a" * 90_000), shape("b")))


def test_deep_and_circular_structures_end() -> None:
    deep = shape("deep inside", box=(0, 0, 1, 1))
    for _ in range(60):
        deep = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{deep}</p:grpSp>"
    assert texts(parse_pptx(deck(deep))) == ["deep inside"]
    with pytest.raises(ParseError, match="damaged"):
        parse_pptx(deck("<p:grpSp>" * 3000 + "</p:grpSp>" * 3000))


def test_entities_are_not_expanded() -> None:
    data = deck(shape("x"), parts={})
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["ppt/slides/slide1.xml"] = '<!DOCTYPE x [<!ENTITY a "lol">]>' + parts[
        "ppt/slides/slide1.xml"
    ].replace("<a:t>x", "<a:t>x&a;")
    assert "lol" not in parse_pptx(packed(parts)).text


def test_nothing_but_a_parse_error_escapes() -> None:
    whole = deck(
        shape("Talk", "title") + frame(CHART_FRAME) + frame('<d:relIds r:dm="r1"/>')
        + table([cell("a") + cell("b")] * 2),
        parts={"ppt/charts/chart1.xml": CHART, **LAYOUT_PARTS},
        links=[("chart", "../charts/chart1.xml"), ("slideLayout", "../slideLayouts/layout1.xml")],
    )  # fmt: skip
    archive = zipfile.ZipFile(io.BytesIO(whole))
    parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(7)
    for _ in range(150):
        changed = dict(parts)
        name = chance.choice(list(changed))
        content = bytearray(changed[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 12)] = chance.choice(
                [b"", b"<", b'"', b"-9", b"</a:p>", bytes(3)]
            )
        changed[name] = bytes(content)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            for part, inside in changed.items():
                made.writestr(part, inside)
        gives_text_or_a_reason(parse_pptx, buffer.getvalue())
    for _ in range(100):
        at = chance.randrange(len(whole))
        gives_text_or_a_reason(parse_pptx, whole[:at] + chance.randbytes(3) + whole[at + 3 :])
