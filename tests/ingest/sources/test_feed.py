"""Feeds as a source: what an entry is in each format, what stays when it falls out, and what a change is."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_contract import SourceContract
from web_server import Asked, Reply, WebServer, serving

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.parse import parse
from wellread.ingest.sources.feed.entries import Entry, read_feed
from wellread.ingest.sources.feed.page import page_of
from wellread.ingest.sources.feed.source import KIND, FeedSource
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

STAFF = frozenset({"group:staff"})
ADDRESS = "https://news.example/feed.xml"


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving() as made:
        yield made


def place(
    site: WebServer, memory: Mapping[str, Any] | None = None, cache: Path | None = None, **options: str
) -> Place:
    return Place(
        location=f"feed:{site.address}/feed",
        readers=STAFF,
        options={"allow_private": site.allowed, "delay": "0", **options},
        memory=memory or {},
        cache=cache,
    )


def open_feed(
    site: WebServer, memory: Mapping[str, Any] | None = None, cache: Path | None = None, **options: str
) -> FeedSource:
    """A source that does not wait before it asks again."""
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=lambda _: None)
    return FeedSource(place(site, memory, cache, **options), client)


def rss(*entries: tuple[str, str], site: str = "https://news.example", **more: str) -> str:
    """A feed of guids with their texts, the newest first."""
    items = "".join(
        f'<item><guid isPermaLink="false">{name}</guid><title>{name}</title><link>{site}/{name}</link>'
        f"<description>{escape(text)}</description>{''.join(f'<{k}>{v}</{k}>' for k, v in more.items())}</item>"
        for name, text in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def listed(source: FeedSource) -> list[str]:
    return [item.uri for item in source.items()]


class TestContract(SourceContract):
    """An entry's bytes are made of what the feed says, and stay for the reading when the feed has it no longer."""

    contents: ClassVar = {"alpha": b"beta", "zeta": b"# zeta", "gamma": "gamma é".encode(), "empty": b""}

    @pytest.fixture(autouse=True)
    def place(self) -> Iterator[None]:
        self.opened: list[FeedSource] = []
        self.texts: dict[str, str] = {}
        with serving() as self.site:
            self._publish()
            yield
            for source in self.opened:
                source.close()

    def _publish(self) -> None:
        self.site.page("/feed", rss(*self.texts.items()), "application/rss+xml")

    def open(self) -> FeedSource:
        self.opened.append(open_feed(self.site))
        return self.opened[-1]

    def write(self, name: str, data: bytes) -> None:
        self.texts[name] = data.decode()
        self._publish()

    def remove(self, name: str) -> None:
        del self.texts[name]
        self._publish()

    def destroy(self) -> None:
        self.site.pages.clear()

    def test_everything_is_listed_once_with_its_size(self, source: FeedSource) -> None:
        listed = {item.uri: (item.size, len(source.read(item).data)) for item in source.items()}
        assert list(listed) == list(self.contents)
        assert all(said == read for said, read in listed.values())
        assert len(list(source.items())) == len(self.contents)

    def test_bytes_come_back_as_they_are(self, source: FeedSource) -> None:
        for item in source.items():
            assert self.contents[item.uri] in source.read(item).data

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: FeedSource) -> None:
        item = next(item for item in source.items() if item.uri == "alpha")
        self.remove("alpha")
        assert b"beta" in source.read(item).data
        with closing(self.open()) as another, pytest.raises(ParseError, match="alpha"):
            another.read(item)


# Formats.

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


# Synchronised.


class Synchronised:
    """A feed, and the catalogue that knows it."""

    def __init__(self, site: WebServer, catalogue: Catalogue, cache: Path) -> None:
        self.site = site
        self.knowledge = catalogue.knowledge
        self.cache: Path | None = cache
        self.knowledge.add_source("news", "feed", f"feed:{site.address}/feed", STAFF, "ann")

    def publish(self, *entries: tuple[str, str], tag: str = "") -> None:
        self.site.pages["/feed"] = Reply(
            rss(*entries, site=self.site.address), "application/rss+xml", headers={"ETag": tag} if tag else {}
        )

    def open(self, **options: str) -> FeedSource:
        return open_feed(self.site, self.knowledge.remembered("news"), self.cache, **options)

    def sync(self, full: bool = False, **options: str) -> SyncReport:
        self.site.forget()
        with closing(self.open(**options)) as source:
            return synchronise(source, self.knowledge, name="news", actor="ann", full=full)

    def documents(self) -> set[str]:
        return {uri for item in self.knowledge.states("news").values() for uri in item.documents}

    def text(self, uri: str) -> str:
        return self.knowledge.document(document_id("news", uri)).text


@pytest.fixture
def news(site: WebServer, tmp_path: Path) -> Iterator[Synchronised]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        yield Synchronised(site, catalogue, tmp_path / "cache")


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


def test_entries_are_added_changed_and_stay_when_they_fall_out(news: Synchronised) -> None:
    news.publish(("b", "two"), ("a", "one"))
    assert counts(news.sync()) == (2, 0, 0, 0, 0)
    assert news.text("a").endswith("one")
    news.publish(("c", "three"), ("b", "two, corrected"))
    assert counts(news.sync()) == (1, 1, 0, 1, 0)
    assert news.documents() == {"a", "b", "c"}
    assert news.text("b").endswith("corrected")
    assert counts(news.sync(full=True)) == (0, 0, 0, 3, 0), "what fell out is still at hand"


def test_only_so_many_stay_the_latest_first(news: Synchronised) -> None:
    news.publish(("c", "3"), ("b", "2"), ("a", "1"))
    news.sync(keep="3")
    news.publish(("d", "4"))
    assert counts(news.sync(keep="3")) == (1, 0, 1, 2, 0)
    assert news.documents() == {"d", "c", "b"}
    assert len(list((news.cache or Path()).iterdir())) == 3, "what is gone leaves the cache"
    assert counts(news.sync(keep="0")) == (0, 0, 2, 1, 0)
    news.publish(*((str(number), "x") for number in range(5)))
    assert counts(news.sync(keep="2")) == (5, 0, 1, 0, 0), "all that the feed has are listed"


def test_an_unchanged_feed_is_not_sent_again(news: Synchronised) -> None:
    news.publish(("a", "one"), tag='"v1"')
    news.sync()
    assert counts(news.sync()) == (0, 0, 0, 1, 0)
    assert [one.headers.get("if-none-match") for one in news.site.asked] == ['"v1"']
    news.publish(("a", "other"), tag='"v2"')
    assert counts(news.sync()) == (0, 1, 0, 0, 0)


@pytest.mark.parametrize("with_cache", [True, False])
def test_a_synchronisation_that_was_killed_before_reading_is_made_up_for(
    news: Synchronised, with_cache: bool
) -> None:
    if not with_cache:
        news.cache = None
    news.publish(("a", "one"), ("b", "two"), tag='"v1"')

    class Killed(BaseException):
        pass

    class Dying(FeedSource):
        def read(self, item: Item) -> Content:
            raise Killed

    with pytest.raises(Killed), closing(Dying(place(news.site, cache=news.cache))) as source:
        synchronise(source, news.knowledge, name="news", actor="ann")
    assert counts(news.sync()) == (2, 0, 0, 0, 0)
    assert news.text("b").endswith("two")
    assert news.site.paths == ["/feed"] * (1 if with_cache else 2), "unchanged, and once in full if need be"


def test_what_fell_out_before_it_was_read_is_read_from_the_cache_or_reported(
    news: Synchronised, tmp_path: Path
) -> None:
    news.publish(("a", "one"))
    for cache, expected in ((tmp_path / "own", b"one"), (None, None)):
        with closing(open_feed(news.site, cache=cache)) as source:
            (item,) = source.items()
            memory = json.loads(json.dumps(source.memory))
        news.publish(("b", "two"))
        with closing(open_feed(news.site, memory, cache)) as source:
            assert [one.uri for one in source.items()] == ["b", "a"]
            if expected is None:
                with pytest.raises(ParseError, match="a has fallen out"):
                    source.read(item)
            else:
                assert expected in source.read(item).data
        news.publish(("a", "one"))


def test_a_feed_that_is_no_feed_for_once_takes_nothing_away(news: Synchronised) -> None:
    news.publish(("a", "one"), tag='"v1"')
    news.sync()
    news.site.page("/feed", "<html>Maintenance</html>")
    report = news.sync()
    assert counts(report) == (0, 0, 0, 1, 1)
    assert "is no feed" in report.failed[0].error
    news.publish(("a", "one"), tag='"v1"')
    assert counts(news.sync()) == (0, 0, 0, 1, 0)


def test_a_feed_that_goes_away_removes_nothing(news: Synchronised) -> None:
    news.publish(("a", "one"))
    news.sync()
    for status, error in (
        (404, NotFoundError),
        (410, NotFoundError),
        (401, UnreachableError),
        (503, UnreachableError),
    ):
        news.site.pages["/feed"] = Reply(status=status)
        with pytest.raises(error):
            news.sync()
    news.site.redirect("/feed", "http://elsewhere.example/feed")
    with pytest.raises(NotFoundError, match=r"moved to http://elsewhere\.example/feed"):
        news.sync()
    news.site.redirect("/feed", "/feed")
    with pytest.raises(UnreachableError, match="redirects"):
        news.sync()
    assert news.documents() == {"a"}


def test_a_busy_server_is_waited_for(news: Synchronised) -> None:
    left = iter([Reply(status=429, headers={"Retry-After": "5"})])
    news.publish(("a", "one"))
    page = news.site.pages["/feed"]
    assert isinstance(page, Reply)
    news.site.pages["/feed"] = lambda asked: next(left, page)
    assert counts(news.sync()) == (1, 0, 0, 0, 0)


def test_linked_pages_are_read_where_that_is_wanted(news: Synchronised) -> None:
    news.publish(("a", "teaser"), ("b", "teaser"))
    news.site.page("/a", "the whole story", "text/plain")
    news.site.redirect("/b", "/moved")
    news.site.page("/moved", "<p>the other story</p>")
    assert counts(news.sync(follow="yes")) == (2, 0, 0, 0, 0)
    assert (news.text("a"), news.text("b")) == ("the whole story", "the other story")
    assert counts(news.sync(follow="yes")) == (0, 0, 0, 2, 0)
    assert news.site.paths == ["/feed"]
    news.publish(("a", "teaser, corrected"), ("b", "teaser"))
    news.site.page("/a", "the corrected story", "text/plain")
    assert counts(news.sync(follow="yes")) == (0, 1, 0, 1, 0)
    assert news.text("a") == "the corrected story"


def test_a_new_date_alone_has_the_linked_page_read_again(site: WebServer) -> None:
    stamps: dict[str, set[str]] = {"yes": set(), "no": set()}
    for date in ("Mon, 05 Jan 2026 10:00:00 GMT", "Mon, 05 Jan 2026 11:00:00 GMT"):
        site.page("/feed", rss(("a", "teaser"), pubDate=date), "application/rss+xml")
        for follow, found in stamps.items():
            found |= {item.stamp for item in open_feed(site, follow=follow).items()}
    assert (len(stamps["yes"]), len(stamps["no"])) == (2, 1)


def test_another_manner_of_reading_reads_what_is_unchanged(news: Synchronised) -> None:
    news.publish(("a", "teaser"), tag='"v1"')
    news.site.page("/a", "the whole story", "text/plain")
    news.sync()
    assert counts(news.sync(follow="yes")) == (0, 1, 0, 0, 0)
    assert news.text("a") == "the whole story"


def test_links_are_followed_only_to_where_they_may(news: Synchronised) -> None:
    with serving() as inside:
        inside.page("/secret", "a secret", "text/plain")
        links = {
            "inside": f"{inside.address}/secret", "meta": "http://169.254.169.254/latest/",
            "denied": f"{news.site.address}/denied", "gone": f"{news.site.address}/gone",
            "picture": f"{news.site.address}/picture", "redirect": f"{news.site.address}/redirect",
        }  # fmt: skip
        items = "".join(
            f"<item><guid>{name}</guid><link>{link}</link></item>" for name, link in links.items()
        )
        news.site.page("/feed", f"<rss><channel>{items}</channel></rss>", "application/rss+xml")
        news.site.page("/robots.txt", "User-agent: *\nDisallow: /denied", "text/plain")
        news.site.page("/picture", b"x", "image/png")
        news.site.redirect("/redirect", f"{inside.address}/secret")
        report = news.sync(follow="yes")
        assert inside.asked == []
    assert {failure.uri for failure in report.failed} == set(links)
    assert news.documents() == set()


def test_a_secret_opens_the_feed_and_pages_of_its_site(site: WebServer) -> None:
    def guarded(asked: Asked) -> Reply:
        opened = asked.headers.get("authorization") == "Bearer t0ken"
        return Reply(rss(("a", "teaser"), site=site.address), "text/xml") if opened else Reply(status=401)

    site.pages["/feed"] = guarded
    with pytest.raises(UnreachableError, match="give the source a secret"):
        listed(open_feed(site))
    site.page("/a", "the whole story", "text/plain")
    site.forget()
    with closing(FeedSource(replace(place(site, follow="yes"), secret="t0ken"))) as source:
        (item,) = source.items()
        assert source.read(item).data == b"the whole story"
        assert source.read(item).data == b"the whole story"
    assert site.paths == ["/feed", "/robots.txt", "/a", "/a"]
    assert all("authorization" in one.headers for one in site.asked)


def test_closing_hangs_up(site: WebServer) -> None:
    site.page("/feed", rss(("a", "one")), "application/rss+xml")
    source = open_feed(site)
    assert listed(source) == ["a"]
    assert source._client._pool.connections
    source.close()
    assert not source._client._pool.connections
    source.close()


def test_entries_without_a_link_are_read_from_the_feed(news: Synchronised) -> None:
    news.site.page(
        "/feed", "<rss><channel><item><title>T</title><description>own</description></item></channel></rss>"
    )
    assert counts(news.sync(follow="yes")) == (1, 0, 0, 0, 0)


def test_memory_of_another_form_is_forgotten(site: WebServer) -> None:
    site.page("/feed", rss(("a", "one")), "application/rss+xml")
    for memory in (
        {"form": 99},
        {"form": 1},
        {"form": 1, "entries": [[1]], "etag": "", "since": "", "follow": False},
    ):
        assert listed(open_feed(site, memory)) == ["a"]


def test_dates_of_entries_without_one_stay(site: WebServer) -> None:
    site.page("/feed", rss(("a", "one")), "application/rss+xml")
    source = open_feed(site)
    (before,) = source.items()
    memory = {
        **source.memory,
        "entries": [[*row[:2], "2020-01-01T00:00:00+00:00", *row[3:]] for row in source.memory["entries"]],
    }
    (after,) = open_feed(site, memory).items()
    assert (after.stamp, after.modified) == (before.stamp, "2020-01-01T00:00:00+00:00")


# Options.


@pytest.mark.parametrize("option", [{"keep": "-1"}, {"keep": "many"}, {"follow": "perhaps"}, {"delay": "99"}])
def test_wrong_options_are_refused_without_a_network(site: WebServer, option: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(option))):
        KIND.make(place(site, **option))
    assert site.asked == []


@pytest.mark.parametrize(
    ("written", "location"),
    [
        ("feed:https://News.example/a", "feed:https://news.example/a"),
        ("Feed://news.example/a", "feed:http://news.example/a"),
        ("https://news.example", "https://news.example/"),
    ],
)
def test_locations_are_written_with_or_without_feed(written: str, location: str) -> None:
    with closing(FeedSource(Place(location=written, readers=STAFF))) as source:
        assert source.location == location
    with closing(FeedSource(Place(location=location, readers=STAFF))) as source:
        assert source.location == location
    assert KIND.recognises(written) is written.lower().startswith("feed:")


def test_what_is_no_address_or_has_a_password_is_refused() -> None:
    with pytest.raises(UsageError, match="https://host/path"):
        KIND.make(Place(location="feed:/etc/passwd", readers=STAFF))
    with pytest.raises(UsageError, match="WELLREAD_SECRET_NAME"):
        KIND.make(Place(location="feed:https://ann:pass@news.example/", readers=STAFF))
