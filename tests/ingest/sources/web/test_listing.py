"""What is listed of a site: by links, with redirects and addresses of many spellings."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from source_contract import SourceContract
from web_server import Asked, Reply, WebServer, serving
from web_source import collect, listed, open_site

from wellread.errors import ParseError
from wellread.ingest.sources.web.source import WebSource


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
