"""Locations and options of a site."""

from contextlib import closing

import pytest
from synchronising import STAFF
from web_server import WebServer
from web_source import place

from wellread.errors import UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.web.source import KIND, WebSource


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
