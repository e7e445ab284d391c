"""How XML files are read in a test."""

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
