"""OpenDocument files in one piece, with a password, damaged, or made to do harm."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from opendocument_files import NUMBERED, item, items, note, odt, p, package, row, xml

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.office import package as package_module
from wellread.ingest.parse.opendocument.parser import parse_opendocument


def test_a_flat_file_is_read_alike() -> None:
    picture = "<office:binary-data>" + "QUJD" * 3_000_000 + "</office:binary-data>"
    flat = xml(
        "office:document",
        "<office:meta><dc:title>Logbook</dc:title></office:meta>"
        f"<office:automatic-styles>{NUMBERED}</office:automatic-styles><office:body><office:text>"
        f"{items(item(p('One')))}<draw:frame><draw:image>{picture}</draw:image></draw:frame>"
        '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
        "<draw:frame><draw:object><math:math xmlns:math='m'><math:mi>y</math:mi></math:math></draw:object></draw:frame>"
        "</office:text></office:body>",
    )
    parsed = parse_opendocument(flat.encode())
    assert (parsed.title, parsed.text) == ("Logbook", "1. One\n\ny")


def test_a_password_is_asked_for() -> None:
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    manifest = xml("manifest:manifest", entry)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("encrypted-package", b"noise")
    for data in (package("noise", **{"META-INF__manifest": manifest}), buffer.getvalue()):
        with pytest.raises(ParseError, match="a password is needed"):
            parse_opendocument(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (odt("<text:p>"), "damaged"),
        (odt(p("x"))[:-30], "damaged"),
        (package("<x/>"), "no text, presentation"),
        (odt("", kind="chart"), "no text, presentation"),
        (package("<x/>").replace(b"content.xml", b"another.xml"), "without content.xml"),
        (odt("", kind="spreadsheet"), r"spreadsheet: name it \.ods"),
        (b"<html><p>x</p></html>", "no OpenDocument file"),
        (b"plain words", "XML"),
        (b"", "no OpenDocument file"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_opendocument(data)


def test_a_document_without_text_is_accepted() -> None:
    assert parse_opendocument(odt("")) == Parsed("", "", ())


def test_damaged_styles_and_properties_do_not_keep_the_text_back() -> None:
    content = xml(
        "office:document-content", f"<office:body><office:text>{p('Text')}</office:text></office:body>"
    )
    assert parse_opendocument(package(content, styles="<broken", meta="<broken")).text == "Text"


def test_a_compression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_module, "MAX_EXPANDED", 1_000_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_opendocument(odt(p("a" * 2_000_000)))


def test_entities_are_not_expanded() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    content = xml(
        "office:document-content", f"<office:body><office:text>{p('x&a;&f;y')}</office:text></office:body>"
    )
    content = content.replace("?>", "?>" + entities, 1)
    assert parse_opendocument(package(content)).text == "xy"


@pytest.mark.parametrize(
    "around",
    ["<text:section>{}</text:section>", "<text:p><text:span>{}</text:span></text:p>",
     "<text:list><text:list-item>{}</text:list-item></text:list>",
     "<text:p><draw:frame><draw:text-box>{}</draw:text-box></draw:frame></text:p>",
     "<table:table><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>"],
)  # fmt: skip
def test_nesting_is_bounded(around: str) -> None:
    before, after = around.split("{}")
    times = 250 // around.count("</")
    assert "deep" in parse_opendocument(odt(before * times + p("deep") + after * times)).text
    with pytest.raises(ParseError, match="damaged"):
        parse_opendocument(odt(before * 5_000 + after * 5_000))


def _contents() -> list[str]:
    table = f"<table:table>{row('a', 'b')}{row('1', '2')}</table:table>"
    body = f"<text:h>H</text:h>{items(item(p('x')))}{table}{p('n' + note('footnote', '1', p('N')))}"
    text = f"<office:text>{body}</office:text>"
    slides = (
        f"<office:presentation><draw:page><draw:frame>{body}</draw:frame></draw:page></office:presentation>"
    )
    return [xml("office:document", f"<office:body>{inside}</office:body>") for inside in (text, slides)]


@pytest.mark.parametrize("content", _contents())
@pytest.mark.parametrize("packed", [str.encode, package, None])
def test_mutated_files_give_text_or_a_reason(content: str, packed: Callable[[str], bytes] | None) -> None:
    """Flat, changed inside the package, and the package itself changed."""
    chance = random.Random(7)
    for _ in range(80):
        mutated = bytearray(content.encode() if packed else package(content))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 30)] = chance.choice(
                (b"", b"<", b"'", b'"9"', chance.randbytes(3))
            )
        try:
            parse_opendocument(packed(mutated.decode("utf-8", "replace")) if packed else bytes(mutated))
        except ParseError as error:
            assert str(error)
