"""The text of Outlook messages: fields, HTML, and HTML or plain text within RTF."""

from datetime import UTC, datetime

import pytest
from outlook_writer import (
    BODY,
    CONTENT,
    ENCAPSULATED,
    HEADERS,
    HTML,
    INTERNET_PAGE,
    LONG_NAME,
    NATIVE,
    PAGE,
    RECEIVED,
    REPORT,
    RTF,
    SENDER,
    SENDER_ADDRESS,
    SENT,
    SHOWN_CC,
    SHOWN_TO,
    SUBJECT,
    Narrow,
    Pieces,
    attached,
    blocks,
    names,
    packed,
    person,
    read,
    stored,
)

from wellread.errors import ParseError
from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.outlook import compressed_rtf
from wellread.ingest.parse.outlook.compressed_rtf import decompress_rtf


def test_the_fields_a_reader_sees_stand_above_the_text() -> None:
    parsed = read(
        {
            SUBJECT: "Tide tables", SENDER: "Ada Birk", SENDER_ADDRESS: "/o=harbour/cn=ada",
            0x5D01: "ada@harbour.example", SENT: datetime(2031, 3, 4, 7, 15, tzinfo=UTC), BODY: "Noon.\r\n",
        },
        recipients=(
            person(1, "Tom Quay", "tom@harbour.example", "/o=harbour/cn=tom"),
            person(2, "Pier Holm", other="pier@harbour.example"),
            person(0x10000001, "desk@harbour.example", "desk@harbour.example"),
            person(3, "Hidden", "hidden@harbour.example"),
        ),
    )  # fmt: skip
    assert blocks(parsed) == [
        ("heading", 1, "Tide tables"),
        ("paragraph", 0, "From: Ada Birk <ada@harbour.example>"),
        ("paragraph", 0, "To: Tom Quay <tom@harbour.example>, desk@harbour.example"),
        ("paragraph", 0, "Cc: Pier Holm <pier@harbour.example>"),
        ("paragraph", 0, "Date: Tue, 04 Mar 2031 07:15:00 +0000"),
        ("paragraph", 0, "Noon."),
    ]
    assert parsed.title == "Tide tables"


def test_whom_the_message_is_from_comes_before_who_sent_it() -> None:
    text = read({0x0042: "Ada <ada@x.example>", 0x0065: "ada@x.example", SENDER: "Desk", BODY: "x"}).text
    assert text == "From: Ada <ada@x.example>\n\nx"


def test_fields_from_what_is_shown_and_from_the_way_it_came() -> None:
    shown = {SHOWN_TO: "Tom; Pier", SHOWN_CC: "Ada", BODY: "x"}
    assert read(shown | {RECEIVED: datetime(2031, 3, 4, tzinfo=UTC)}).text == (
        "To: Tom; Pier\n\nCc: Ada\n\nDate: Tue, 04 Mar 2031 00:00:00 +0000\n\nx"
    )
    headers = "Subject: x\r\nDate: Tue, 4 Mar 2031 08:15:00 +0100\r\n"
    assert read({SENT: datetime(1601, 1, 1, tzinfo=UTC), BODY: "x"}).text == "x"
    converted = {HEADERS: headers, SENT: datetime(2032, 1, 1, tzinfo=UTC)}
    assert read(converted).text == "Date: Tue, 4 Mar 2031 08:15:00 +0100"
    assert "2032" in read(converted | {HEADERS: "Date: yesterday"}).text


def test_a_subject_without_its_mark_and_none_at_all() -> None:
    assert read({SUBJECT: "\x01\x05RE: Tides"}).title == "RE: Tides"
    assert read({BODY: "x"}).title == ""
    assert read({HTML: b"<h1>Tides</h1>"}).title == "Tides"
    assert read({SUBJECT: "Noon", HTML: b"<h1>Tides</h1>"}).title == "Noon"
    assert read({}) == Parsed("", "", ())


@pytest.mark.parametrize(
    ("page", "codec", "text"),
    [
        (1251, "cp1251", "Прилив"), (932, "cp932", "①潮"), (65001, "utf-8", "žluť"), (28592, "iso8859-2", "žluť"),
        (936, "gbk", "潮水"), (50220, "iso2022_jp", "潮水"), (99, "cp1252", "naïve"), (20866, "koi8-r", "Вода"),
    ],
)  # fmt: skip
def test_texts_in_8_bits_are_in_the_code_page(page: int, codec: str, text: str) -> None:
    narrow = Narrow(text, codec)
    assert read({PAGE: page, BODY: narrow}).text == text
    assert read({INTERNET_PAGE: page, BODY: narrow}).text == text
    inside = read({PAGE: page}, attached({LONG_NAME: narrow, CONTENT: b"x"}))
    assert names(inside) == [text]


def test_html_is_read_before_the_plain_text_made_of_it() -> None:
    html = b"<table><tr><th>Day<th>Water<tr><td>Mon<td>noon</table>"
    rows = [("table_header", 0, "Day | Water"), ("table_row", 0, "Mon | noon")]
    assert blocks(read({BODY: "Day Water\nMon noon", HTML: html})) == rows
    assert blocks(read({BODY: "Day Water\nMon noon", HTML: html, NATIVE: 3})) == rows
    assert read({BODY: "Mon noon", HTML: html, NATIVE: 1}).text == "Mon noon"
    assert read({BODY: "Mon noon", HTML: b"<img src=a.png>"}).text == "Mon noon"
    assert read({BODY: "", HTML: html, NATIVE: 1}).text.startswith("Day")
    assert read({HTML: "<p>Noon"}).text == "Noon"
    assert read({BODY: "Noon", HTML: b"\x00\x01" * 40}).text == "Noon"
    assert read({REPORT: "It could not be delivered."}).text == "It could not be delivered."


@pytest.mark.parametrize(
    ("page", "markup"),
    [
        (1250, "<p>žluť".encode("cp1250")),
        (1252, "<p>žluť".encode()),
        (0, b"<meta charset=iso-8859-2><p>" + "žluť".encode("iso-8859-2")),
        (50220, None),
    ],
)
def test_html_is_in_the_code_page_or_in_utf_8(page: int, markup: bytes | None) -> None:
    text = "žluť" if markup else "潮水"
    assert read({INTERNET_PAGE: page, HTML: markup or "<p>潮水".encode("iso2022_jp")}).text == text


def test_plain_text_keeps_quotations_apart() -> None:
    text = read({BODY: "Noon.\r\nOn Monday Tom wrote:\r\n> When?\r\n"}).text
    assert text == "Noon.\n\nOn Monday Tom wrote:\n\n> When?"


def test_html_within_rtf_is_taken_out() -> None:
    parsed = read({BODY: "made of it", RTF: stored(ENCAPSULATED)})
    assert blocks(parsed) == [("paragraph", 0, "High žŕП water& more ž")]
    empty = rb"{\rtf1\ansi\fromhtml1 {\*\htmltag18 <p>}}"
    assert read({BODY: "plain", RTF: stored(empty)}).text == "plain"
    assert read({RTF: stored(empty)}).text == ""


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\fonttbl{\f0 Arial;}}\pard High\par water\line now\tab !}", "High water now !"),
        (rb"{\stylesheet Normal;}{\info{\title x}}{\pict 00ff}\{a\}\\\~b\_c\emdash d\'80}", "{a}\\ b-c—d€"),
        (rb"\uc2 \u-10179?\'3f\u-8704??{\uc0\u8364}\u233 xyz}", "😀€éz"),
        (rb"\uc1\u8364\tab x\u8364}y\u8364{\'80z", "€x€y€€z"),
        (rb"\ansicpg932 \'92\'aa{\field{\*\fldinst x}{\fldrslt y}}", "潮y"),
        (rb"{\fonttbl{\f0\fcharset238 A;}{\f1\fcharset204 B;}}\f1\'cf\f0\'9e\f1\plain\'9e\f2\'80", "Пžž€"),
        (b"\\mac\r\none\r\n\\'8ao\\", "oneäo"),
        (rb"}}}after", "after"),
    ],
)
def test_plain_text_within_rtf_is_taken_out(rtf: bytes, text: str) -> None:
    rtf = stored(rb"{\rtf1\ansi\fromtext " + rtf)
    assert " ".join(read({RTF: rtf}).text.split()) == text
    assert read({RTF: rtf, BODY: "plain"}).text == "plain"


def test_rtf_that_was_made_from_nothing_else_is_read_before_the_plain_text() -> None:
    row = rb"\trowd\cellx100\cellx200 Mon\cell noon\cell\row"
    rtf = stored(rb"{\rtf1\ansi\pard Tides\par" + row + row.replace(b"Mon", b"Tue") + rb"\pard Ada\par}")
    written = [
        ("paragraph", 0, "Tides"),
        ("table_row", 0, "Mon | noon"),
        ("table_row", 0, "Tue | noon"),
        ("paragraph", 0, "Ada"),
    ]
    assert blocks(read({RTF: rtf, BODY: "Tides Mon noon"})) == written
    assert read({RTF: rtf, BODY: "plain", NATIVE: 1}).text == "plain"
    assert read({RTF: rtf, HTML: b"<p>HTML"}).text == "HTML"
    assert read({RTF: stored(rb"{\rtf1\ansi }"), BODY: "plain"}).text == "plain"


def test_compressed_rtf_is_unpacked() -> None:
    # The dictionary begins with the start of RTF. What is unpacked follows its 207 bytes, and can be repeated.
    start = 207 + len(b"{\\rtf1\\ansi")
    repeated: Pieces = [(0, 11), b" tide", (start, 17), b"}", (0, 2)]
    assert read({RTF: packed(repeated, 11 + 5 + 17 + 1)}).text == "tide tide tide tide t"
    # After 4,096 bytes the places begin again from the first.
    long: Pieces = [(0, 11), b" " + b"0123456789" * 400, ((start + 3_991) % 4096, 10), b"}"]
    assert read({RTF: packed(long, 11 + 1 + 4_010 + 1)}).text == "0123456789" * 401
    ended: Pieces = [(0, 11), b" end", (start + 4, 2), b"gone"]
    assert read({RTF: packed(ended, 100)}).text == "end"


def test_rtf_that_cannot_be_read_leaves_the_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    rtf = stored(rb"{\rtf1 rich}")
    assert read({RTF: rtf}).text == "rich"
    with pytest.raises(ParseError, match="unknown kind 0x4f4c454d"):
        decompress_rtf(rtf.replace(b"MELA", b"MELO"))
    deep = stored(b"{\\rtf1\\fromhtml1 x" + b"{" * 2_000)
    for broken in (b"short", rtf.replace(b"MELA", b"MELO"), stored(b"no rtf"), deep):
        assert read({RTF: broken, BODY: "plain"}).text == "plain"
        assert read({RTF: broken}).text == ""
    monkeypatch.setattr(compressed_rtf, "MAX_BYTES", 1_000)
    assert read({RTF: packed([rb"{\rtf1 x", (207 + 7, 17)], 25)}).text == "x" * 18
    bomb = packed([rb"{\rtf1 x", *[(207 + 7, 17)] * 100], 1_700)
    assert read({RTF: bomb, BODY: "plain"}).text == "plain"
    assert len(decompress_rtf(stored(bytes(2_000)))) == 1_000
