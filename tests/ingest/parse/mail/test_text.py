"""The text of a message: its fields, charsets, quotations and HTML."""

import base64

import pytest
from mail_messages import HTML, PLAIN, TEXT, blocks, body, mail, multipart, whole

from wellread.errors import ParseError
from wellread.ingest.parse.mail.parser import parse_mail


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
