"""What is attached to Outlook messages, and messages that are encrypted, signed or damaged."""

import random
from datetime import UTC, datetime

import pytest
from compound_file_writer import Tree, compound_file
from outlook_writer import (
    BODY,
    CLASS,
    CONTENT,
    ENCAPSULATED,
    HEADERS,
    HTML,
    LONG_NAME,
    PAGE,
    RTF,
    SENDER,
    SENT,
    SHORT_NAME,
    SHOWN_NAME,
    SUBJECT,
    SUFFIX,
    Narrow,
    attached,
    blocks,
    message,
    names,
    packed,
    person,
    read,
    stored,
)

from wellread.errors import ParseError
from wellread.ingest.parse.outlook import parser as outlook_module
from wellread.ingest.parse.outlook.parser import parse_outlook

CONTENT_TYPE, CONTENT_ID, HIDDEN = 0x370E, 0x3712, 0x7FFE


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
