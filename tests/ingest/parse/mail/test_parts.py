"""What is attached to a message, shown in it, or another version of it."""

import base64

import pytest
from mail_messages import FILE, HEAD, HTML, PLAIN, RICH, TEXT, body, mail, multipart, names, whole

from wellread.ingest.parse.mail.parser import parse_mail


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
