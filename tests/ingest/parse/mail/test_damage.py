"""Messages that are damaged, oddly written, or made to take long."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_messages import (
    FILE,
    HEAD,
    HTML,
    PLAIN,
    RICH,
    TEXT,
    blocks,
    body,
    mail,
    multipart,
    names,
    sealed_openly,
    whole,
)

from wellread.errors import ParseError
from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.mail import entity as mail_entity
from wellread.ingest.parse.mail import parser as mail_module
from wellread.ingest.parse.mail import roles as mail_roles
from wellread.ingest.parse.mail.message import PartNames
from wellread.ingest.parse.mail.parser import parse_mail


@pytest.mark.parametrize(
    "message",
    [
        multipart("mixed", PLAIN, FILE).replace("--edge--\n", ""),
        multipart("mixed", PLAIN, FILE).replace('; boundary="edge"', ""),
        multipart("mixed", PLAIN, FILE).replace('boundary="edge"', "boundary=other"),
        multipart("mixed", PLAIN, FILE).replace("\n", "\r\n"),
        multipart("mixed", PLAIN, FILE).replace("\n", "\r"),
        multipart("mixed", PLAIN, FILE).replace("--edge\n", "--edge \t\n").replace("--edge--", "--edge--  "),
        "Content-Type: multipart/mixed; boundary=edge\n\nPreamble --edge\n--edges\n"
        + multipart("mixed", PLAIN, FILE).split("\n\n", 1)[1]
        + "Epilogue\n--edge\n\nmore\n",
    ],
)
def test_multiparts_that_are_damaged_or_oddly_written(message: str) -> None:
    start = HEAD.replace("\n", "\r\n" if "\r\n" in message else "\r" if "\r" in message else "\n")
    parsed = parse_mail((start + message).encode())
    assert (body(parsed), names(parsed)) == ([TEXT], ["plan.pdf"])
    assert parsed.parts[0].read().rstrip() == b"bytes"


def test_the_line_end_before_a_boundary_is_no_part_of_the_content() -> None:
    for end in ("\n", "\r\n"):
        parsed = parse_mail((HEAD + multipart("mixed", PLAIN, FILE)).replace("\n", end).encode())
        assert parsed.parts[0].read() == f"bytes{end}".encode()


def test_a_multipart_without_parts_and_a_part_without_fields() -> None:
    assert body(mail("Just text.", "Content-Type: multipart/mixed\n")) == ["Just text."]
    assert body(mail("Just text.\n--\nAda", "Content-Type: multipart/mixed\n")) == ["Just text.", "--\nAda"]
    assert body(whole("mixed", "Plainly so.")) == ["Plainly so."]
    assert body(whole("mixed", "  Set in: so.\n\nMore.")) == ["Set in: so.", "More."]
    assert body(whole("mixed", "")) == []


@pytest.mark.parametrize(
    "data",
    [
        b"From - Mon Mar  3 08:00:00 2031\n" + HEAD.encode() + b"\nNoon.",
        b"\xef\xbb\xbf\r\n\n" + HEAD.encode() + b"\nNoon.",
        ("\ufeff" + HEAD + "\nNoon.").encode("utf-16-le"),
        HEAD.replace("\n", "\r").encode() + b"\rNoon.",
        HEAD.encode() + b"Noon.",
    ],
)
def test_files_that_begin_or_end_their_fields_oddly(data: bytes) -> None:
    assert blocks(parse_mail(data))[0] == ("heading", 1, "Tide tables")
    assert body(parse_mail(data)) == ["Noon."]


def test_a_message_without_content_is_accepted() -> None:
    assert parse_mail(b"\n\n") == Parsed("", "", ())
    assert parse_mail(b"Subject:\nFrom:\n\n").text == ""


def test_bytes_in_place_of_a_text_are_a_part_or_a_reason() -> None:
    assert names(mail(b"\x00\x01" * 50)) == ["attachment-1.txt"]
    with pytest.raises(ParseError, match="not text"):
        parse_mail(b"\x00\x01" * 50)


def test_multiparts_nested_too_deeply_or_with_too_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = PLAIN
    for level in range(mail_entity.MAX_DEPTH):
        nested = multipart("mixed", nested, boundary=f"edge{level}")
    assert body(parse_mail((HEAD + nested).encode())) == [TEXT]
    with pytest.raises(ParseError, match="more than 20 deep"):
        parse_mail((HEAD + multipart("mixed", nested)).encode())
    monkeypatch.setattr(mail_entity, "MAX_CHILDREN", 3)
    assert len(whole("mixed", *[FILE] * 3).parts) == 3
    with pytest.raises(ParseError, match="more than 3 parts"):
        whole("mixed", *[FILE] * 4)
    monkeypatch.setattr(mail_roles, "MAX_ENTITIES", 3)
    with pytest.raises(ParseError, match="more than 3 parts"):
        whole("mixed", *[FILE] * 3)


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: text/plain" + b';";' * 200_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nx",
        b"To: " + b"(" * 300_000 + b"\n\nx",
        b"Content-Type: multipart/mixed\n\n" + (b"--" + b" " * 190 + b"\n") * 5_000,
        b"\n" + b"-----BEGIN PGP SIGNATURE-----\nx\n" * 15_000,
        b"Content-Type: text/html\n\n" + b"<div" * 300_000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 300_000 + b"-b",
        b"Content-Type: text/plain; format=flowed\n\n" + b"soft \n" * 50_000,
    ],
)
def test_what_is_made_to_take_long_does_not(data: bytes) -> None:
    began = time.process_time()
    parse_mail(data)
    assert time.process_time() - began < 5


def test_versions_within_versions_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[object] = []
    monkeypatch.setattr(mail_module, "letters_shown", lambda rich: measured.append(rich) or 100)
    message = HTML
    for level in range(5):
        message = multipart("alternative", PLAIN, message, boundary=f"edge{level}")
    assert body(parse_mail((HEAD + message).encode())) == [RICH]
    assert len(measured) == 1


def test_thousands_of_parts_of_one_name_take_no_time() -> None:
    given = PartNames()
    began = time.process_time()
    assert len({given.name("plan.pdf", "") for _ in range(30_000)}) == 30_000
    assert time.process_time() - began < 5


SEED = (
    HEAD
    + "To: =?utf-8?q?T=C3=B6m?= <tom@x.example>\n"
    + multipart(
        "mixed",
        multipart("alternative", PLAIN, HTML, boundary="in"),
        FILE,
        "Content-Type: message/rfc822\n\nSubject: in\n\nx\n",
        "Content-Transfer-Encoding: x-uuencode\nContent-Type: a/b\n\nbegin 644 u\n#0V%T\n`\nend\n",
    )
).encode()
SEALED = b"Content-Type: application/pkcs7-mime\n\n" + sealed_openly(PLAIN.encode())


def survive(data: bytes) -> None:
    try:
        parsed = parse_mail(data)
        contents = [part.read() for part in parsed.parts]
    except ParseError as error:
        assert str(error)
        return
    parsed.text.encode()
    assert all(isinstance(content, bytes) for content in contents)
    assert len(set(names(parsed))) == len(parsed.parts)
    for block in parsed.blocks:
        assert 0 <= block.start <= block.end <= len(parsed.text)


@pytest.mark.parametrize("seed", [SEED, SEALED])
def test_nothing_but_a_reason_escapes_mutation(seed: bytes) -> None:
    chance = random.Random(11)
    for _ in range(150):
        data = bytearray(seed)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 20)] = chance.randbytes(chance.randint(0, 4))
        survive(bytes(data))
        survive(seed[: chance.randrange(len(seed))])


PIECES = st.sampled_from([
    "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: multipart/alternative; boundary=b\n", "--b\n",
    "--b--\n", "\n", "Content-Type: text/html\n", "<p>x</p>\n", "Subject: =?utf-8?b?", "?=\n", "From: a@b, <\n",
    "Content-Type: text/plain; charset*0=utf; charset*=x\n", "Content-Type: message/rfc822\n", "> quoted\n",
    "Content-Transfer-Encoding: base64\n", "Content-Disposition: attachment; filename*=", "%ff''\ud800\n", "x\n",
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_scrambled_structure(text: str) -> None:
    survive(text.encode("utf-8", "surrogatepass"))
