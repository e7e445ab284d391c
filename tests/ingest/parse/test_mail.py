"""Messages, written here line by line; all people and firms in them are invented."""

import base64
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import ParseError
from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.mail import entity as mail_entity
from wellread.ingest.parse.mail import parser as mail_module
from wellread.ingest.parse.mail import roles as mail_roles
from wellread.ingest.parse.mail.message import PartNames
from wellread.ingest.parse.mail.parser import parse_mail

HEAD = "From: Ada Birk <ada@harbour.example>\nSubject: Tide tables\n"


def mail(body: str | bytes, fields: str = "", head: str = HEAD) -> Parsed:
    content = body if isinstance(body, bytes) else body.encode()
    return parse_mail(f"{head}{fields}\n".encode() + content)


def multipart(kind: str, *entities: str, boundary: str = "edge") -> str:
    """The fields and body of a multipart."""
    inside = "".join(f"--{boundary}\n{entity}\n" for entity in entities)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def whole(kind: str, *entities: str) -> Parsed:
    return parse_mail((HEAD + multipart(kind, *entities)).encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def body(parsed: Parsed) -> list[str]:
    """The blocks after subject and sender."""
    return [text for _, _, text in blocks(parsed)[2:]]


def names(parsed: Parsed) -> list[str]:
    return [part.name for part in parsed.parts]


TEXT = "High water is at noon, low water at six."
RICH = "High water is at noon and low water at six."
PLAIN = f"Content-Type: text/plain; charset=utf-8\n\n{TEXT}\n"
HTML = f"Content-Type: text/html; charset=utf-8\n\n<p>{RICH.replace('noon', '<b>noon</b>')}</p>\n"
FILE = "Content-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment\n\nbytes\n"


def test_the_fields_a_reader_sees_stand_above_the_text() -> None:
    head = (
        "Received: from a by b\nDate: Tue, 4 Mar 2031 08:15:00 +0100\nFrom: Ada Birk <ada@harbour.example>\n"
        'To: "Quay, Tom" <tom@harbour.example>,\n  desk@harbour.example\nBcc: hidden@harbour.example\n'
        "Cc: pier@harbour.example (Pier Holm)\nSubject: Tide\n  tables\nX-Note: no\n"
    )
    parsed = mail("Noon.", head=head)
    assert blocks(parsed) == [
        ("heading", 1, "Tide tables"),
        ("paragraph", 0, "From: Ada Birk <ada@harbour.example>"),
        ("paragraph", 0, "To: Quay, Tom <tom@harbour.example>, desk@harbour.example"),
        ("paragraph", 0, "Cc: Pier Holm <pier@harbour.example>"),
        ("paragraph", 0, "Date: Tue, 4 Mar 2031 08:15:00 +0100"),
        ("paragraph", 0, "Noon."),
    ]
    assert parsed.title == "Tide tables"


def test_encoded_words_and_unencoded_letters_in_fields() -> None:
    subject = (
        "=?utf-8?B?xYFvZMW6?= =?utf-8?Q?_i_stat?= =?utf-8?q?ek_=C5?=\n =?utf-8?q?=82?= (=?l2?Q?wios=B3o?=)"
    )
    assert mail("x", head=f"Subject: {subject}\n").title == "Łodź i statek ł (wiosło)"
    assert mail("x", head="Subject: =?utf-8?q?=C5=81?= =?iso-8859-2?q?=F3?=\n").title == "Łó"
    names = "To: =?gb2312?B?zfXQodHi?= <w@x.example>, =?utf-8*de?Q?J=C3=BCrg=2C_Rat?= <j@x.example>\n"
    assert mail("x", head=names).text.startswith("To: 王小砚 <w@x.example>, Jürg, Rat <j@x.example>")
    assert parse_mail("Subject: Bøye".encode() + b"\n\nx").title == "Bøye"
    koi = "Subject: Прилив\nContent-Type: text/plain; charset=koi8-r\n\nВода".encode("koi8-r")
    assert parse_mail(koi).text == "Прилив\n\nВода"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("From: Crew members:;", "From: Crew members:;"),
        ("From: (((((", "From: ((((("),
        ("From: 'Ada' <ada@x.example>", "From: Ada <ada@x.example>"),
        ('From: "ADA@x.example" <ada@x.example>', "From: ada@x.example"),
        ("Date: when the tide turns", "Date: when the tide turns"),
        ("From: =?utf-8?B?a?= <a@x.example>", "From: =?utf-8?B?a?= <a@x.example>"),
        ("From: " + "(" * 5_000, "From: " + "(" * 5_000),
    ],
)
def test_fields_that_break_the_rules_are_shown_as_they_are(field: str, shown: str) -> None:
    assert mail("x", head=field + "\n").text.startswith(shown)


@pytest.mark.parametrize(
    ("fields", "content", "text"),
    [
        ("Content-Type: text/plain; charset=iso-8859-2", "žluť".encode("iso-8859-2"), "žluť"),
        ("Content-Type: text/plain; charset=no-such", "žluť".encode(), "žluť"),
        ('Content-Type: text/plain; charset = "UTF-8"Content-Language: x', "žluť".encode(), "žluť"),
        ("Content-Type: text/plain", "„Flut“".encode("cp1252"), "„Flut“"),
        ("Content-Type: text/plain; charset=gb2312", "王小燕龘".encode("gbk"), "王小燕龘"),
        ("Content-Type: text/plain; charset=ks_c_5601-1987", "뷁 물".encode("cp949"), "뷁 물"),
        ("Content-Type: text/plain; charset=x-sjis", "①港".encode("cp932"), "①港"),
        ("Content-Type: text/plain; charset=punycode", b"harbour-pier", "harbour-pier"),
        ("Content-Type: text/plain; charset=unicode_escape", rb"\u0041 \x41", r"\u0041 \x41"),
        ("Content-Type: text/plain; charset=utf-8", b"\xff" + "ž".encode() * 200, "\ufffd" + "ž" * 200),
        ("Content-Transfer-Encoding: base64", base64.b64encode("žluť".encode()), "žluť"),
        ("Content-Transfer-Encoding: BASE64;", base64.b64encode("žluť".encode()), "žluť"),
        (
            "Content-Transfer-Encoding: base64",
            b"This was not encoded, after all.",
            "This was not encoded, after all.",
        ),
        ("Content-Transfer-Encoding: quoted-printable", b"=C5=BElu=\n=C5=A5", "žluť"),
        ("Content-Transfer-Encoding: quoted-printable", b"1=2 and =zz", "1=2 and =zz"),
        ("Content-Transfer-Encoding: 9bit", b"plain", "plain"),
        ("Content-Type: text/html", b"<meta charset=iso-8859-2><p>\xbelu\xbb</p>", "žluť"),
        ("Content-Type: text/html; charset=utf-8", "<meta charset=iso-8859-2><p>žluť".encode(), "žluť"),
        ("Content-Type: text/plain; charset=utf-8", "„Flut“".encode("cp1252"), "„Flut“"),
        (
            "Content-Type: text/plain; charset=utf-8",
            b"The tide table\x92s " + b"x" * 300,
            f"The tide table’s {'x' * 300}",
        ),
        ("Content-Type: text/plain; charset=us-ascii", "žluť".encode() + b"x" * 900, f"žluť{'x' * 900}"),
        ("Content-Type: text/plain; charset=iso-8859-1", "žluť".encode(), "žluť"),
        ("Content-Type: text/plain; charset=iso-8859-1", "„Grün“".encode("cp1252"), "„Grün“"),
        ("Content-Type: text/plain; charset=rot13", b"plain", "plain"),
        ("Content-Type: plain", b"plain", "plain"),
    ],
)
def test_text_is_read_in_its_charset_and_encoding(fields: str, content: bytes, text: str) -> None:
    assert body(mail(content, fields + "\n")) == [text]


def test_plain_text_keeps_quotations_attributions_and_signatures_apart() -> None:
    text = (
        "Noon suits us.\nOn Mon, 3 Mar 2031, Tom Quay\n<tom@harbour.example> wrote:\n> When is it?\n> The water?\n>\n"
        ">> Ask Ada.\n> I will.\nGood.\n\nTake:\n\n- rope\n- lamp\n-- \nAda Birk\nHarbour office\n"
        "-----Original Message-----\nFrom: Tom\n"
    )
    assert blocks(mail(text))[2:] == [
        ("paragraph", 0, "Noon suits us."),
        ("paragraph", 0, "On Mon, 3 Mar 2031, Tom Quay\n<tom@harbour.example> wrote:"),
        ("paragraph", 0, "> When is it?\n> The water?"),
        ("paragraph", 0, ">> Ask Ada."),
        ("paragraph", 0, "> I will."),
        ("paragraph", 0, "Good."),
        ("paragraph", 0, "Take:"),
        ("list_item", 1, "- rope"),
        ("list_item", 1, "- lamp"),
        ("paragraph", 0, "--\nAda Birk\nHarbour office"),
        ("paragraph", 0, "-----Original Message-----\nFrom: Tom"),
    ]


def test_lines_that_only_look_like_lists_attributions_or_soft_breaks() -> None:
    assert blocks(mail("- alone"))[2:] == [("paragraph", 0, "- alone")]
    assert body(mail("Noon.\nOn deck we wait.\n> When?")) == ["Noon.\nOn deck we wait.", "> When?"]
    assert body(mail("Take these.\nOn Monday we sail:\n\nrope")) == [
        "Take these.\nOn Monday we sail:",
        "rope",
    ]
    assert body(mail("hard \nbreak")) == ["hard\nbreak"]


def test_flowed_text_is_put_together_again() -> None:
    flowed = "Content-Type: text/plain; format=Flowed\n"
    text = "High \nwater.\n From now \non.\n> Is \n> it?\n>> No\n> Yes \nunquoted\n-- \nAda\n"
    assert body(mail(text, flowed)) == [
        "High water.\nFrom now on.", "> Is it?", ">> No", "> Yes", "unquoted", "--\nAda",
    ]  # fmt: skip
    chinese = "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n"
    assert body(mail("潮 \n水\n", chinese)) == ["潮水"]


def test_of_alternatives_the_plain_text_is_read() -> None:
    assert blocks(whole("alternative", PLAIN, HTML))[2:] == [
        ("paragraph", 0, TEXT),
    ]
    related = multipart("related", HTML, boundary="inner")
    assert body(whole("alternative", PLAIN, related)) == [TEXT]


@pytest.mark.parametrize(
    "plain",
    [
        "\n\n",
        "Content-Type: text/plain\n\nThis needs HTML.\n",
        "Content-Type: text/plain\n\n<html><body>High water is at noon, low water at six.</body></html>",
        "Content-Type: text/plain\n\n" + "\x00\x01" * 40,
    ],
)
def test_html_is_read_where_the_plain_text_is_a_pretext(plain: str) -> None:
    html = "Content-Type: text/html\n\n<h2>Tides</h2><table><tr><th>Day<th>Water<tr><td>Mon<td>noon</table>"
    rows = "<ul><li>High water is at noon, low water at six.</ul>"
    assert blocks(whole("alternative", plain, html + rows))[2:] == [
        ("heading", 2, "Tides"),
        ("table_header", 0, "Day | Water"),
        ("table_row", 0, "Mon | noon"),
        ("list_item", 1, "- High water is at noon, low water at six."),
    ]


def test_plain_text_beside_html_that_shows_nothing() -> None:
    picture = "Content-Type: text/html\n\n<p><img src=a.png></p>"
    assert body(whole("alternative", "\nEnd it with </p>.\n", picture)) == ["End it with </p>."]


def test_html_that_nests_too_deeply_is_read_without_its_wrappers() -> None:
    html = "Content-Type: text/html\n"
    assert body(mail("<div><blockquote>" * 400 + "Noon." + "</blockquote></div>", html)) == ["Noon."]
    deep = "<b>" * 400 + "Noon."
    with pytest.raises(ParseError, match="deep"):
        mail(deep, html)
    assert body(whole("alternative", PLAIN, f"{html}\n{deep}")) == [
        "High water is at noon, low water at six."
    ]


def test_html_in_plain_clothes_and_enriched_text() -> None:
    assert body(mail("<!doctype html><p>Noon.</p>")) == ["Noon."]
    assert body(mail("<bold>Noon</bold>.", "Content-Type: text/enriched\n")) == ["Noon."]
    assert body(whole("alternative", "Content-Type: text/enriched\n\n<bold>Noon</bold>.")) == ["Noon."]


def test_the_title_is_the_subject_or_the_first_heading() -> None:
    html = "Content-Type: text/html\n"
    assert mail("<h1>Water</h1>", html).title == "Tide tables"
    assert mail("<h1>Water</h1>", html, head="").title == "Water"


def test_texts_and_files_of_a_mixed_message() -> None:
    footer = "Content-Type: text/plain\nContent-Disposition: inline\n\nSent to the crew list.\n"
    notes = "Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\nNotes.\n"
    inline = "Content-Type: text/plain; name=log.txt\nContent-Disposition: inline\n\nLog.\n"
    parsed = whole("mixed", inline, multipart("alternative", PLAIN, HTML, boundary="in"), FILE, notes, footer)
    assert body(parsed) == [TEXT, "Sent to the crew list."]
    assert [(part.name, part.read()) for part in parsed.parts] == [
        ("log.txt", b"Log.\n"), ("plan.pdf", b"bytes\n"), ("notes.txt", b"Notes.\n"),
    ]  # fmt: skip


def test_a_single_text_is_shown_even_if_it_has_a_name() -> None:
    assert body(mail("Noon.", "Content-Type: text/plain; name=body.txt\n")) == ["Noon."]
    attached = mail("Noon.", 'Content-Disposition: attachment; filename="body.txt"\n')
    assert (body(attached), names(attached)) == ([], ["body.txt"])
    named = PLAIN.replace("utf-8", "utf-8; name=body.txt")
    picture, apart = "Content-Type: image/png\n\nP\n", "Content-Disposition: attachment\n\nx\n"
    assert body(whole("mixed", named, picture, apart)) == [TEXT]


def test_pictures_shown_by_the_html_are_no_parts() -> None:
    html = f'Content-Type: text/html\n\n<p>{TEXT}</p><img src="cid:map%40x">'
    picture = "Content-Type: image/png; name=map.png\nContent-ID: <map@x>\n\nP\n"
    unused = "Content-Type: image/png\nContent-ID: <other@x>\n\nP\n"
    placed = FILE.replace("attachment", "attachment\nContent-Location: https://x.example/plan.pdf")
    sheet = "Content-Type: text/css\nContent-Location: https://x.example/a.css\n\np{}\n"
    related = multipart("related", html, picture, unused, sheet, placed, boundary="in")
    for parsed in (parse_mail((HEAD + related).encode()), whole("alternative", PLAIN, related)):
        assert names(parsed) == ["attachment-1.png", "plan.pdf"]
        assert body(parsed) == [TEXT]
    named = "Content-Type: text/csv; name=a.csv\nContent-ID: <map@x>\n\n1\n"
    assert names(whole("related", html, named)) == ["a.csv"]


def test_the_root_of_related_entities_may_be_named() -> None:
    root = HTML.replace("\n\n", "\nContent-ID: <root>\n\n", 1)
    text = HEAD + multipart("related", FILE, root).replace("related;", 'related; start="<root>";')
    parsed = parse_mail(text.encode())
    assert (body(parsed), names(parsed)) == ([RICH], ["plan.pdf"])
    first = whole("related", root, FILE, multipart("mixed", PLAIN, FILE, boundary="in"))
    assert (body(first), names(first)) == ([RICH, TEXT], ["plan.pdf", "plan (2).pdf"])


def test_versions_that_are_not_texts_are_parts() -> None:
    calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
    amp = "Content-Type: text/x-amp-html\n\n<p>High water</p>"
    parsed = whole("alternative", PLAIN, amp, HTML, calendar)
    assert names(parsed) == ["attachment-1.ics"]
    assert body(whole("alternative", calendar)) == []


def test_versions_with_names_and_files() -> None:
    named = "Content-Type: text/{0}; name=body.{0}\n\n"
    assert names(whole("alternative", PLAIN, named.format("html") + "<p>x")) == []
    assert body(whole("alternative", named.format("plain") + TEXT, HTML)) == [TEXT]
    log = "Content-Type: text/plain; name=log.txt\n\nLog.\n"
    for chosen, other, shown in ((PLAIN, HTML, TEXT), ("\n\n", HTML, RICH)):
        mixed = multipart("mixed", other, FILE, log, "Content-Type: image/png\n\nP\n", boundary="in")
        parsed = whole("alternative", chosen, mixed)
        assert (body(parsed), names(parsed)) == ([shown], ["plan.pdf", "log.txt", "attachment-1.png"])
    attachment = PLAIN.replace("\n\n", "\nContent-Disposition: attachment\n\n")
    parsed = whole("alternative", attachment, HTML)
    assert (body(parsed), names(parsed)) == ([RICH], ["attachment-1.txt"])


def test_of_a_file_in_two_halves_the_one_that_holds_it_is_a_part() -> None:
    halves = multipart("appledouble", "Content-Type: application/applefile\n\nx\n", FILE, boundary="in")
    assert names(whole("mixed", PLAIN, halves)) == ["plan.pdf"]


def test_attached_messages_are_parts_as_they_are() -> None:
    inner = "Subject: =?utf-8?q?=C5=81?=\nX-Odd:  spaced \n\nInner text.\n"
    attached = f"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{inner}"
    base = base64.b64encode(inner.encode()).decode()
    coded = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{base}\n"
    parsed = whole("mixed", PLAIN, attached, coded)
    assert names(parsed) == ["attachment-1.eml", "attachment-2.eml"]
    assert [part.read() for part in parsed.parts] == [inner.encode()] * 2
    assert "Inner" not in parsed.text
    assert parse_mail(parsed.parts[0].read()).text == "Ł\n\nInner text."
    assert names(whole("digest", "\nSubject: one\n\n1\n", "\nSubject: two\n\n2\n")) == [
        "attachment-1.eml", "attachment-2.eml",
    ]  # fmt: skip


def test_a_report_is_shown_and_the_returned_message_is_a_part() -> None:
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\nStatus: 5.1.1\n"
    returned = "Content-Type: message/rfc822\n\nSubject: Lost\n\nx\n"
    elsewhere = "Content-Type: message/external-body; access-type=URL\n\nContent-Type: a/b\n\n"
    parsed = whole("report", "\nIt could not be delivered.\n", status, returned, elsewhere)
    assert body(parsed) == ["It could not be delivered.", "Reporting-MTA: dns; x.example", "Status: 5.1.1"]
    assert names(parsed) == ["attachment-1.eml"]
    assert names(whole("report", PLAIN, returned.replace("message/rfc822", "text/rfc822-headers"))) == [
        "attachment-1.eml"
    ]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("Content-Disposition: attachment; filename*=utf-8''Pl%C3%A1n.pdf", "Plán.pdf"),
        ("Content-Disposition: attachment; filename*0*=utf-8''Pl%C3%A1; filename*1=\"n.pdf\"", "Plán.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?UGzDoW4ucGRm?="', "Plán.pdf"),
        ('Content-Disposition: attachment; filename="Plán.pdf"', "Plán.pdf"),
        ("Content-Type: application/pdf; name=plan=two;x.pdf", "plan=two"),
        ("Content-Disposition: attachment; filename=tide plan.pdf", "tide plan.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/pass\x01word\u200b.pdf"', "password.pdf"),
        (r'Content-Disposition: attachment; filename="C:\\crew\\plan.pdf"', "plan.pdf"),
        (f"Content-Type: application/pdf; name={'a' * 500}.pdf", "a" * 150 + ".pdf"),
        ("Content-Type: application/pdf; name=..", "attachment-1.pdf"),
        ("Content-Type: application/x-unheard-of", "attachment-1"),
        ("Content-Type: application/pdf; name*1=x; name*=y; name*0=z", "attachment-1.pdf"),
        ("Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat"),
    ],
)
def test_names_of_parts(fields: str, name: str) -> None:
    if "Content-Type" not in fields:
        fields += "\nContent-Type: application/pdf"
    assert names(whole("mixed", PLAIN, f"{fields}\n\nbytes\n")) == [name]


def test_parts_of_one_name_get_numbers() -> None:
    other = FILE.replace("plan.pdf", '"plan (2).pdf"')
    parsed = whole("mixed", FILE, FILE.replace("plan", "PLAN"), other, FILE, FILE)
    assert names(parsed) == ["plan.pdf", "PLAN (2).pdf", "plan (2) (2).pdf", "plan (3).pdf", "plan (4).pdf"]


def test_encodings_of_parts_are_undone() -> None:
    uu = "Content-Type: a/b; name=u\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 u\n#0V%T\n`\nend\n"
    broken = uu.replace("#0V%T", "#\x7f\x7f")
    quoted = "Content-Type: a/b; name=q\nContent-Transfer-Encoding: quoted-printable\n\n=00=FF=\n"
    unpadded = "Content-Type: a/b; name=b\nContent-Transfer-Encoding: base64\n\nQ2F0cw\n"
    odd = unpadded.replace("Q2F0cw", "Q2F0c")
    contents = [part.read() for part in whole("mixed", uu, broken, quoted, unpadded, odd).parts]
    assert contents[0] == b"Cat" and contents[2:4] == [b"\x00\xff", b"Cats"]


def test_signatures_are_no_parts_but_what_they_sign_is_read() -> None:
    signature = (
        "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n"
    )
    signed = whole("signed", multipart("mixed", PLAIN, FILE, boundary="in"), signature)
    assert (body(signed), names(signed)) == ([TEXT], ["plan.pdf"])
    armoured = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nNoon.\n"
        "-----BEGIN PGP SIGNATURE-----\nComment: by -- hand\n\niQEz+/=\n-----END PGP SIGNATURE-----\n\nFooter.\n"
    )
    assert body(mail(armoured)) == ["Noon.", "Footer."]


OBJECT = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"


def value(tag: int, content: bytes) -> bytes:
    length = len(content)
    return bytes([tag]) + (bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")) + content


def sealed(content: bytes, last: int = 2, pieces: int = 1) -> bytes:
    """A signed (2) or encrypted (3) envelope, with lengths in front."""
    step = -(-len(content) // pieces)
    strings = [value(0x04, content[at : at + step]) for at in range(0, len(content), step)]
    string = strings[0] if pieces == 1 else value(0x24, b"".join(strings))
    inside = value(0x30, OBJECT + b"\x01" + value(0xA0, string))
    signed = value(0x30, b"\x02\x01\x01" + value(0x31, b"") + inside + value(0x31, b"certificate"))
    return value(0x30, OBJECT + bytes([last]) + value(0xA0, signed))


def sealed_openly(*pieces: bytes) -> bytes:
    """A signed envelope whose lengths are left open."""
    string = b"\x24\x80" + b"".join(value(0x04, piece) for piece in pieces) + b"\0\0"
    inside = b"\x30\x80" + OBJECT + b"\x01\xa0\x80" + string + b"\0\0\0\0"
    algorithms = b"\x31\x80\x30\x80\x06\x01\x01\0\0\0\0"
    return b"\x30\x80" + OBJECT + b"\x02\xa0\x80\x30\x80\x02\x01\x01" + algorithms + inside + b"\0\0\0\0\0\0"


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
