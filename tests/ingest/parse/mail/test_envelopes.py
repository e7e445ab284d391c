"""Messages that are signed or encrypted."""

import base64

import pytest
from mail_messages import FILE, HEAD, OBJECT, PLAIN, TEXT, body, mail, multipart, names, sealed_openly, value

from wellread.errors import ParseError
from wellread.ingest.parse.mail.parser import parse_mail


def sealed(content: bytes, last: int = 2, pieces: int = 1) -> bytes:
    """A signed (2) or encrypted (3) envelope, with lengths in front."""
    step = -(-len(content) // pieces)
    strings = [value(0x04, content[at : at + step]) for at in range(0, len(content), step)]
    string = strings[0] if pieces == 1 else value(0x24, b"".join(strings))
    inside = value(0x30, OBJECT + b"\x01" + value(0xA0, string))
    signed = value(0x30, b"\x02\x01\x01" + value(0x31, b"") + inside + value(0x31, b"certificate"))
    return value(0x30, OBJECT + bytes([last]) + value(0xA0, signed))


@pytest.mark.parametrize(
    "envelope",
    [
        sealed((multipart("mixed", PLAIN, FILE) + "x" * 200).encode()),
        sealed(multipart("mixed", PLAIN, FILE).encode(), pieces=5),
        sealed_openly(b"Content-Type: multipart/mixed; boundary=", multipart("", PLAIN, FILE)[34:].encode()),
    ],
)
@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-unknown; name=smime.p7m"])
def test_a_signed_envelope_is_opened(envelope: bytes, kind: str) -> None:
    parsed = mail(base64.encodebytes(envelope), f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n")
    assert (body(parsed), names(parsed)) == ([TEXT], ["plan.pdf"])


def test_envelopes_that_are_not_the_message_are_parts() -> None:
    binary = "Content-Type: application/pkcs7-mime; name={}\n"
    assert names(mail(sealed(b"x"), binary.format("invoice.xml.p7m"))) == ["invoice.xml.p7m"]
    assert names(mail(b"0\x03\x06\x01\x01", binary.format("smime.p7m"))) == ["smime.p7m"]
    nested = PLAIN.encode()
    for _ in range(25):
        nested = b"Content-Type: application/pkcs7-mime\n\n" + sealed(nested)
    assert names(parse_mail(nested)) == ["attachment-1.p7m"]
    for other in (
        b"\x31" + sealed(b"x")[1:],
        sealed(b"x").replace(b"\x06\x09", b"\x04\x09"),
        b"\x30\x80\x06\x80x",
    ):
        assert names(mail(other, binary.format("smime.p7m"))) == ["smime.p7m"]


@pytest.mark.parametrize(
    "envelope",
    [
        sealed(b"Noon.")[:25],
        sealed(b"Noon.").replace(b"\xa0", b"\xa1"),
        sealed(b"Noon.").replace(b"\x04\x05", b"\x0c\x05"),
        sealed(b"Noon.").replace(b"\x04\x05", b"\x04\x7f"),
        sealed_openly(b"Noon.").replace(b"\x31\x80", b"\x31\x80" * 5_000),
        sealed_openly(b"Noon.").replace(b"\x24\x80", b"\x24\x80\x24\x80"),
    ],
)
def test_a_damaged_envelope_has_a_reason(envelope: bytes) -> None:
    with pytest.raises(ParseError, match="signed message is damaged"):
        mail(envelope, "Content-Type: application/pkcs7-mime\n")


@pytest.mark.parametrize(
    "message",
    [
        multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n", FILE),
        multipart("mixed", PLAIN, "Content-Type: application/pgp-encrypted\n\nVersion: 1\n"),
        "\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n",
        "Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(sealed(b"x", last=3)).decode(),
        multipart("mixed", PLAIN, "Content-Type: application/x-microsoft-rpmsg-message\n\nx\n"),
    ],
)
def test_an_encrypted_message_has_a_reason(message: str) -> None:
    with pytest.raises(ParseError, match=r"encrypted .* store a decrypted copy"):
        parse_mail((HEAD + message).encode())
