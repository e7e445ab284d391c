"""What is a change of a page, and what is asked for again."""

from contextlib import closing

import pytest
from synchronising import counts
from web_server import Reply, WebServer
from web_source import Synchronised, listed, open_site, place, sitemap, tagged

from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.web.source import WebSource
from wellread.ingest.sync import synchronise


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
