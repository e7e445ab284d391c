"""Locations and options of a feed."""

from contextlib import closing

import pytest
from feed_source import place
from synchronising import STAFF
from web_server import WebServer

from wellread.errors import UsageError
from wellread.ingest.sources.feed.source import KIND, FeedSource
from wellread.ingest.sources.kind import Place


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
