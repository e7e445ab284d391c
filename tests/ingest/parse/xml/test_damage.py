"""XML in any encoding, broken, or made to do harm."""

import random
import time

import pytest
from xml_files import ARTICLE, read

from wellread.errors import ParseError
from wellread.ingest.parse.xml.parser import parse_xml


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "iso8859-2",
    ],
)
def test_the_encoding_is_that_of_the_mark_the_bytes_or_the_declaration(encoding: str) -> None:
    # Files converted to UTF-16 often go on declaring what they were.
    declared = encoding if encoding.startswith("iso") else "UTF-8"
    assert read(f'<?xml version="1.0" encoding="{declared}"?><a>žluť</a>'.encode(encoding)).text == "žluť"


def test_entities_are_those_of_the_file_and_of_html() -> None:
    markup = (
        '<!DOCTYPE a SYSTEM "nowhere.dtd" [<!ENTITY maker "Lamp <b>Works</b>">'
        '<!ENTITY full "&maker; &#38;#38; Sons">]>'
        "<a>&full;&nbsp;&eacute;<i/> by &maker; &unknown;.</a>"
    )
    assert read(markup).text == "Lamp Works & Sons é by Lamp Works ."


def test_nothing_outside_the_file_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("s") / "secret.txt"
    secret.write_text("TOPSECRET")
    address = secret.as_uri()
    parsed = read(
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{address}"><!ENTITY % y SYSTEM "{address}"> %y;]>'
        '<a xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include href="{address}" parse="text"/><b>&x;</b><c>seen</c></a>'
    )
    assert "seen" in parsed.text and "TOPSECRET" not in parsed.text


def laughs(reference: str) -> str:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]><a {reference}</a>'


@pytest.mark.parametrize(
    "markup",
    [
        laughs(">&l9;"),
        laughs('x="&l9;">'),
        laughs(">" + "&l4;" * 100),
        f'<!DOCTYPE a [<!ENTITY a "{"y" * 9000}">]><a>{"&a;" * 2000}</a>',
        '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>',
    ],
)
def test_an_entity_bomb_is_refused_at_once(markup: str) -> None:
    before = time.process_time()
    with pytest.raises(ParseError, match="entity bomb"):
        read(markup)
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<a><b>Salt & water</b><c>1 < 2</c></a>", "b: Salt & water\nc: 1 < 2"),
        ("<a><b>x & y</b><![CDATA[1 & 2 <]]></a>", "x & y1 & 2 <"),
        ("<row><n>1</n></row><row><n>2</n></row>", "n\n1\n2"),
        ("<a><b>kept</b><c>begun", "b: kept\nc: begun"),
        ("<a><b>one</c></a>", "b: one"),
        ("<p:a>no namespace</p:a>", "no namespace"),
        ("<rss><channel><item><n:content>x<b>y</b></n:content></item></channel></rss>", "xy\n\nxy"),
        ("&unknown;<a>beside</a>", "a: beside"),
        ("<x:1>digit</x:1>", "digit"),
        ("&unknown;", ""),
        (f"<a>&#0;{'kept ' * 5}\x01</a>", "kept kept kept kept kept"),
    ],
)
def test_broken_markup_still_reads(markup: str, text: str) -> None:
    assert read(markup).text == text


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("no markup at all", "no elements"),
        ('<!DOCTYPE a [<!ENTITY c "k">', "no elements"),
        (laughs(">&l9; & more"), "entity bomb"),
        ("<a>" * 300 + "</a>" * 300, "256 deep"),
        (f"<a>{'x' * 11_000_000}</a>", "10 MB"),
        ("<a/>" * 3_000_001, "tags"),
    ],
)
def test_what_cannot_be_read_has_a_reason(markup: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read(markup)


@pytest.mark.parametrize("markup", ["", " \n", "<a/>", "<?xml version='1.0'?><a><b/><!-- c --><?d e?></a>"])
def test_a_document_without_text_is_accepted(markup: str) -> None:
    assert read(markup).text == ""


def test_deep_data_neither_recurses_nor_is_lost() -> None:
    assert "deep" in read("<a>" * 250 + "deep" + "</a>" * 250).text
    assert "deep" in read("<p>x<a>" * 120 + "deep" + "</a></p>" * 120).text


def test_nothing_but_a_parse_error_escapes() -> None:
    chance = random.Random(11)
    seeds = [
        ARTICLE.encode(),
        b"<a><b c='d'><e>1</e><e>2</e></b><b><e>3</e></b>t<f/></a>",
        b"<rss><channel><title>a</title><item><title>b</title><content>&lt;p&gt;c</content></item></channel></rss>",
        laughs(">&l1;").encode(),
    ]
    for _ in range(150):
        mutated = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 20)] = chance.randbytes(chance.randint(0, 4))
        try:
            parsed = parse_xml(bytes(mutated))
        except ParseError as error:
            assert str(error)
            continue
        for block in parsed.blocks:
            assert 0 <= block.start <= block.end <= len(parsed.text)
