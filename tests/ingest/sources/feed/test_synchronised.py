"""A feed that is synchronised again and again: what is added, kept and read once more."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from feed_source import Synchronised, open_feed, place, rss
from source_contract import SourceContract
from synchronising import counts
from web_server import Asked, Reply, WebServer, serving

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.sources.feed.source import FeedSource
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sync import synchronise


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
