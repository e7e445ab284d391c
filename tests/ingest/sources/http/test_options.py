"""Options, secrets and private addresses of whatever is asked over HTTP."""

import pytest
from web_server import WebServer

from wellread.errors import UsageError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import ForbiddenAddressError
from wellread.ingest.sources.http.options import authorization, client_for
from wellread.ingest.sources.kind import Place


def place(location: str = "https://a.example/", secret: str | None = None, **options: str) -> Place:
    return Place(location=location, readers=frozenset(), options=options, secret=secret)


@pytest.mark.parametrize(
    "option", [{"delay": "-1"}, {"delay": "11"}, {"delay": "nan"}, {"delay": "a"}, {"allow_private": "a"}]
)
def test_wrong_options_are_refused_without_a_network(option: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(option))):
        client_for(place(**option), "https://a.example/")


def test_a_secret_is_a_name_with_a_password_or_a_token_and_only_sent_encrypted_or_at_home() -> None:
    assert authorization(place(), "https://a.example/") == {}
    assert authorization(place(secret="ann:pass word"), "https://a.example/") == {
        "Authorization": "Basic YW5uOnBhc3Mgd29yZA=="
    }
    assert authorization(place(secret="t0ken"), "https://a.example/") == {"Authorization": "Bearer t0ken"}
    with pytest.raises(UsageError, match="not encrypted"):
        authorization(place(secret="t0ken"), "http://a.example/")
    with pytest.raises(UsageError, match="no token"):
        authorization(place(secret="two\nlines"), "https://a.example/")
    assert authorization(place(secret="t0ken", allow_private="wiki:80"), "http://wiki/")


def test_a_private_address_is_refused_with_the_option_that_allows_it(server: WebServer) -> None:
    with pytest.raises(ForbiddenAddressError, match=f"allow_private={server.allowed}"):
        HttpClient(server.address).request(server.address)
