"""What a site says of itself: its rules for robots, and its sitemaps."""

import gzip
from pathlib import Path

import pytest
from web_server import Reply, WebServer
from web_source import collect, listed, open_site, place, sitemap

from wellread.errors import NotFoundError, UnreachableError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.web.source import WebSource


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
