"""The formats of feeds: what an entry is in each."""

import json
from contextlib import suppress

import pytest
from feed_source import rss
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import ParseError
from wellread.ingest.parse import parse
from wellread.ingest.sources.feed.entries import Entry, read_feed
from wellread.ingest.sources.feed.page import page_of

ADDRESS = "https://news.example/feed.xml"

RSS_2 = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY own SYSTEM "file:///etc/passwd">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>News</title><link>https://news.example/</link>
<item>
  <media:title>A picture</media:title>
  <title>Caf&amp;eacute; &amp; &lt;b&gt;bar&lt;/b&gt; 5 &lt; 6</title>
  <link>/one</link><guid>https://news.example/?p=1</guid>
  <dc:creator>Ann</dc:creator><dc:creator>Ben</dc:creator><author>c@news.example (Cleo)</author>
  <pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate>
  <description>short</description>
  <content:encoded><![CDATA[<p>long &amp; <em>rich</em></p>]]></content:encoded>
</item>
<item><guid>https://news.example/two</guid><description>&lt;p&gt;only&nbsp;this&own;</description></item>
<item><guid isPermaLink="false">3</guid><atom:link href="https://news.example/three"/><title>Three</title></item>
<item><title>No name</title><description>at all</description></item>
<item><guid>https://news.example/two</guid><description>the same once more</description></item>
</channel></rss>"""

RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>News</title></channel>
<item rdf:about="https://news.example/one"><title>One</title><link>https://news.example/one</link>
<dc:date>2026-01-05T10:00:00+01:00</dc:date><description>text</description></item>
</rdf:RDF>"""

RSS_090 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>News</title></channel>
<item><title>One</title><link>https://news.example/one</link></item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/blog/"><title>News</title>
<author><name>Everybody</name></author>
<entry><id>urn:uuid:1</id><title type="html">One &amp;amp; &lt;i&gt;two&lt;/i&gt;</title>
  <link rel="self" href="/self"/><link href="/pdf" type="application/pdf"/>
  <link rel="alternate" type="text/html" href="one"/>
  <author><name>Ann</name><email>ann@news.example</email></author><author><name>Ben</name></author>
  <published>2026-01-05T10:00:00Z</published><updated>2026-02-01T00:00:00+02:00</updated>
  <summary>short</summary><content type="html">&lt;p&gt;long&lt;/p&gt;</content></entry>
<entry><id>urn:uuid:2</id><title>a &lt; b</title><updated>2026-01-01T00:00:00Z</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>An <em>x</em></p></div></content></entry>
<entry><id>urn:uuid:3</id><title>Three</title><summary>a &lt; b

second</summary><content type="image/png">AAAA</content></entry>
</feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "News",
    "items": [
        {
            "id": "1", "url": "https://news.example/1", "title": "One", "content_html": "<p>rich</p>",
            "content_text": "plain", "date_published": "2026-01-05T10:00:00Z",
            "authors": [{"name": "Ann"}, {"url": "x"}],
        },
        {"id": 2, "external_url": "https://b.example/", "content_text": "a < b", "author": {"name": "Ben"}},
        {"id": None, "title": None, "summary": ["no text"]},
        "no item",
    ],
}  # fmt: skip


def test_rss_2() -> None:
    first, second, third, fourth = read_feed(RSS_2.encode(), ADDRESS)
    assert first == Entry(
        uri="https://news.example/?p=1",
        link="https://news.example/one",
        title="Caf\u00e9 & bar 5 < 6",
        authors=("Ann", "Ben", "c@news.example (Cleo)"),
        modified="2026-01-05T09:00:00+00:00",
        body="<p>long &amp; <em>rich</em></p>",
    )
    assert (second.uri, second.link) == ("https://news.example/two", "https://news.example/two")
    assert second.body.startswith("<p>only&nbsp;this")
    assert "root:" not in second.body, "what it declares itself is not put in"
    assert (third.uri, third.link, third.body) == ("3", "https://news.example/three", "")
    assert fourth.uri.startswith(f"{ADDRESS}#")


def test_rss_1_and_before() -> None:
    (entry,) = read_feed(RSS_1.encode(), ADDRESS)
    assert (entry.uri, entry.title, entry.body) == ("https://news.example/one", "One", "text")
    assert entry.modified == "2026-01-05T09:00:00+00:00"
    (entry,) = read_feed(RSS_090.encode(), ADDRESS)
    assert (entry.uri, entry.link, entry.title) == ("https://news.example/one",) * 2 + ("One",)


def test_atom() -> None:
    first, second, third = read_feed(ATOM.encode(), ADDRESS)
    assert (first.uri, first.title, first.authors) == ("urn:uuid:1", "One & two", ("Ann", "Ben"))
    assert (first.link, first.body) == ("https://news.example/blog/one", "<p>long</p>")
    assert first.modified == "2026-01-31T22:00:00+00:00"
    assert (second.title, second.link) == ("a < b", "")
    assert "<p>An <em>x</em></p>" in second.body
    assert third.body == "<p>a &lt; b</p><p>second</p>"


def test_json_feed() -> None:
    first, second, third = read_feed(json.dumps(JSON_FEED).encode(), ADDRESS)
    assert (first.uri, first.authors, first.body) == ("1", ("Ann",), "<p>rich</p>")
    assert (second.uri, second.link, second.authors) == ("2", "https://b.example/", ("Ben",))
    assert second.body == "<p>a &lt; b</p>"
    assert third.uri.startswith(f"{ADDRESS}#")


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><body>Sign in</body></html>", b"{", b"{}", b'{"version": "2"}', b"\x00\x01", b"[" * 9999],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        read_feed(data, ADDRESS)


def test_entities_that_multiply_are_not_put_in() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {one} "{f"&{before};" * 20}">' for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    data = f"{bomb}]><rss><channel><item><title>&i;</title></item></channel></rss>".encode()
    with suppress(ParseError):
        assert len(read_feed(data, ADDRESS)[0].title) < 100


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_not(data: bytes) -> None:
    for start in (b"", b"<rss><channel><item>", b'{"version": "https://jsonfeed.org/version/1", "items": ['):
        try:
            for entry in read_feed(start + data, ADDRESS):
                page_of(entry)
        except ParseError:
            continue


def test_a_feed_that_breaks_off_has_the_entries_before() -> None:
    data = rss(("a", "one"), ("b", "two")).encode()
    assert next(entry.uri for entry in read_feed(data[:-60], ADDRESS)) == "a"


def test_names_are_printable_and_of_bounded_length() -> None:
    (entry,) = read_feed(rss(("x" * 5000, "")).encode(), ADDRESS)
    assert len(entry.uri) < 600
    (entry,) = read_feed(rss((" a\n b\u0085\u2028 ", "")).encode(), ADDRESS)
    assert entry.uri == "a b"


def test_a_page_says_everything_and_its_text_hides_nothing() -> None:
    entry = Entry(
        uri="1", link="https://news.example/1?a=1&b=2", title="A < B", authors=("Ann", "Ben & Co"),
        modified="2026-01-05T09:00:00+00:00", body="<p>text<script>x</script><!-- open",
    )  # fmt: skip
    parsed = parse("1.html", page_of(entry))
    assert parsed.title == "A < B"
    for said in ("By Ann, Ben & Co", "2026-01-05", "https://news.example/1?a=1&b=2", "text"):
        assert said in parsed.text
    assert "x</script" not in parsed.text
