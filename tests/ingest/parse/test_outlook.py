"""Outlook messages, put together here as compound files; all people and firms in them are invented."""

import random
import struct
from datetime import UTC, datetime

import pytest
from compound_file_writer import Tree, compound_file

from wellread.errors import ParseError
from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.outlook import compressed_rtf
from wellread.ingest.parse.outlook import parser as outlook_module
from wellread.ingest.parse.outlook.compressed_rtf import decompress_rtf
from wellread.ingest.parse.outlook.parser import parse_outlook

SUBJECT, SENDER, SENDER_ADDRESS, SHOWN_TO, SHOWN_CC = 0x0037, 0x0C1A, 0x0C1F, 0x0E04, 0x0E03
HEADERS, SENT, RECEIVED, CLASS = 0x007D, 0x0039, 0x0E06, 0x001A
BODY, REPORT, RTF, HTML, NATIVE, INTERNET_PAGE, PAGE = 0x1000, 0x1001, 0x1009, 0x1013, 0x1016, 0x3FDE, 0x3FFD
CONTENT, SHORT_NAME, LONG_NAME, SHOWN_NAME, SUFFIX = 0x3701, 0x3704, 0x3707, 0x3001, 0x3703
CONTENT_TYPE, CONTENT_ID, HIDDEN = 0x370E, 0x3712, 0x7FFE

Pieces = list[bytes | tuple[int, int]]
Value = str | bytes | int | bool | datetime


class Narrow(str):
    """Text kept in 8 bits; encoded by the test."""

    content: bytes

    def __new__(cls, text: str, codec: str) -> "Narrow":
        made = super().__new__(cls, text)
        made.content = text.encode(codec)
        return made


def item(header: int, properties: dict[int, Value], **inside: Tree) -> Tree:
    """A storage of properties as MS-OXMSG lays it out."""
    fixed = bytearray(header)
    tree: Tree = {}
    for identifier, value in properties.items():
        kind, packed = 0x001F, bytes(8)
        if isinstance(value, bool):
            kind, packed = 0x000B, struct.pack("<?7x", value)
        elif isinstance(value, int):
            kind, packed = 0x0003, struct.pack("<I4x", value)
        elif isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            kind, packed = 0x0040, struct.pack("<Q", ticks)
        elif isinstance(value, bytes):
            kind = 0x0102
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value
        elif isinstance(value, Narrow):
            kind = 0x001E
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value.content + b"\0"
        else:
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value.encode("utf-16-le")
        fixed += struct.pack("<HHI", kind, identifier, 6) + packed
    return {"__properties_version1.0": bytes(fixed), **tree, **inside}


def attached(properties: dict[int, Value], message: Tree | None = None) -> Tree:
    return item(8, properties, **({"__substg1.0_3701000D": message} if message else {}))


def message(
    properties: dict[int, Value], *attachments: Tree, recipients: tuple[Tree, ...] = (), header: int = 32
) -> Tree:
    tree = item(header, properties)
    tree |= {f"__recip_version1.0_#{number:08X}": some for number, some in enumerate(recipients)}
    return tree | {f"__attach_version1.0_#{number:08X}": some for number, some in enumerate(attachments)}


def person(kind: int, name: str, address: str = "", other: str = "") -> Tree:
    properties: dict[int, Value] = {0x0C15: kind, 0x3001: name, 0x3003: other}
    return item(8, properties | ({0x39FE: address} if address else {}))


def read(properties: dict[int, Value], *attachments: Tree, recipients: tuple[Tree, ...] = ()) -> Parsed:
    return parse_outlook(compound_file(message(properties, *attachments, recipients=recipients)))


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def names(parsed: Parsed) -> list[str]:
    return [part.name for part in parsed.parts]


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


def stored(rtf: bytes) -> bytes:
    """RTF without compression."""
    return struct.pack("<3I4x", len(rtf) + 12, len(rtf), 0x414C454D) + rtf


def packed(contents: Pieces, size: int) -> bytes:
    """Compressed RTF of literal bytes and references (place in the dictionary, length)."""
    tokens: list[bytes] = []
    for content in contents:
        if isinstance(content, bytes):
            tokens += [content[at : at + 1] for at in range(len(content))]
        else:
            tokens.append((content[0] << 4 | content[1] - 2).to_bytes(2, "big"))
    groups = [tokens[at : at + 8] for at in range(0, len(tokens), 8)]
    body = b"".join(
        bytes([sum(1 << bit for bit, token in enumerate(group) if len(token) == 2)]) + b"".join(group)
        for group in groups
    )
    return struct.pack("<3I4x", len(body) + 12, size, 0x75465A4C) + body


ENCAPSULATED = (
    rb"{\rtf1\ansi\ansicpg1250\fromhtml1 \deff1{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Cyr;}}"
    rb"{\colortbl\red0;}{\*\generator Harbour;}\uc1\pard\plain\f0 {\*\htmltag18 <p>}"
    rb"\htmlrtf {\b \htmlrtf0 High \'9e\u341?\f1 \'cf\f0  water\htmlrtf }\htmlrtf0 {\*\htmltag84 &amp;}"
    rb"\htmlrtf &\htmlrtf0  {\*\mhtmltag84 x}more {\*\htmltag148 <img alt='\f1\'9e'>}{\*\htmltag26 </p>}}"
)


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


def test_attachments_are_parts() -> None:
    parsed = read(
        {SUBJECT: "x"},
        attached({LONG_NAME: "tide plan.pdf", SHORT_NAME: "tide~1.pdf", SUFFIX: ".pdf", CONTENT: b"%PDF"}),
        attached({SHORT_NAME: "notes", SUFFIX: ".txt", CONTENT: b"Notes."}),
        attached({SHOWN_NAME: "..\\tide plan.pdf", CONTENT: b"2"}),
        attached({CONTENT_TYPE: "image/png", CONTENT: b"P"}),
        attached({LONG_NAME: "link.docx"}),
        attached({LONG_NAME: "sheet.xls"}, {"CONTENTS": b"x"}),
    )
    assert names(parsed) == [
        "tide plan.pdf", "notes.txt", "tide plan (2).pdf", "attachment-1.png", "link.docx", "sheet.xls",
    ]  # fmt: skip
    assert [part.read() for part in parsed.parts[:4]] == [b"%PDF", b"Notes.", b"2", b"P"]
    with pytest.raises(ParseError, match=r"'link.docx' is a link or an object .* store it as a file"):
        parsed.parts[4].read()
    with pytest.raises(ParseError, match=r"'sheet.xls' is a link or an object"):
        parsed.parts[5].read()


def test_pictures_shown_in_the_text_are_no_parts() -> None:
    pictures = (
        attached({LONG_NAME: "map.png", CONTENT_ID: "map@x", CONTENT: b"1"}),
        attached({LONG_NAME: "logo.gif", HIDDEN: True, CONTENT: b"2"}),
        attached({LONG_NAME: "view.jpg", CONTENT_ID: "view@x", HIDDEN: False, CONTENT: b"3"}),
        attached({LONG_NAME: "plan.pdf", CONTENT_ID: "map@x", HIDDEN: True, CONTENT: b"4"}),
        attached({CONTENT_TYPE: "image/png", HIDDEN: True, CONTENT: b"5"}),
    )
    assert names(read({HTML: b"<p>x<img src='cid:map@x'>"}, *pictures)) == ["view.jpg", "plan.pdf"]
    assert names(read({BODY: "cid:map@x"}, *pictures)) == ["map.png", "view.jpg", "plan.pdf"]


def test_an_attached_message_is_read_below_under_its_own_heading() -> None:
    inner = message(
        {SUBJECT: "Re: Tides", SENDER: "Tom", BODY: "At six."},
        attached({LONG_NAME: "plan.pdf", CONTENT: b"%PDF"}),
        header=24,
    )
    nameless = message({BODY: "No subject."}, header=24)
    parsed = read(
        {SUBJECT: "Tides", BODY: "Noon."},
        attached({}, inner),
        attached({SHOWN_NAME: "Old mail"}, nameless),
        attached({}, nameless),
    )
    assert blocks(parsed) == [
        ("heading", 1, "Tides"),
        ("paragraph", 0, "Noon."),
        ("heading", 2, "Re: Tides"),
        ("paragraph", 0, "From: Tom"),
        ("paragraph", 0, "At six."),
        ("heading", 2, "Old mail"),
        ("paragraph", 0, "No subject."),
        ("heading", 2, "Attached message"),
        ("paragraph", 0, "No subject."),
    ]
    assert (parsed.title, names(parsed)) == ("Tides", ["plan.pdf"])


def test_messages_attached_to_one_another_have_a_limit() -> None:
    tree = message({BODY: "innermost"}, header=24)
    for _ in range(outlook_module.MAX_DEPTH - 1):
        tree = message({}, attached({}, tree), header=24)
    assert read({}, attached({}, tree)).text.endswith("innermost")
    with pytest.raises(ParseError, match="more than 20 deep"):
        read({}, attached({}, message({}, attached({}, tree), header=24)))


ENCRYPTED_ATTACHMENT = attached({CONTENT_TYPE: "application/pgp-encrypted", CONTENT: b"Version: 1"})
OBJECT = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
ENVELOPED = b"\x30\x0d" + OBJECT + b"\x03\xa0\x00"


def sealed(content: bytes) -> bytes:
    """A signed envelope whose lengths are left open."""
    inside = b"\x30\x80" + OBJECT + b"\x01\xa0\x80\x04" + bytes([len(content)]) + content
    return b"\x30\x80" + OBJECT + b"\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inside


@pytest.mark.parametrize(
    "tree",
    [
        message({BODY: "x"}, ENCRYPTED_ATTACHMENT),
        message({BODY: "See the attachment."}, attached({LONG_NAME: "message.rpmsg", CONTENT: b"x"})),
        message({HEADERS: "Content-Type: multipart/encrypted; boundary=x"}, attached({CONTENT: b"x"})),
        message({CLASS: "IPM.Note.SMIME"}, attached({LONG_NAME: "smime.p7m", CONTENT: ENVELOPED})),
        message({BODY: "-----BEGIN PGP MESSAGE-----\n\nabc\n"}),
    ],
)
def test_an_encrypted_message_has_a_reason(tree: Tree) -> None:
    with pytest.raises(ParseError, match=r"encrypted .* store a decrypted copy"):
        parse_outlook(compound_file(tree))


def test_an_encrypted_message_that_is_attached_is_a_part_with_the_reason() -> None:
    inner = message({BODY: "x"}, ENCRYPTED_ATTACHMENT, header=24)
    parsed = read({BODY: "Noon."}, attached({SHOWN_NAME: "Secret"}, inner))
    assert (parsed.text, names(parsed)) == ("Noon.", ["Secret.msg"])
    with pytest.raises(ParseError, match="encrypted"):
        parsed.parts[0].read()


def test_what_was_sent_encrypted_and_is_stored_open_is_read() -> None:
    assert read({HEADERS: "Content-Type: multipart/encrypted", BODY: "Noon."}).text == "Noon."


def test_a_signed_message_is_read_from_its_envelope() -> None:
    signed = b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nNoon.\n--b\nContent-Type: a/b; name=c\n\nx\n--b--"
    clear = read({CLASS: "IPM.Note.SMIME.MultipartSigned"}, attached({LONG_NAME: "x.p7m", CONTENT: signed}))
    assert (clear.text, names(clear)) == ("Noon.", ["c"])
    envelope = attached({LONG_NAME: "smime.p7m", CONTENT: sealed(signed)})
    for kind in ("IPM.Note.SMIME", "IPM.Note"):
        opaque = read({CLASS: kind}, envelope)
        assert (opaque.text, names(opaque)) == ("Noon.", ["c"])
    assert read({CLASS: "IPM.Note.SMIME", BODY: "Noon."}).text == "Noon."
    other = read({CLASS: "IPM.Note.SMIME", BODY: "Noon."}, attached({LONG_NAME: "a.txt", CONTENT: b"x"}))
    assert (other.text, names(other)) == ("Noon.", ["a.txt"])


def test_what_is_no_message_has_a_reason() -> None:
    with pytest.raises(ParseError, match="no Outlook message"):
        parse_outlook(compound_file({"WordDocument": b"x"}))
    with pytest.raises(ParseError, match="does not begin"):
        parse_outlook(b"From: ada@harbour.example\n\nNoon.")


def test_properties_that_are_damaged_are_left_out() -> None:
    tree = message({SUBJECT: "Tides", BODY: "Noon.", SENT: datetime(2031, 3, 4, tzinfo=UTC)})
    properties = tree["__properties_version1.0"]
    assert isinstance(properties, bytes)
    # A time beyond what a calendar has, and an entry that breaks off.
    tree["__properties_version1.0"] = properties[:-8] + b"\xff" * 8 + b"\x03\x00"
    assert parse_outlook(compound_file(tree)).text == "Tides\n\nNoon."


SEED = compound_file(
    message(
        {SUBJECT: "Tides", SENDER: "Ada", SENT: datetime(2031, 3, 4, tzinfo=UTC), RTF: stored(ENCAPSULATED)},
        attached({LONG_NAME: "plan.pdf", CONTENT: b"%PDF"}),
        attached({}, message({HTML: b"<p>x", PAGE: 1252, SUBJECT: Narrow("y", "cp1252")}, header=24)),
        recipients=(person(1, "Tom", "tom@x.example"),),
    )
)


def survive(data: bytes) -> None:
    try:
        parsed = parse_outlook(data)
        for part in parsed.parts:
            part.read()
    except ParseError as error:
        assert str(error)
        return
    parsed.text.encode()
    for block in parsed.blocks:
        assert 0 <= block.start <= block.end <= len(parsed.text)


def test_nothing_but_a_reason_escapes_mutation() -> None:
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(SEED)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at : at + 4] = chance.randbytes(4)
        survive(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))


def test_nothing_but_a_reason_escapes_damaged_rtf_and_envelopes() -> None:
    chance = random.Random(8)
    for _ in range(150):
        rtf = bytearray(packed([ENCAPSULATED, (30, 17)], len(ENCAPSULATED) + 17))
        envelope = bytearray(sealed(b"X-Note: b\n\nNoon."))
        for content in (rtf, envelope):
            for _ in range(chance.randint(1, 5)):
                content[chance.randrange(len(content))] = chance.randrange(256)
        signed = attached({LONG_NAME: "smime.p7m", CONTENT: bytes(envelope)})
        survive(compound_file(message({RTF: bytes(rtf)})))
        survive(compound_file(message({}, signed)))
