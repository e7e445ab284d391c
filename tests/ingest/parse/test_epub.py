"""Electronic books, made here with zipfile."""

import io
import random
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.epub import parser as epub
from wellread.ingest.parse.epub.parser import parse_epub
from wellread.ingest.parse.office import package as office_package

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book%20one.opf"/></rootfiles></container>'
)
XHTML = "application/xhtml+xml"


def packed(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def package(items: str, spine: str, metadata: str = "<dc:title>The Tide Book</dc:title>") -> str:
    return (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )


def book(
    *pages: str | bytes, more: dict[str, str | bytes] | None = None, items: str = "", **metadata: str
) -> bytes:
    """A book of these bodies in this order."""
    listed = "".join(
        f'<item id="p{n}" href="Text/p{n}.xhtml" media-type="{XHTML}"/>' for n in range(len(pages))
    )
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(pages)))
    files: dict[str, str | bytes] = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book one.opf": package(listed + items, spine, **metadata),
    }
    for n, page in enumerate(pages):
        files[f"OEBPS/Text/p{n}.xhtml"] = (
            page if isinstance(page, bytes) else f"<html><body>{page}</body></html>"
        )
    return packed(files | (more or {}))


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_pages_follow_the_spine_and_not_the_names() -> None:
    items = "".join(
        f'<item id="{name}" href="{name}%201.xhtml" media-type="{XHTML}"/>'
        for name in ("a", "b", "c", "unlisted")
    )
    spine = (
        '<itemref idref="c" linear="no"/><itemref idref="b"/><itemref idref="gone"/>'
        '<itemref idref="a"/><itemref idref="b"/>'
    )
    files = {
        f"oebps/{name.upper()} 1.xhtml": f"<h2>{name}</h2><p>Page {name}.</p>" for name in ("a", "b", "c")
    }
    files |= {"META-INF/container.xml": CONTAINER, "OEBPS/book one.opf": package(items, spine)}
    parsed = parse_epub(packed(files))
    assert blocks(parsed) == [
        ("heading", 2, "b"),
        ("paragraph", 0, "Page b."),
        ("heading", 2, "a"),
        ("paragraph", 0, "Page a."),
        ("heading", 2, "c"),
        ("paragraph", 0, "Page c."),
    ]
    assert parsed.title == "The Tide Book"


def test_structure_of_the_pages_is_kept() -> None:
    table = "<table><tr><th>Port</th><th>High</th></tr><tr><td>Ayr</td><td>6 m</td></tr></table>"
    parsed = parse_epub(book(f"<h1>One</h1><ol><li>x<ul><li>y</li></ul></li></ol>{table}<pre>a\n  b</pre>"))
    assert blocks(parsed) == [
        ("heading", 1, "One"),
        ("list_item", 1, "1. x"),
        ("list_item", 2, "- y"),
        ("table_header", 0, "Port | High"),
        ("table_row", 0, "Ayr | 6 m"),
        ("code", 0, "a\n  b"),
    ]


NAVIGATION = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="landmarks"><ol><li><a href="Text/p0.xhtml">Start of Content</a></li></ol></nav>'
    '<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="Text/p0.xhtml">Low <i>&amp;</i> high</a><ol>'
    '<li><a href="Text/p0.xhtml#s%202">Neap</a></li><li><a href="Text/p0.xhtml#gone">Gone</a></li></ol></li>'
    '<li><a href="Text/p1.xhtml">Named</a></li><li><a href="Text/p2.xhtml"> </a><a href="#x">Self</a></li></ol></nav>'
    "</body></html>"
)
NAVIGATION_ITEM = f'<item id="n" href="nav.xhtml" media-type="{XHTML}" properties="scripted nav"/>'


def test_pages_without_headings_take_them_from_the_navigation() -> None:
    body = '<p>low &amp; High</p><p>First.</p><div class="s"\n id="s 2"><p>Second.</p></div>'
    data = book(
        body, "<h3>Own</h3><p>Third.</p>", "<p>Fourth.</p>",
        items=NAVIGATION_ITEM, more={"OEBPS/nav.xhtml": NAVIGATION},
    )  # fmt: skip
    assert blocks(parse_epub(data)) == [
        ("heading", 1, "Low & high"),
        ("paragraph", 0, "First."),
        ("heading", 2, "Neap"),
        ("paragraph", 0, "Second."),
        ("heading", 3, "Own"),
        ("paragraph", 0, "Third."),
        ("paragraph", 0, "Fourth."),
    ]


def test_the_navigation_of_older_books() -> None:
    def point(label: str, target: str, inside: str = "") -> str:
        return (
            f'<navPoint><navLabel><text>{label}</text></navLabel><content src="{target}"/>{inside}</navPoint>'
        )

    points = point("Ebb", "../Text/p0.xhtml", point("Slack", "../Text/p1.xhtml#top")) + point(
        "Untitled", "../Text/p2.xhtml"
    )
    ncx = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    data = book(
        "<p>One.</p>", '<p>Before.</p><a id="top"></a><p>Two.</p>', "<p>Three.</p>",
        items='<item id="ncx" href="nav/toc.ncx" media-type="application/x-dtbncx+xml"/>',
        more={"OEBPS/nav/toc.ncx": ncx},
    )  # fmt: skip
    assert blocks(parse_epub(data)) == [
        ("heading", 1, "Ebb"),
        ("paragraph", 0, "One."),
        ("paragraph", 0, "Before."),
        ("heading", 2, "Slack"),
        ("paragraph", 0, "Two."),
        ("paragraph", 0, "Three."),
    ]


def test_damaged_navigation_does_not_keep_the_text_back() -> None:
    data = book("<p>Text.</p>", items=NAVIGATION_ITEM, more={"OEBPS/nav.xhtml": b"\x00\x01noise"})
    assert parse_epub(data).text == "Text."
    assert parse_epub(book("<p>Text.</p>", items=NAVIGATION_ITEM)).text == "Text."
    damaged: dict[str, str | bytes] = {"META-INF/encryption.xml": "<", "META-INF/container.xml": b"\x00"}
    assert parse_epub(book("<p>Text.</p>", more=damaged)).text == "Text."


def test_covers_and_the_contents_page_stay_out() -> None:
    picture = '<div><img src="c.jpg" alt="{}"/></div>'
    spine = '<itemref idref="p0"/><itemref idref="n"/><itemref idref="p1"/><itemref idref="p2"/><itemref idref="p3"/>'
    items = NAVIGATION_ITEM + "".join(
        f'<item id="p{n}" href="p{n}.xhtml" media-type="{XHTML}"/>' for n in range(4)
    )
    pages = (
        picture.format("A drawing of a harbour at night"), picture.format("An ornament"),
        picture.format("Map of all moorings"), "<p>One.</p>",
    )  # fmt: skip
    files: dict[str, str | bytes] = {f"OEBPS/p{n}.xhtml": page for n, page in enumerate(pages)}
    files |= {"META-INF/container.xml": CONTAINER, "OEBPS/book one.opf": package(items, spine)}
    assert parse_epub(packed(files | {"OEBPS/nav.xhtml": NAVIGATION})).text == "Map of all moorings\n\nOne."


def test_marks_of_notes_stand_apart_from_the_word() -> None:
    body = (
        '<p>Tide<a epub:type="noteref" href="#n1"><sup>1</sup></a>, wind<sup><a href="#n2">*</a></sup>, '
        'moon<a class="footnote-ref" href="#n3">3</a>, see <a href="other.xhtml">A</a>, sun'
        '<a epub:type="noteref" href="#n4">[4]</a> and m<sup>2</sup>.</p>'
    )
    assert parse_epub(book(body)).text == "Tide[1], wind[*], moon[3], see A, sun[4] and m2."


def test_pages_are_read_in_the_encoding_they_declare() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?><html><body><p>žluť</p></body></html>'
    utf16 = "<html><body><p>žluť</p></body></html>".encode("utf-16")
    section = "<p>a <![CDATA[<b> & ]]>c</p><p>d<![CDATA[e</p>"
    assert (
        parse_epub(book(page.encode("iso-8859-2"), utf16, section)).text == "žluť\n\nžluť\n\na <b> & c\n\nde"
    )


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ("<dc:title>\n Two\n lines </dc:title><dc:title>Other</dc:title>", "Two lines"),
        ("<dc:title>untitled</dc:title><dc:title>Real</dc:title>", "Real"),
        ("<dc-metadata><dc:title>Old</dc:title></dc-metadata>", "Old"),
        ("<dc:creator>Ann</dc:creator>", "Heading"),
    ],
)
def test_the_title_is_the_property_then_the_first_heading(metadata: str, title: str) -> None:
    assert parse_epub(book("<h1>Heading</h1>", metadata=metadata)).title == title


def test_a_book_without_a_container_file_or_a_spine() -> None:
    items = (
        '<item id="a" href="a.html" media-type="text/html"/><item id="c" href="c.css" media-type="text/css"/>'
    )
    files = {"x.opf": package(items, ""), "a.html": "<p>Found.</p>", "c.css": "p {}"}
    assert parse_epub(packed(files)).text == "Found."


def encryption(algorithm: str, path: str) -> dict[str, str | bytes]:
    return {
        "META-INF/encryption.xml": '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData><enc:CipherReference URI="{path}"/>'
        "</enc:CipherData></enc:EncryptedData></encryption>"
    }


def test_a_protected_book_is_refused_and_obfuscated_fonts_are_not() -> None:
    aes, fonts = "http://www.w3.org/2001/04/xmlenc#aes128-cbc", "http://www.idpf.org/2008/embedding"
    with pytest.raises(ParseError, match="copy protection"):
        parse_epub(book("<p>x</p>", more=encryption(aes, "OEBPS/Text/p0.xhtml")))
    assert parse_epub(book("<p>x</p>", more=encryption(fonts, "OEBPS/Text/p0.xhtml"))).text == "x"
    assert parse_epub(book("<p>x</p>", more=encryption(aes, "OEBPS/font.otf"))).text == "x"


def test_pages_that_cannot_be_read_are_passed_over_unless_all_are() -> None:
    assert parse_epub(book(b"\x00\x01\x02", "<p>Read.</p>")).text == "Read."
    with pytest.raises(ParseError, match="not text"):
        parse_epub(book(b"\x00\x01\x02", b""))
    missing = package(f'<item id="a" href="a.xhtml" media-type="{XHTML}"/>', '<itemref idref="a"/>')
    with pytest.raises(ParseError, match=r"damaged \(a\.xhtml is missing\)"):
        parse_epub(packed({"x.opf": missing}))


def test_a_book_without_text_is_accepted() -> None:
    assert parse_epub(book("")) == Parsed("The Tide Book", "", ())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (packed({}), "without content.opf: it is no e-book"),
        (packed({"META-INF/container.xml": CONTAINER}), r"without OEBPS/book one\.opf"),
        (packed({"x.opf": b"\x00\x01noise"}), r"the e-book is damaged \(x\.opf: this is not text"),
        (b"", "damaged"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_epub(data)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_EXPANDED", 1_000_000)
    monkeypatch.setattr(epub, "MAX_TAGS", 1_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_epub(book("a" * 2_000_000))
    with pytest.raises(ParseError, match="more than 1,000 tags"):
        parse_epub(book("<b>" * 2_000))


@pytest.mark.parametrize(
    "part",
    ["<![CDATA[", "<a noteref ", "<a noteref>", "<sup>", "<x id=", "<img ", "<body ", "<a href='#'><sup> "],
)
def test_repeated_fragments_take_no_longer_than_their_length(part: str) -> None:
    data = book("<p>x</p>" + part * 10_000, items=NAVIGATION_ITEM, more={"OEBPS/nav.xhtml": NAVIGATION})
    try:
        parse_epub(data)
    except ParseError as error:
        assert "deep" in str(error)


def _files() -> dict[str, str | bytes]:
    return {
        "META-INF/container.xml": CONTAINER,
        "META-INF/encryption.xml": encryption("http://www.idpf.org/2008/embedding", "f")[
            "META-INF/encryption.xml"
        ],
        "OEBPS/book one.opf": package(
            NAVIGATION_ITEM + f'<item id="a" href="Text/p0.xhtml" media-type="{XHTML}"/>',
            '<itemref idref="a"/>',
        ),
        "OEBPS/nav.xhtml": NAVIGATION,
        "OEBPS/Text/p0.xhtml": '<html><body><p>x<a epub:type="noteref">1</a></p><p id="s 2">y</p></body></html>',
    }


@pytest.mark.parametrize("name", [*_files(), ""])
def test_mutated_books_give_text_or_a_reason(name: str) -> None:
    """One member changed, or the archive itself."""
    chance = random.Random(3)
    files = _files()
    for _ in range(60):
        content = files[name] if name else packed(files)
        mutated = bytearray(content.encode() if isinstance(content, str) else content)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 20)] = chance.choice(
                (b"", b"<", b">", b"/../", b"&x;", chance.randbytes(3))
            )
        try:
            parse_epub(packed(files | {name: bytes(mutated)}) if name else bytes(mutated))
        except ParseError as error:
            assert str(error)
