"""Articles of journals: text, formulas, references and lists."""

import pytest
from xml_files import ARTICLE, blocks, read, texts, texts_of


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
