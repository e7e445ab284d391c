"""XML of other vocabularies, known and unknown: prose, data and feeds."""

import pytest
from xml_files import blocks, read, texts


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://docbook.org/ns/docbook"'])
def test_a_docbook_manual(namespace: str) -> None:
    parsed = read(
        f"<book{namespace}><info><title>Lamp manual</title><author><firstname>Ann</firstname>"
        "<surname>Example</surname></author>"
        "<revhistory><revision><para>gone</para></revision></revhistory></info>"
        '<chapter id="care"><title>Care</title><para>See <xref linkend="faults"/>.<footnote>'
        "<para>Or not.</para></footnote> So."
        "<indexterm><primary>gone</primary></indexterm></para>"
        "<itemizedlist><listitem><para>dust</para><orderedlist><listitem><para>wait</para></listitem>"
        "<listitem><para>wipe</para></listitem></orderedlist></listitem></itemizedlist>"
        "<variablelist><varlistentry><term>Wick</term><listitem><para>It burns.</para>"
        "</listitem></varlistentry></variablelist>"
        "<note><title>Careful</title><para>Hot.</para></note>"
        "<programlisting>lamp\n  --on</programlisting>"
        "<table><title>Sizes</title><tgroup cols='2'><thead><row><entry>Size</entry>"
        "<entry>Watt</entry></row></thead><tbody>"
        "<row><entry morerows='1'>S</entry><entry>5</entry></row><row><entry>6</entry></row>"
        "</tbody></tgroup></table></chapter>"
        '<chapter id="faults"><title>Faults</title><sect1><title>Hum</title>'
        "<para>Normal.</para></sect1></chapter></book>"
    )
    assert parsed.title == "Lamp manual"
    assert blocks(parsed) == [
        ("heading", 1, "Lamp manual"),
        ("paragraph", 0, "Ann Example"),
        ("heading", 2, "Care"),
        ("paragraph", 0, "See Faults.[1] So."),
        ("paragraph", 0, "[1] Or not."),
        ("list_item", 1, "- dust"),
        ("list_item", 2, "1. wait"),
        ("list_item", 2, "2. wipe"),
        ("list_item", 1, "- Wick"),
        ("list_item", 2, "- It burns."),
        ("paragraph", 0, "Careful"),
        ("paragraph", 0, "Hot."),
        ("code", 0, "lamp\n  --on"),
        ("paragraph", 0, "Sizes"),
        ("table_header", 0, "Size | Watt"),
        ("table_row", 0, "S | 5"),
        ("table_row", 0, "S | 6"),
        ("heading", 2, "Faults"),
        ("heading", 3, "Hum"),
        ("paragraph", 0, "Normal."),
    ]


def test_tei_and_dita_read_as_prose() -> None:
    letter = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>'
        "<title>Letters</title></titleStmt>"
        "<sourceDesc><p>gone</p></sourceDesc></fileDesc></teiHeader><text><body><div><head>First</head>"
        "<p>Dear <persName>Bo</persName>,<lb/>come<note>Sic.</note> soon.</p></div></body></text></TEI>"
    )
    assert read(letter).title == "Letters"
    assert texts(letter) == ["Letters", "First", "Dear Bo,\ncome[1] soon.", "[1] Sic."]
    task = (
        "<task id='t'><title>Light it</title><shortdesc>With a match.</shortdesc><prolog>"
        "<author>gone</author></prolog>"
        "<taskbody><steps><step><cmd>Strike</cmd><info>Away from you.</info></step><step>"
        "<cmd>Hold</cmd></step></steps></taskbody></task>"
    )
    assert blocks(read(task)) == [
        ("heading", 1, "Light it"),
        ("paragraph", 0, "With a match."),
        ("list_item", 1, "1. Strike"),
        ("paragraph", 1, "Away from you."),
        ("list_item", 1, "2. Hold"),
    ]


def test_elements_of_the_same_fields_are_a_table() -> None:
    parsed = read(
        '<shop xmlns:x="urn:x"><lamp id="L-1" class="c" x:y="z" href="http://example.org"><name>Hummer</name>'
        '<price currency="EUR">12.50</price></lamp><lamp id="L-2"><name>Dim &amp; Co</name><price>9</price>'
        "<maker><town>Oslo</town></maker></lamp></shop>"
    )
    assert blocks(parsed) == [
        ("table_header", 0, "id | name | price | maker.town"),
        ("table_row", 0, "L-1 | Hummer | 12.50 (currency: EUR) |"),
        ("table_row", 0, "L-2 | Dim & Co | 9 | Oslo"),
    ]


def test_other_data_is_lines_and_sections() -> None:
    parsed = read(
        "<order><title>Order 7</title><buyer><name>Ann</name><town>Oslo</town></buyer><remark>Soon</remark>"
        '<tag>a</tag><tag>b</tag><option name="gift" value="yes"/><empty/></order>'
    )
    assert parsed.title == "Order 7"
    assert blocks(parsed) == [
        ("paragraph", 0, "title: Order 7\nremark: Soon"),
        ("paragraph", 0, "tag:"),
        ("list_item", 1, "- a"),
        ("list_item", 1, "- b"),
        ("heading", 1, "buyer"),
        ("paragraph", 0, "name: Ann\ntown: Oslo"),
        ("heading", 1, "option"),
        ("paragraph", 0, "name: gift\nvalue: yes"),
    ]


def test_prose_of_an_unknown_vocabulary_keeps_its_order_and_its_data() -> None:
    parsed = read(
        "<guide><title>Lamps</title><lead>Welcome to <em>light</em>,\n dear reader.</lead>"
        "<part><title>Care</title><author>Ann</author>"
        "<words>Wipe it once a week, and never while it is still hot from the evening.</words>"
        "<list><item>dust</item><item>soot <b>too</b></item></list><pre>on\n  off</pre>"
        f"<picture>{'QUJD' * 200}</picture>"
        '<spec name="Power" value="5 W"/><parts><p1><n>a</n><k>1</k></p1><p1><n>b</n><k>2</k>'
        "</p1></parts></part></guide>"
    )
    assert parsed.title == "Lamps"
    assert blocks(parsed) == [
        ("heading", 1, "Lamps"),
        ("paragraph", 0, "Welcome to light, dear reader."),
        ("heading", 2, "Care"),
        ("paragraph", 0, "author: Ann"),
        ("paragraph", 0, "Wipe it once a week, and never while it is still hot from the evening."),
        ("list_item", 1, "- dust"),
        ("list_item", 1, "- soot too"),
        ("code", 0, "on\n  off"),
        ("paragraph", 0, "name: Power\nvalue: 5 W"),
        ("table_header", 0, "n | k"),
        ("table_row", 0, "a | 1"),
        ("table_row", 0, "b | 2"),
    ]


def test_loose_text_stays_before_the_data_that_follows() -> None:
    assert texts("<doc>Loose<p>one</p>and<facts><a>1</a><b>2</b></facts>end</doc>") == [
        "Loose", "one", "and", "a: 1\nb: 2", "end",
    ]  # fmt: skip


def test_a_title_above_a_long_text_is_a_heading() -> None:
    story = "It hums in the evening. " * 15
    parsed = read(f"<log><entry><title>Lamp</title><by>Ann</by><said>{story}</said></entry><n>1</n></log>")
    assert blocks(parsed) == [
        ("heading", 1, "Lamp"),
        ("paragraph", 0, "by: Ann"),
        ("paragraph", 0, story.strip()),
        ("paragraph", 0, "n: 1"),
    ]


def test_names_in_attributes_around_prose_are_headings() -> None:
    parsed = read(
        '<interface name="Lamp"><method name="Light"><doc><p>Lights <a name="x">it</a>.</p></doc></method>'
        '<method name="Dim"><title>Dim it</title><doc><p>Dims.</p></doc></method></interface>'
    )
    assert parsed.title == ""
    assert blocks(parsed) == [
        ("heading", 1, "Lamp"),
        ("heading", 2, "Light"),
        ("paragraph", 0, "Lights it."),
        ("heading", 2, "Dim it"),
        ("paragraph", 0, "Dims."),
    ]


def test_a_feed_has_an_entry_under_each_heading() -> None:
    parsed = read(
        '<rss version="2.0" xmlns:content="urn:c"><channel><title>Lamp news</title>'
        "<description>Daily</description>"
        "<item><title>New lamp</title><pubDate>1 May 2031</pubDate><category>Glass</category>"
        "<description>short</description>"
        "<content:encoded><![CDATA[<p>It <b>hums</b>.</p><h2>How</h2><ul><li>low</li></ul>]]>"
        "</content:encoded></item>"
        "<item><description>Untitled but said &amp;amp; done</description></item></channel></rss>"
    )
    assert parsed.title == "Lamp news"
    assert blocks(parsed) == [
        ("heading", 1, "Lamp news"),
        ("paragraph", 0, "Daily"),
        ("heading", 2, "New lamp"),
        ("paragraph", 0, "Date: 1 May 2031\nSubjects: Glass"),
        ("paragraph", 0, "It hums."),
        ("heading", 4, "How"),
        ("list_item", 1, "- low"),
        ("heading", 2, "Untitled but said & done"),
        ("paragraph", 0, "Untitled but said & done"),
    ]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>E</title>'
        "<updated>2031</updated>"
        '<author><name>Ann</name></author><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <i>x</i></p>'
        "</div></content></entry></feed>"
    )
    assert texts(atom) == ["F", "E", "Date: 2031\nBy: Ann", "Hi x"]
    rdf = (
        '<RDF xmlns="urn:r"><channel><title>R</title></channel><item><date>2031</date>'
        '<description xmlns:x="urn:x"><x:p>One two three four five six seven eight nine ten</x:p>'
        "<x:p>more</x:p></description>"
        "</item></RDF>"
    )
    assert texts(rdf) == [
        "R",
        "One two three four five six seven eight nine ten…",
        "Date: 2031",
        "One two three four five six seven eight nine ten",
        "more",
    ]
    assert texts("<RDF><item><title>Data</title></item></RDF>") == ["title: Data"]


def test_xhtml_is_read_as_html() -> None:
    parsed = read(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        "<title>Page</title></head><body><h2>Hi</h2></body></html>"
    )
    assert (parsed.title, blocks(parsed)) == ("Page", [("heading", 2, "Hi")])


def test_word_documents_saved_as_one_xml_file() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "<w:body><w:p><w:pPr><w:pStyle w:val='H'/></w:pPr><w:r><w:t>Lamps</w:t></w:r></w:p>{}</w:body>"
    styles = "<w:style w:type='paragraph' w:styleId='H'><w:name w:val='heading 2'/></w:style>"
    gone = "<w:del><w:r><w:t>gone</w:t></w:r></w:del>"
    text = f"<w:p><w:r><w:t>They </w:t></w:r>{gone}<w:r><w:t>hum.</w:t></w:r></w:p>"
    flat = (
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>QUJD</pkg:binaryData></pkg:part>'
        '<pkg:part pkg:name="/word/media/b.png"><pkg:binaryData>!</pkg:binaryData></pkg:part>'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document xmlns:w="{w}">{body.format(text)}'
        f"</w:document></pkg:xmlData></pkg:part>"
        f'<pkg:part pkg:name="/word/styles.xml"><pkg:xmlData><w:styles xmlns:w="{w}">{styles}'
        "</w:styles></pkg:xmlData></pkg:part></pkg:package>"
    )
    of_2003 = (
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="urn:hint">'
        f"<w:styles>{styles}</w:styles>"
        + body.format(f"<wx:sect><wx:sub-section>{text}</wx:sub-section></wx:sect>")
        + "</w:wordDocument>"
    )
    for markup in (flat, of_2003):
        assert blocks(read(markup)) == [("heading", 2, "Lamps"), ("paragraph", 0, "They hum.")]
