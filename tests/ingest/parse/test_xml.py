"""XML files: prose in known and unknown vocabularies, feeds, data."""

import random
import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.xml.parser import parse_xml


def read(markup: str | bytes) -> Parsed:
    return parse_xml(markup if isinstance(markup, bytes) else markup.encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(markup: str) -> list[str]:
    return texts_of(read(markup))


def texts_of(parsed: Parsed) -> list[str]:
    return [text for _, _, text in blocks(parsed)]


ARTICLE = """<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "nowhere.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML">
<front><journal-meta><journal-title-group><journal-title>Journal of Lamps</journal-title>
</journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1000/lamp.1</article-id>
<article-categories><subj-group><subject>Optics</subject>
<subj-group><subject>Glass</subject></subj-group></subj-group></article-categories>
<title-group><article-title>Lamps that <italic>hum</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Example</surname><given-names>Ann</given-names></name>
<xref ref-type="aff" rid="a1">1</xref></contrib>
<contrib contrib-type="author"><collab>The Lamp Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Sample</surname>
<given-names>Bo</given-names></name></contrib></contrib-group>
<aff id="a1"><label>1</label><institution>Institute of Light</institution><country>Norway</country></aff>
<author-notes><corresp>Write to ann@example.org</corresp></author-notes>
<pub-date><year>2031</year></pub-date><volume>4</volume><issue>2</issue><fpage>10</fpage><lpage>19</lpage>
<permissions><copyright-year>2031</copyright-year><license><license-p>Free to use.</license-p></license></permissions>
<abstract><p>We measured humming.</p></abstract>
<kwd-group><kwd>hum</kwd><kwd>glass</kwd></kwd-group>
<custom-meta-group><custom-meta><meta-name>status</meta-name><meta-value>0</meta-value></custom-meta>
<custom-meta><meta-name>Data</meta-name><meta-value>All of it is here.</meta-value></custom-meta></custom-meta-group>
</article-meta></front>
<body><sec><label>1</label><title>Methods</title>
<p>Some 10<sup>3</sup> lamps<sup><xref ref-type="bibr" rid="r1">1</xref></sup>, see <xref>Fig 1</xref>.
<fig><label>Fig 1</label><caption><title>A lamp.</title><p>Drawn by hand.</p></caption>
<graphic xlink:href="x"/></fig> More.</p>
<sec><title>Formula</title><disp-formula><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup>
<mml:mo>=</mml:mo><mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow><mml:mi>c</mml:mi></mml:mfrac>
</mml:math><label>(1)</label></disp-formula>
<p><tex-math>\\usepackage{x}\\begin{document}$$y_1$$\\end{document}</tex-math></p></sec>
<list list-type="order"><list-item><p>first</p>
<list list-type="bullet"><list-item><p>inner</p></list-item></list></list-item>
<list-item><p>second</p></list-item></list>
<table-wrap><label>Table 1</label><caption><title>Hums</title></caption><table><thead>
<tr><th rowspan="2">Lamp</th><th colspan="2">Hum</th></tr>
<tr><th>low</th><th>high</th></tr></thead>
<tbody><tr><td rowspan="2">A</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>
<table-wrap-foot><fn><p><sup>a</sup>In decibels.</p></fn></table-wrap-foot></table-wrap></sec></body>
<back><ack><p>We thank Cy.</p></ack><ref-list>
<ref id="r1"><label>1</label><element-citation>
<person-group><name><surname>Doe</surname><given-names>D</given-names></name>
<etal>et al.</etal></person-group>
<article-title>On glass</article-title><source>Glass Letters</source><year>2020</year><volume>3</volume><fpage>5</fpage>
<lpage>6</lpage><pub-id pub-id-type="doi">10.1000/g</pub-id></element-citation></ref>
<ref><mixed-citation>
<name><surname>Roe</surname><given-names>R</given-names></name>. <source>Hum</source>. 1999.</mixed-citation></ref>
</ref-list></back></article>"""


def test_an_article_reads_from_title_to_references() -> None:
    parsed = read(ARTICLE)
    assert parsed.title == "Lamps that hum"
    assert blocks(parsed) == [
        ("heading", 1, "Lamps that hum"),
        ("paragraph", 0, "Ann Example, The Lamp Group"),
        ("paragraph", 0, "Editor: Bo Sample"),
        ("paragraph", 0, "1 Institute of Light, Norway"),
        ("paragraph", 0, "Journal of Lamps, 4(2), 10–19, 2031, doi:10.1000/lamp.1"),
        ("paragraph", 0, "Subjects: Optics"),
        ("paragraph", 0, "Keywords: hum; glass"),
        ("paragraph", 0, "Data: All of it is here."),
        ("paragraph", 0, "Write to ann@example.org"),
        ("paragraph", 0, "Free to use."),
        ("heading", 2, "Abstract"),
        ("paragraph", 0, "We measured humming."),
        ("heading", 2, "1 Methods"),
        ("paragraph", 0, "Some 10^3 lamps[1], see Fig 1."),
        ("paragraph", 0, "Fig 1. A lamp."),
        ("paragraph", 0, "Drawn by hand."),
        ("paragraph", 0, "More."),
        ("heading", 3, "Formula"),
        ("paragraph", 0, "x^2 = (a + b)/c(1)"),
        ("paragraph", 0, "y_1"),
        ("list_item", 1, "1. first"),
        ("list_item", 2, "- inner"),
        ("list_item", 1, "2. second"),
        ("paragraph", 0, "Table 1. Hums"),
        ("table_header", 0, "Lamp | Hum | Hum"),
        ("table_header", 0, "Lamp | low | high"),
        ("table_row", 0, "A | 1 | 2"),
        ("table_row", 0, "A | 3 | 4"),
        ("paragraph", 0, "[a] In decibels."),
        ("heading", 2, "Acknowledgements"),
        ("paragraph", 0, "We thank Cy."),
        ("heading", 2, "References"),
        ("list_item", 1, "1. Doe D, et al. On glass. Glass Letters. 2020;3:5–6. doi:10.1000/g."),
        ("list_item", 1, "- Roe R. Hum. 1999."),
    ]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<mi>x</mi><mo>+</mo><mi>y</mi><mo>(</mo><mn>2</mn><mo>)</mo>", "x + y(2)"),
        ("<mfrac><mi>a</mi><mn> 2 </mn></mfrac>", "a/2"),
        ("<mfrac><mrow><mi>a</mi><mo>-</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a - b)/c"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>-2.5</mn></msubsup>", "x_i^-2.5"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
            "∑_(i = 1)^ni",
        ),
        ("<msqrt><mi>x</mi><mi>y</mi></msqrt>", "√(xy)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "x^(1/3)"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mfenced open='[' close=']' separators='; '><mi>a</mi><mi>b</mi></mfenced>", "[a;b]"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1 2"),
        ("<mi>f</mi><mo>&#x2061;</mo><mi>x</mi><mspace/><annotation>gone</annotation>", "fx"),
    ],
)
def test_formulas_are_written_on_one_line(formula: str, text: str) -> None:
    markup = f"<article><body><p><math>{formula}</math></p></body></article>"
    assert read(markup).text == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("10<sup>3</sup>", "10^3"),
        ("10<i>x</i><sup>3</sup>", "10x3"),
        ("1<i/>0<sup>−3</sup>", "10^−3"),
        ("m<sup>2</sup>", "m2"),
        ("10<sup>th</sup>", "10th"),
        ("<sup>a</sup>In short.", "[a] In short."),
        ("<sup>131</sup>I", "131I"),
        ("See<sup>a</sup>", "Seea"),
        ("hum<sup><xref>4</xref></sup>", "hum[4]"),
        ("hum<xref><sup>4</sup></xref>", "hum[4]"),
        ("hum<xref><sup>[4]</sup></xref>", "hum[4]"),
    ],
)
def test_raised_signs_do_not_read_as_what_they_are_not(inside: str, text: str) -> None:
    assert read(f"<article><body><p>{inside}</p></body></article>").text == text


@pytest.mark.parametrize(
    ("citation", "text"),
    [
        (
            "<name><surname>Doe</surname></name><collab>Lamps</collab><source>Hum.</source>",
            "- Doe, Lamps. Hum.",
        ),
        ("<source>Hum</source><volume>3</volume><issue>2</issue><fpage>7</fpage>", "- Hum. 3(2):7."),
        ("<source>Hum</source><year>1999</year><fpage>7</fpage><lpage>7</lpage>", "- Hum. 1999:7."),
        (
            "<source>Hum</source><elocation-id>e5</elocation-id><pub-id pub-id-type='pmid'>8</pub-id>",
            "- Hum. e5. PMID 8.",
        ),
        ("<publisher-name>Lamp</publisher-name><publisher-loc>Oslo</publisher-loc>", "- Lamp, Oslo."),
        ("<issn>1</issn>", "- 1"),
    ],
)
def test_references_in_fields_get_their_punctuation(citation: str, text: str) -> None:
    cited = f"<ref><element-citation>{citation}</element-citation></ref>"
    markup = f"<article><body/><back><ref-list>{cited}</ref-list></back></article>"
    assert texts(markup) == ["References", text]


def test_lists_frames_and_code_of_an_article() -> None:
    items = "".join(f"<list-item><p>{n}</p></list-item>" for n in range(27))
    parsed = read(
        "<article><body><p>Run <code>a b</code> or <code>c\n  d</code> now.</p>"
        "<p>A <label>mark</label> inside.</p><boxed-text>Only text.</boxed-text><fig><label>Fig 2</label></fig>"
        "<table>no rows</table><fn><label>*</label><p>Star.</p></fn>"
        "<list><list-item><label>i)</label><p>own</p><p>more</p></list-item></list>"
        f"<list list-type='alpha-lower'>{items}</list>loose</body></article>"
    )
    assert blocks(parsed)[:12] == [
        ("paragraph", 0, "Run a b or"),
        ("code", 0, "c\n  d"),
        ("paragraph", 0, "now."),
        ("paragraph", 0, "A mark inside."),
        ("paragraph", 0, "Only text."),
        ("paragraph", 0, "Fig 2"),
        ("paragraph", 0, "no rows"),
        ("paragraph", 0, "* Star."),
        ("list_item", 1, "i) own"),
        ("paragraph", 1, "more"),
        ("list_item", 1, "a. 0"),
        ("list_item", 1, "b. 1"),
    ]
    assert texts_of(parsed)[-3:] == ["z. 25", "27. 26", "loose"]


def test_a_reply_inside_an_article_is_a_section_of_it() -> None:
    markup = (
        "<article><front><article-meta><title-group><article-title>Hum</article-title>"
        "</title-group></article-meta></front>"
        "<body><p>One.</p></body><sub-article><front-stub><title-group>"
        "<article-title>Reply</article-title></title-group>"
        "</front-stub><body><p>Two.</p></body></sub-article></article>"
    )
    assert blocks(read(markup)) == [
        ("heading", 1, "Hum"),
        ("paragraph", 0, "One."),
        ("heading", 2, "Reply"),
        ("paragraph", 0, "Two."),
    ]


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


def test_cells_that_span_rows_are_repeated_in_each() -> None:
    markup = (
        "<article><body><table><tr><th rowspan='3'>a</th><td>1</td><td rowspan='2'>z</td></tr><tr><td>2</td></tr>"
        "<tr><td>3</td><td>y</td></tr><tr><td>b</td></tr><tr><th>c</th><th>d</th></tr></table></body></article>"
    )
    assert texts(markup) == ["a | 1 | z", "a | 2 | z", "a | 3 | y", "b", "c | d"]
    assert [kind for kind, _, _ in blocks(read(markup))] == ["table_row"] * 4 + ["table_header"]


def test_header_rows_by_the_words_of_each_vocabulary() -> None:
    rows = (
        "<row role='label'><cell>A</cell></row>",
        "<row><cell role='label'>A</cell></row>",
        "<tr><th>A</th></tr>",
        "<thead><row><entry>A</entry></row></thead>",
        "<sthead><stentry>A</stentry></sthead>",
    )
    for row in rows:
        assert ("table_header", 0, "A") in blocks(
            read(f"<doc><p>x</p><table>{row}<row><cell>1</cell></row></table></doc>")
        )


def test_a_table_inside_a_cell_is_its_text() -> None:
    inner = "<table><row><cell>in</cell><cell>side</cell></row></table>"
    assert texts(f"<doc><p>x</p><table><row><cell>a</cell><cell>{inner}</cell></row></table></doc>") == [
        "x", "a | in side",
    ]  # fmt: skip


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
    before = time.perf_counter()
    with pytest.raises(ParseError, match="entity bomb"):
        read(markup)
    assert time.perf_counter() - before < 2


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
