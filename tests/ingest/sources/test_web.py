"""Sites as a source: what is listed by sitemap or links, what is a change, and what happens when something breaks."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from source_contract import SourceContract
from web_server import Asked, Reply, WebServer, serving

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.web import kept_bytes
from wellread.ingest.sources.web import visit as web_visit
from wellread.ingest.sources.web.kept_bytes import KeptBytes
from wellread.ingest.sources.web.source import KIND, WebSource
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving() as made:
        yield made


def place(
    site: WebServer,
    path: str = "/",
    memory: Mapping[str, Any] | None = None,
    secret: str | None = None,
    **options: str,
) -> Place:
    return Place(
        location=f"{site.address}{path}",
        readers=STAFF,
        options={"allow_private": site.allowed, "delay": "0", **options},
        memory=memory or {},
        secret=secret,
    )


def open_site(
    site: WebServer,
    path: str = "/",
    memory: Mapping[str, Any] | None = None,
    secret: str | None = None,
    **options: str,
) -> WebSource:
    """A source that does not wait before it asks again."""
    at = place(site, path, memory, secret, **options)
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=lambda _: None)
    return WebSource(at, client)


def listed(source: WebSource) -> list[str]:
    """The paths of a complete listing."""
    return [item.uri.split("/", 3)[3] for item in source.items()]


def collect(source: WebSource) -> tuple[dict[str, Item], str]:
    found: dict[str, Item] = {}
    try:
        for item in source.items():
            found[item.uri.split("/", 3)[3]] = item
    except ParseError as error:
        return found, str(error)
    return found, ""


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self) -> Iterator[None]:
        self.opened: list[WebSource] = []
        with serving() as self.site:
            self._index()
            yield
            for source in self.opened:
                source.close()

    def _index(self) -> None:
        links = " ".join(f'<a href="{path}">.</a>' for path in self.site.pages if path != "/")
        self.site.page("/", f'<meta name="robots" content="noindex">{links}')

    def open(self) -> WebSource:
        self.opened.append(open_site(self.site))
        return self.opened[-1]

    def uri(self, name: str) -> str:
        return f"{self.site.address}/{name}"

    def write(self, name: str, data: bytes) -> None:
        self.site.page(f"/{name}", data, "text/markdown" if name.endswith(".md") else "text/plain")
        self._index()

    def remove(self, name: str) -> None:
        del self.site.pages[f"/{name}"]
        self._index()

    def destroy(self) -> None:
        self.site.pages.clear()

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: WebSource) -> None:
        """Bytes that came with the listing are not fetched again; without them it is as everywhere."""
        item = next(item for item in source.items() if item.uri == self.uri("b.txt"))
        self.remove("b.txt")
        assert source.read(item).data == b"beta"
        with closing(self.open()) as another, pytest.raises(ParseError, match=r"b\.txt"):
            another.read(item)


class Synchronised:
    """A site, and the catalogue that knows it."""

    def __init__(self, site: WebServer, catalogue: Catalogue) -> None:
        self.site = site
        self.knowledge = catalogue.knowledge
        self.knowledge.add_source("site", "web", site.address, STAFF, "ann")

    def sync(self, **options: str) -> SyncReport:
        with closing(open_site(self.site, memory=self.knowledge.remembered("site"), **options)) as source:
            self.site.forget()
            return synchronise(source, self.knowledge, name="site", actor="ann")

    def documents(self) -> dict[str, frozenset[str]]:
        states = self.knowledge.states("site").values()
        return {
            uri.removeprefix(f"{self.site.address}/"): document.readers
            for item in states
            for uri, document in item.documents.items()
        }

    def text(self, path: str) -> str:
        return self.knowledge.document(document_id("site", f"{self.site.address}{path}")).text


@pytest.fixture
def synchronised(site: WebServer, tmp_path: Path) -> Iterator[Synchronised]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        yield Synchronised(site, catalogue)


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


def tagged(body: str, tag: str) -> Reply:
    return Reply(body, headers={"ETag": tag})


# What is listed.


def test_pages_are_listed_breadth_first_each_once(site: WebServer) -> None:
    site.links("/", "a", "b", "a#part", "/a", "./b")
    site.links("/a", "/deep/c", "/", "b")
    site.links("/b", "d")
    site.links("/d")
    site.links("/deep/c", "../a", "e")
    site.links("/deep/e")
    assert listed(open_site(site)) == ["", "a", "b", "deep/c", "d", "deep/e"]
    assert sorted(site.paths) == sorted({*site.paths}), "nothing is fetched twice"


def test_depth_counts_links_from_the_start(site: WebServer) -> None:
    for number in range(8):
        site.links(f"/{number or ''}", str(number + 1))
    assert listed(open_site(site, depth="2")) == ["", "1", "2"]
    assert listed(open_site(site)) == ["", "1", "2", "3", "4", "5"]
    assert listed(open_site(site, depth="0")) == [""]


def test_a_crawl_stays_below_the_start_and_on_the_site(site: WebServer) -> None:
    with serving() as other:
        site.links(
            "/docs/", "a", "/blog/b", f"{other.address}/docs/c", "../docs/d", "//docs/e", "mailto:a@b.example",
            "javascript:alert(1)", "%2e%2e/secret", "http://[broken", f"http://u:p@{site.allowed}/docs/f",
        )  # fmt: skip
        for path in ("/docs/a", "/docs/d", "/blog/b", "/secret"):
            site.links(path)
        assert listed(open_site(site, "/docs/")) == ["docs/", "docs/a", "docs/d"]
        assert other.asked == []


def test_of_a_start_page_that_is_a_file_the_folder_counts(site: WebServer) -> None:
    site.links("/docs/index.html", "a", "/docsx/b", "/b")
    for path in ("/docs/a", "/docsx/b", "/b"):
        site.links(path)
    assert listed(open_site(site, "/docs/index.html")) == ["docs/index.html", "docs/a"]
    site.links("/docs", "/docs/a", "/docsx/b")
    assert listed(open_site(site, "/docs")) == ["docs", "docs/a"]


def test_one_page_has_one_address(site: WebServer) -> None:
    site.links(
        "/", "/a%7eb", "/a~b", "/x/../a%7Eb", "/%e4%b8%ad", "/%E4%B8%AD", "/中", "/q?b=2&a=1", "/q?a=1&b=2"
    )
    for path in ("/a~b", "/%E4%B8%AD", "/q?b=2&a=1", "/q?a=1&b=2"):
        site.links(path)
    assert listed(open_site(site)) == ["", "a~b", "%E4%B8%AD", "q?b=2&a=1", "q?a=1&b=2"]


def test_documents_are_told_by_their_type(site: WebServer) -> None:
    kinds = {
        "/p": "application/pdf",
        "/w": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "/t": "text/plain; charset=utf-8",
        "/m.md": "text/plain",
        "/c": "text/csv",
        "/b.pdf": "application/octet-stream",
        "/nothing": "application/octet-stream",
        "/picture": "image/png",
        "/script": "text/javascript",
        "/style": "text/css",
        "/data": "application/json",
    }
    site.links("/", *kinds, "/photo.jpg", "/app.js", "/archive.tar.gz")
    for path, kind in kinds.items():
        site.page(path, b"bytes", kind)
    source = open_site(site)
    items = {item.uri.split("/", 3)[3]: item for item in source.items()}
    assert list(items) == ["", "p", "w", "t", "m.md", "c", "b.pdf"]
    names = [source.read(item).name for item in items.values()]
    assert names == ["127.0.0.1.html", "p.pdf", "w.docx", "t.txt", "m.md", "c.csv", "b.pdf"]
    assert not {"/photo.jpg", "/app.js", "/archive.tar.gz"} & set(site.paths)


def test_include_chooses_documents_and_exclude_what_is_looked_at(site: WebServer) -> None:
    site.links("/", "/guide/a", "/private/b", "/guide/old/c")
    site.links("/guide/a", "/guide/d.txt")
    for path in ("/private/b", "/guide/old/c", "/guide/d.txt"):
        site.links(path)
    options = {"include": "/guide/*, /faq", "exclude": "/private/*,*/old/*"}
    assert listed(open_site(site, **options)) == ["guide/a", "guide/d.txt"]
    assert not {"/private/b", "/guide/old/c"} & set(site.paths)


def test_more_pages_than_wanted_make_the_listing_incomplete(site: WebServer) -> None:
    site.links("/", *(f"/{number}" for number in range(9)))
    for number in range(9):
        site.links(f"/{number}")
    found, problem = collect(open_site(site, pages="4"))
    assert list(found) == ["", "0", "1", "2"]
    assert "more than 4 pages" in problem


def test_a_trap_of_ever_new_addresses_ends(site: WebServer) -> None:
    def trap(asked: Asked) -> Reply:
        site.pages[f"{asked.path}1"] = trap
        return Reply(f'<a href="/?session={len(asked.path)}1"></a><a href="{asked.path}1"></a>')

    site.pages["/"] = trap
    found, problem = collect(open_site(site, pages="20", depth="100"))
    assert len(found) == 20
    assert "more than 20 pages" in problem


def test_pages_that_are_nothing_but_redirects_end_too(site: WebServer) -> None:
    site.links("/", *(f"/{number}" for number in range(300)))
    for number in range(300):
        site.redirect(f"/{number}", f"/gone{number}")
    found, problem = collect(open_site(site, pages="10"))
    assert list(found) == [""]
    assert "more than 10 pages" in problem
    assert len(site.asked) < 200


def test_redirected_pages_are_known_by_where_they_end(site: WebServer) -> None:
    with serving() as other:
        site.links("/", "/old", "/new/", "/away", "/ring", "/up")
        site.redirect("/old", "/new")
        site.redirect("/new", "/new/")
        site.links("/new/")
        site.redirect("/away", other.address)
        site.redirect("/ring", "/ring2")
        site.redirect("/ring2", "/ring")
        site.redirect("/up", "http://169.254.169.254/")
        assert listed(open_site(site)) == ["", "new/"]
        assert site.paths.count("/new/") == 1
        assert other.asked == []


def test_a_start_that_redirects_on_its_site_is_followed_and_the_place_with_it(site: WebServer) -> None:
    site.redirect("/", "/en/home")
    site.links("/en/home", "/about")
    site.links("/about")
    assert listed(open_site(site)) == ["en/home", "about"]
    site.redirect("/latest/", "/v2/")
    site.links("/v2/", "/v2/a", "/about")
    site.links("/v2/a")
    assert listed(open_site(site, "/latest/")) == ["v2/", "v2/a"]


def test_canonical_addresses_on_the_site_are_respected(site: WebServer) -> None:
    def page(path: str, canonical: str) -> None:
        site.page(path, f'<link rel="canonical" href="{canonical}"><p>{path}</p>')

    site.links("/", "/a?print=1", "/b?x", "/c1", "/c2", "/d", "/e1", "/f")
    page("/a?print=1", "/a")
    page("/a", "/a")
    page("/b?x", "http://elsewhere.example/b")
    page("/c1", "/gone")
    page("/c2", "/gone")
    page("/d", "/d2")
    page("/d2", "/d3")
    site.links("/d3")
    page("/e1", "/e2")
    page("/e2", "/e1")
    page("/f", "/hidden")
    site.page("/hidden", '<meta name="robots" content="noindex">')
    assert listed(open_site(site)) == ["", "a", "b?x", "d3", "c1", "c2", "e1"]


def test_what_does_not_want_to_be_found_is_not_listed_but_its_links_are_followed(site: WebServer) -> None:
    site.links("/", "/meta", "/none", "/tag", "/other", "/followed", "/nofollow", "/rel")
    site.page("/meta", '<meta name="ROBOTS" content="NoIndex"><a href="/one">')
    site.page("/none", '<meta name="wellread" content="none"><a href="/two">')
    site.page("/tag", b"%PDF-1.4", "application/pdf", X_Robots_Tag="noarchive, noindex")
    site.page("/other", b"text", "text/plain", X_Robots_Tag="otherbot: noindex, nofollow")
    site.page("/nofollow", '<meta name="robots" content="nofollow"><a href="/three">')
    site.page("/rel", '<a rel="external nofollow" href="/four"></a><a href="/five">')
    for path in ("/one", "/two", "/three", "/four", "/five", "/followed"):
        site.links(path)
    assert listed(open_site(site)) == ["", "other", "followed", "nofollow", "rel", "one", "five"]


def test_links_hang_on_base_and_are_found_in_frames_maps_and_refreshes(site: WebServer) -> None:
    site.page(
        "/",
        '<head><base href="/docs/"><meta http-equiv="refresh" content="0; URL=\'r\'"></head>'
        '<a href=" a\n"></a><map><area href="b"></map><iframe src="c"></iframe><a>no</a><a href="">',
    )
    for path in ("/docs/a", "/docs/b", "/docs/c", "/docs/r", "/docs/"):
        site.links(path)
    assert set(listed(open_site(site))) == {"", "docs/a", "docs/b", "docs/c", "docs/r"}


# Robots and sitemaps.


def test_robots_rules_are_obeyed(site: WebServer) -> None:
    site.page(
        "/robots.txt",
        "User-agent: *\nDisallow: /a\nAllow: /ab\n\nUser-agent: other\nDisallow: /",
        "text/plain",
    )
    site.links("/", "/a", "/ab", "/b", "/to-a")
    site.redirect("/to-a", "/a")
    for path in ("/a", "/ab", "/b"):
        site.links(path)
    source = open_site(site)
    assert listed(source) == ["", "ab", "b"]
    assert "/a" not in site.paths


def test_a_site_that_allows_nothing_is_refused(site: WebServer) -> None:
    site.page("/robots.txt", "User-agent: Wellread\nDisallow: /", "text/plain")
    site.links("/")
    with pytest.raises(UnreachableError, match=r"robots\.txt does not allow"):
        listed(open_site(site))
    assert site.paths == ["/robots.txt", "/sitemap.xml"]


def test_robots_that_do_not_answer_allow_nothing(site: WebServer) -> None:
    site.links("/")
    site.pages["/robots.txt"] = Reply(status=500)
    with pytest.raises(UnreachableError, match=r"robots\.txt"):
        listed(open_site(site))
    site.pages["/robots.txt"] = Reply(status=403)
    assert listed(open_site(site)) == [""]


def test_crawl_delay_is_kept(site: WebServer) -> None:
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 3", "text/plain")
    site.links("/", "/a")
    site.links("/a")
    waits: list[float] = []
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=waits.append)
    assert listed(WebSource(place(site), client)) == ["", "a"]
    assert len(waits) == 3
    assert all(2.5 < wait <= 3 for wait in waits)


def sitemap(site: WebServer, *paths: str, kind: str = "urlset") -> str:
    inner = "url" if kind == "urlset" else "sitemap"
    entries = "".join(
        f"<{inner}><loc>\n{site.address}{path}</loc><lastmod>2026-01-01</lastmod></{inner}>" for path in paths
    )
    return (
        f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'
    )


def test_a_sitemap_is_listed_in_its_order_and_links_are_not_followed(site: WebServer) -> None:
    site.page("/sitemap.xml", sitemap(site, "/b", "/a", "/b", "/docs/c", "/gone"), "application/xml")
    site.links("/", "/x")
    for path in ("/a", "/b", "/docs/c", "/x"):
        site.links(path, "/x")
    assert listed(open_site(site)) == ["b", "a", "docs/c"]
    assert listed(open_site(site, "/docs/")) == ["docs/c"]
    assert listed(open_site(site, sitemap="no")) == ["", "x"]
    assert listed(open_site(site, include="/a")) == ["a"]


def test_named_sitemaps_may_be_nested_packed_or_plain(site: WebServer) -> None:
    site.page("/robots.txt", f"Sitemap: {site.address}/maps\nsitemap: /plain.txt", "text/plain")
    site.page("/maps", sitemap(site, "/one.gz", "/two", "/maps", kind="sitemapindex"), "text/xml")
    site.page("/one.gz", gzip.compress(sitemap(site, "/a").encode()), "application/gzip")
    site.page("/two", sitemap(site, "/b"), "text/xml")
    site.page("/plain.txt", f"{site.address}/c\n{site.address}/a\n", "text/plain")
    for path in "abc":
        site.links(f"/{path}")
    assert listed(open_site(site)) == ["c", "a", "b"]


def test_a_page_in_place_of_a_sitemap_is_none(site: WebServer) -> None:
    site.links("/", "/a")
    site.links("/a")
    site.page("/sitemap.xml", "<!doctype html><title>Not found</title>")
    assert listed(open_site(site)) == ["", "a"]


@pytest.mark.parametrize(
    "broken",
    [
        '<urlset><url><loc>http://a.example/</loc>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset',
        "<urlset>" * 300,
    ],
)  # fmt: skip
def test_a_broken_sitemap_makes_the_listing_incomplete(site: WebServer, broken: str) -> None:
    site.links("/", "/a")
    site.links("/a")
    site.page("/sitemap.xml", broken, "application/xml")
    found, problem = collect(open_site(site))
    assert list(found) == ["", "a"]
    assert "sitemap.xml cannot be read" in problem


def test_entities_in_a_sitemap_read_no_files(site: WebServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{site.address}/leaked")
    site.page(
        "/sitemap.xml",
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><urlset><url><loc>&e;</loc></url>'
        f"<url><loc>{site.address}/a</loc></url></urlset>",
        "application/xml",
    )
    site.links("/a")
    site.links("/leaked")
    assert listed(open_site(site)) == ["a"]
    assert "/leaked" not in site.paths


def test_a_sitemap_that_does_not_answer_is_not_replaced_by_links(site: WebServer) -> None:
    site.links("/")
    site.pages["/sitemap.xml"] = Reply(status=502)
    with pytest.raises(UnreachableError, match=r"sitemap\.xml"):
        listed(open_site(site))


def test_a_sitemap_of_a_site_that_is_gone_is_no_empty_site(site: WebServer) -> None:
    site.page("/sitemap.xml", sitemap(site, "/a"), "application/xml")
    with pytest.raises(NotFoundError):
        listed(open_site(site))


# What is a change.


def test_what_did_not_change_is_neither_sent_nor_read_again(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.pages["/"] = tagged('<p>start</p><a href="/a">', '"one"')
    site.pages["/a"] = tagged("<p>first</p>", 'W/"weak"')
    site.page("/old", b"old text", "text/plain", Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT")
    site.pages["/"].body += '<a href="/old">'
    assert counts(synchronised.sync()) == (3, 0, 0, 0, 0)

    site.pages["/old"] = lambda asked: (
        Reply(status=304)
        if asked.headers.get("if-modified-since") == "Mon, 05 Jan 2026 10:00:00 GMT"
        else Reply("x")
    )
    assert counts(synchronised.sync()) == (0, 0, 0, 3, 0)
    asked = {one.path: one.headers for one in site.asked}
    assert asked["/"]["if-none-match"] == '"one"'
    assert asked["/a"]["if-none-match"] == 'W/"weak"', "reached by a link that is remembered"
    assert [one.path for one in site.asked] == ["/robots.txt", "/sitemap.xml", "/", "/a", "/old"]

    site.pages["/a"] = tagged("<p>second</p>", 'W/"weaker"')
    assert counts(synchronised.sync()) == (0, 1, 0, 2, 0)
    assert synchronised.text("/a") == "second"


def test_a_date_of_this_very_minute_is_not_asked_by(site: WebServer) -> None:
    from email.utils import formatdate

    site.page("/", "one", "text/plain", Last_Modified=formatdate(usegmt=True))
    source = open_site(site)
    first = next(iter(source.items()))
    list(source.items())
    site.page("/", "two", "text/plain", Last_Modified=formatdate(usegmt=True))
    second = next(iter(source.items()))
    assert first.fingerprint != second.fingerprint
    assert not any("if-modified-since" in one.headers for one in site.asked)


def test_a_strong_tag_is_the_stamp_and_else_the_bytes_are(site: WebServer) -> None:
    site.pages["/"] = tagged("one", '"v1"')
    first = next(iter(open_site(site).items()))
    site.pages["/"] = tagged("other bytes under the same tag", '"v1"')
    assert next(iter(open_site(site).items())).stamp == first.stamp == 'etag "v1"'
    site.pages["/"] = tagged("one", 'W/"v1"')
    weak = next(iter(open_site(site).items()))
    site.page("/", "one")
    assert next(iter(open_site(site).items())).stamp == weak.stamp != first.stamp


@pytest.mark.parametrize("tag", ['"caf\u00e9"', "unquoted", '""', '"' + "x" * 600 + '"'])
def test_a_tag_that_no_server_would_know_again_is_not_used(site: WebServer, tag: str) -> None:
    site.pages["/"] = tagged("one", tag)
    source = open_site(site)
    for _ in range(2):
        (item,) = source.items()
        assert item.stamp.startswith("sha256 ")
    assert not any("if-none-match" in one.headers for one in site.asked)


def test_nothing_is_fetched_twice_in_one_synchronisation(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", "/a")
    site.links("/a")
    assert counts(synchronised.sync()) == (2, 0, 0, 0, 0)
    assert site.paths == ["/robots.txt", "/sitemap.xml", "/", "/a"]


def test_a_synchronisation_that_was_killed_before_reading_is_made_up_for(synchronised: Synchronised) -> None:
    """What was remembered then says that nothing changed, and yet nothing was read."""
    site = synchronised.site
    site.pages["/"] = tagged('<p>start</p><a href="/a">', '"one"')
    site.pages["/a"] = tagged("<p>first</p>", '"a"')

    class Killed(BaseException):
        pass

    class Dying(WebSource):
        def read(self, item: Item) -> Content:
            raise Killed

    with pytest.raises(Killed), closing(Dying(place(site))) as source:
        synchronise(source, synchronised.knowledge, name="site", actor="ann")
    assert synchronised.documents() == {}
    assert synchronised.knowledge.remembered("site")["pages"]
    assert counts(synchronised.sync()) == (2, 0, 0, 0, 0)
    assert synchronised.text("/a") == "first"
    assert [one.path for one in site.asked].count("/a") == 2, "unchanged, then in full"


def test_pages_that_are_renamed_or_gone_are_removed(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", "/a", "/b", "/c")
    for path in ("/a", "/b", "/c"):
        site.pages[path] = tagged(f"<p>{path}</p>", f'"{path}"')
    synchronised.sync()
    site.pages["/renamed"] = site.pages.pop("/a")
    site.pages["/b"] = Reply(status=410)
    site.links("/", "/renamed", "/a", "/b")
    report = synchronised.sync()
    assert counts(report) == (1, 1, 3, 0, 0)
    assert set(synchronised.documents()) == {"", "renamed"}


def test_memory_of_another_form_is_forgotten(site: WebServer) -> None:
    site.pages["/"] = tagged("one", '"v1"')
    for memory in (
        {"form": 99},
        {"form": 1, "pages": [[1]], "addresses": []},
        {"form": 1, "pages": 3, "crawled": True},
    ):
        assert listed(open_site(site, memory=memory)) == [""]
    assert not any("if-none-match" in one.headers for one in site.asked)


def test_pages_of_a_sitemap_that_ends_are_crawled_with_their_links(site: WebServer) -> None:
    site.page("/sitemap.xml", sitemap(site, "/"), "application/xml")
    site.pages["/"] = tagged('<a href="/a">', '"one"')
    site.links("/a")
    source = open_site(site)
    assert listed(source) == [""]
    assert listed(source) == [""]
    assert site.asked[-1].headers["if-none-match"] == '"one"'
    del site.pages["/sitemap.xml"]
    assert listed(source) == ["", "a"]


# When something breaks.


def test_a_page_that_does_not_answer_stays_and_its_links_are_followed(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", "/a", "/c")
    site.links("/a", "/b")
    site.links("/b")
    site.links("/c")
    synchronised.sync()
    site.pages["/a"] = Reply(status=503)
    del site.pages["/c"]
    report = synchronised.sync()
    assert counts(report) == (0, 0, 0, 2, 1)
    assert "/a" in report.failed[0].error
    assert set(synchronised.documents()) == {"", "a", "b", "c"}, "nothing is removed by an incomplete listing"
    site.links("/a", "/b")
    assert counts(synchronised.sync()) == (0, 0, 1, 3, 0)


def test_a_known_page_that_is_refused_is_for_nobody_until_it_opens(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", "/a", "/never")
    site.pages["/a"] = tagged("<p>first</p>", '"a"')
    site.pages["/never"] = Reply(status=403)
    assert counts(synchronised.sync()) == (2, 0, 0, 0, 0)
    site.pages["/a"] = Reply(status=401)
    report = synchronised.sync()
    assert "refuses with the status 401" in report.failed[0].error
    assert synchronised.documents() == {"": STAFF, "a": NOBODY}
    site.pages["/a"] = tagged("<p>first</p>", '"a"')
    assert counts(synchronised.sync()) == (0, 0, 0, 2, 0)
    assert synchronised.documents() == {"": STAFF, "a": STAFF}


def test_a_site_that_stops_answering_half_way_is_left_and_taken_up_again(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.pages[f"/{number}"] = tagged(f"<p>{number}</p>", f'"{number}"')
    working = dict(site.pages)
    site.pages.update({f"/{number}": Reply(status=500) for number in range(3, 20)})
    site.pages["/"] = lambda asked: Reply(status=500) if "/3" in site.paths else working["/"]
    report = synchronised.sync()
    assert (report.added, report.removed) == (4, 0)
    assert "stopped answering" in report.failed[0].error
    assert len({path for path in site.paths if path[1:].isdigit()}) == 8, (
        "three pages, and five that do not answer"
    )
    site.pages.update(working)
    assert counts(synchronised.sync()) == (17, 0, 0, 4, 0)
    assert len(synchronised.documents()) == 21


def test_pages_in_a_row_that_do_not_answer_are_no_end_while_the_start_does(site: WebServer) -> None:
    site.links("/", *(f"/{number}" for number in range(9)))
    for number in range(8):
        site.pages[f"/{number}"] = Reply(status=500)
    site.links("/8")
    found, problem = collect(open_site(site))
    assert list(found) == ["", "8"]
    assert problem.count("status 500") == 8


def test_a_great_many_pages_that_do_not_answer_are_an_end(site: WebServer) -> None:
    site.links("/", *(f"/{number}" for number in range(150)))
    for number in range(150):
        site.pages[f"/{number}"] = Reply(status=501)
    found, problem = collect(open_site(site))
    assert list(found) == [""]
    assert "and 81 more" in problem
    assert len(site.asked) < 150


def test_a_site_that_goes_away_removes_nothing(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.links("/", "/a")
    site.links("/a")
    synchronised.sync()
    for status, error in (
        (404, NotFoundError),
        (410, NotFoundError),
        (403, UnreachableError),
        (500, UnreachableError),
    ):
        site.pages["/"] = Reply(status=status)
        with pytest.raises(error):
            synchronised.sync()
    site.redirect("/", "http://elsewhere.example/")
    with pytest.raises(NotFoundError, match=r"moved to http://elsewhere\.example/"):
        synchronised.sync()
    assert set(synchronised.documents()) == {"", "a"}


@pytest.mark.parametrize("reply", [Reply("wait", status=202), Reply(status=418), Reply(status=304)])
def test_an_odd_answer_for_a_known_page_takes_nothing_away(synchronised: Synchronised, reply: Reply) -> None:
    site = synchronised.site
    site.links("/", "/a")
    site.links("/a")
    synchronised.sync()
    site.pages["/a"] = reply
    assert counts(synchronised.sync())[2:] == (0, 1, 1)
    assert set(synchronised.documents()) == {"", "a"}


@pytest.mark.parametrize(
    "reply", [Reply("wait", status=202), Reply(status=418), Reply("{}", "application/json")]
)
def test_an_odd_answer_for_the_start_is_no_empty_site(site: WebServer, reply: Reply) -> None:
    site.pages["/"] = reply
    with pytest.raises((UnreachableError, NotFoundError)):
        listed(open_site(site))


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with serving() as gone:
        pass
    with pytest.raises(UnreachableError):
        listed(open_site(gone))


def test_a_busy_server_is_waited_for(site: WebServer) -> None:
    left = iter([Reply(status=429, headers={"Retry-After": "5"})])
    site.pages["/"] = lambda asked: next(left, Reply("here", "text/plain"))
    assert listed(open_site(site)) == [""]


def test_a_document_that_is_too_large_is_listed_and_says_so_when_read(
    site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_visit, "MAX_BYTES", 1000)
    site.links("/", "/a.pdf")
    site.page("/a.pdf", b"x" * 1001, "application/pdf")
    source = open_site(site)
    _, item = source.items()
    assert item.size == 1001
    with pytest.raises(ParseError, match=r"a\.pdf has 1,001 bytes"):
        source.read(item)


def test_what_changed_into_something_else_after_the_listing_is_a_reason(site: WebServer) -> None:
    site.page("/", "text", "text/plain")
    (item,) = open_site(site).items()
    for reply, reason in (
        (Reply(status=404), "404"),
        (Reply(status=403), "403"),
        (Reply(status=302, headers={"Location": "/b"}), "leads to"),
        (Reply(status=302, headers={"Location": "http://b.example/"}), "another site"),
        (Reply(b"", "image/png"), "no document"),
    ):
        site.pages["/"] = reply
        with closing(open_site(site)) as source, pytest.raises(ParseError, match=reason):
            source.read(item)
    site.pages["/"] = Reply(status=500)
    with pytest.raises(UnreachableError):
        open_site(site).read(item)


def test_an_item_cannot_name_a_place_outside(site: WebServer) -> None:
    site.links("/docs/")
    site.links("/secret")
    source = open_site(site, "/docs/")
    (item,) = source.items()
    for uri in (
        f"{site.address}/secret",
        "http://elsewhere.example/docs/",
        "/etc/passwd",
        f"{site.address}/docs/../secret",
    ):
        with pytest.raises(ParseError, match="outside"):
            source.read(replace(item, uri=uri))


def test_only_what_the_user_names_of_their_own_network_is_reached(site: WebServer) -> None:
    site.links("/")
    with pytest.raises(UnreachableError, match=f"allow_private={site.allowed}"):
        listed(WebSource(Place(location=site.address, readers=STAFF)))
    with pytest.raises(UnreachableError, match="allow_private"):
        listed(
            WebSource(Place(location=site.address, readers=STAFF, options={"allow_private": "127.0.0.1:1"}))
        )
    assert site.asked == []


def test_a_secret_opens_the_site_and_is_shown_to_no_other(site: WebServer) -> None:
    def guarded(asked: Asked) -> Reply:
        opened = asked.headers.get("authorization") == "Bearer t0ken"
        return Reply("inside", "text/plain") if opened else Reply(status=401)

    with serving() as other:
        site.pages["/"] = guarded
        site.page("/robots.txt", f"Sitemap: {other.address}/map", "text/plain")
        both = endpoints(f"{site.allowed},{other.allowed}")
        client = HttpClient(site.address, allow_private=both, pause=0)
        assert listed(WebSource(place(site, secret="t0ken"), client)) == [""]
        assert other.paths == ["/map"]
        with pytest.raises(UnreachableError, match="give the source a secret"):
            listed(open_site(site))
        assert not any("authorization" in one.headers for one in other.asked)
        assert all("authorization" in one.headers for one in site.asked[:2]), "robots.txt and the page"


def test_fetched_bytes_are_kept_in_the_cache_without_a_name_and_only_so_many(
    site: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_bytes, "MOST_BYTES", 12)
    folder = tmp_path / "cache" / "site"
    kept = KeptBytes(folder)
    kept.put("a", b"first")
    kept.put("b", b"second")
    kept.put("c", b"no room")
    kept.put("a", b"1")
    assert [kept.take(name) for name in "abc"] == [b"1", b"second", None]
    assert list(folder.iterdir()) == []
    kept.clear()
    assert kept.take("a") is None


def test_a_cache_that_cannot_be_written_costs_a_second_fetch(site: WebServer, tmp_path: Path) -> None:
    site.page("/", "text", "text/plain")
    (tmp_path / "file").write_text("in the way")
    at = replace(place(site), cache=tmp_path / "file" / "cache")
    with closing(WebSource(at)) as source:
        (item,) = source.items()
        assert source.read(item).data == b"text"
    assert site.paths.count("/") == 2


def test_what_only_the_server_says_of_the_charset_is_not_lost(synchronised: Synchronised) -> None:
    site = synchronised.site
    site.page("/", '<p>привет</p><a href="/b">'.encode("koi8-r"), "text/html; charset=KOI8-R")
    site.page("/b", "“quoted” é".encode("cp1252"), "text/plain; charset=ISO-8859-1")
    synchronised.sync()
    assert synchronised.text("/").startswith("привет")
    assert synchronised.text("/b") == "“quoted” é"


def test_closing_hangs_up_and_forgets_what_was_kept(site: WebServer) -> None:
    site.links("/")
    source = open_site(site)
    (item,) = source.items()
    assert source._client._pool.connections
    source.close()
    assert not source._client._pool.connections
    assert source._kept.take(item.uri) is None
    source.close()


# Options.


@pytest.mark.parametrize(
    "option",
    [
        {"depth": "-1"},
        {"depth": "x"},
        {"pages": "0"},
        {"pages": "50001"},
        {"sitemap": "maybe"},
        {"delay": "99"},
    ],
)
def test_wrong_options_are_refused_without_a_network(site: WebServer, option: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(option))):
        KIND.make(place(site, **option))
    assert site.asked == []


@pytest.mark.parametrize(
    "location", ["https://ann:pass@a.example/", "https://ann@a.example/", "http:\\\\ann:pass@a.example"]
)
def test_a_password_in_the_location_is_refused_and_not_repeated(location: str) -> None:
    with pytest.raises(UsageError, match="WELLREAD_SECRET_NAME") as told:
        KIND.make(Place(location=location, readers=STAFF))
    assert "pass@" not in str(told.value)


@pytest.mark.parametrize(
    "location", ["https://", "a.example", "ftp://a.example/", "https://a b/", "https://a.example:99999/"]
)
def test_what_is_no_address_is_refused(location: str) -> None:
    with pytest.raises(UsageError, match="https://host/path"):
        KIND.make(Place(location=location, readers=STAFF))


def test_the_location_is_in_one_spelling_and_locations_are_recognised() -> None:
    with closing(WebSource(Place(location="HTTPS://Docs.Example:443/a/../b#c", readers=STAFF))) as source:
        assert source.location == "https://docs.example/b"
    assert KIND.recognises("HTTP://a.example")
    assert not KIND.recognises("/home/http:")
    assert set(KIND.options) == {"depth", "pages", "include", "exclude", "sitemap", "allow_private", "delay"}
