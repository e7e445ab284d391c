"""Sites that break, refuse, lie or stop answering."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from synchronising import STAFF, counts
from web_server import Asked, Reply, WebServer, serving
from web_source import Synchronised, collect, listed, open_site, place, tagged

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.web import kept_bytes
from wellread.ingest.sources.web import visit as web_visit
from wellread.ingest.sources.web.kept_bytes import KeptBytes
from wellread.ingest.sources.web.source import WebSource

NOBODY: frozenset[str] = frozenset()


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
