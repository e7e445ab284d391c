"""HTML pages."""

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed, parse


def page(markup: str | bytes) -> Parsed:
    return parse("p.html", markup if isinstance(markup, bytes) else markup.encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_what_a_reader_sees_in_order() -> None:
    parsed = page(
        "<!doctype html><html><head><title>The  title</title><style>p{}</style></head><body>"
        "<nav><a>Home</a></nav>Loose text<h2>Head <em>line</em></h2>"
        "<p>One\n  two <b>three</b>&nbsp;&amp; four<br>five"
        "<script>alert('x')</script> six</p>"
        "<ol start=3><li>third<ul><li><p>deep</p></li></ul></li><li>fourth</li></ol>"
        "<pre>a\n  b</pre><p hidden>no</p><div style='display: none'>no</div><p>end</p></body></html>"
    )
    assert parsed.title == "The title"
    assert blocks(parsed) == [
        ("paragraph", 0, "Loose text"),
        ("heading", 2, "Head line"),
        ("paragraph", 0, "One two three & four\nfive six"),
        ("list_item", 1, "3. third"),
        ("list_item", 2, "- deep"),
        ("list_item", 1, "4. fourth"),
        ("code", 0, "a\n  b"),
        ("paragraph", 0, "end"),
    ]


def test_tables_are_rows_and_spanning_cells_repeat() -> None:
    parsed = page(
        "<table><caption>Rates</caption><thead><tr><td>City</td><td>Month</td><td>Rate</td></tr></thead>"
        "<tr><td rowspan=2>Bonn</td><td>May</td><td><p>1</p><p>2</p></td></tr>"
        "<tr><td>June</td><td>3</td></tr></table>"
    )
    assert blocks(parsed) == [
        ("table_row", 0, "Rates"),
        ("table_header", 0, "City | Month | Rate"),
        ("table_row", 0, "Bonn | May | 1 2"),
        ("table_row", 0, "Bonn | June | 3"),
    ]


def test_a_table_that_only_arranges_the_page_is_read_as_text() -> None:
    parsed = page("<table><tr><td><h1>News</h1></td><td><p>One</p><p>Two</p></td></tr></table>")
    assert [text for _, _, text in blocks(parsed)] == ["News", "One", "Two"]


@pytest.mark.parametrize(
    "data",
    [
        '<meta charset="iso-8859-2"><p>žluť</p>'.encode("iso-8859-2"),
        b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">'
        + "<p>žluť</p>".encode("cp1250"),
        b'<?xml version="1.0" encoding="iso-8859-2"?>' + "<html><p>žluť</p></html>".encode("iso-8859-2"),
        "<p>žluť</p>".encode("utf-16"),
        "<p>žluť</p>".encode(),
    ],
)
def test_the_charset_is_what_the_page_says(data: bytes) -> None:
    assert page(data).text == "žluť"


def test_nesting_beyond_the_limit_is_an_error_and_not_a_loss() -> None:
    assert page("<div>" * 200 + "deep").text == "deep"
    with pytest.raises(ParseError, match="deep"):
        page("<div>" * 100_000 + "deeper")


def test_a_page_of_broken_markup_still_reads() -> None:
    assert page("<p>one<td>two</b></p><li>three").text.split() == ["one", "two", "-", "three"]


def test_external_entities_and_resources_are_not_fetched(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("s") / "secret.txt"
    secret.write_text("TOPSECRET")
    parsed = page(
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p>&x;</p>'
        f'<iframe src="{secret.as_uri()}"></iframe><object data="{secret.as_uri()}"></object>'
    )
    assert "TOPSECRET" not in parsed.text
