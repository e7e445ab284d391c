"""The one way to the web: patience with servers that are busy, and redirects."""

import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from importlib.metadata import version

import pytest
from http_asking import Asking
from web_server import Asked, Reply, WebServer, serving

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import LeavesSiteError, Request
from wellread.ingest.sources.http.network_addresses import endpoints


def failing(times: int, status: int, **headers: str) -> Callable[[Asked], Reply]:
    left = iter(range(times))

    def reply(asked: Asked) -> Reply:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply("later", status=status, headers=given) if next(left, None) is not None else Reply("here")

    return reply


def test_requests_say_who_asks_and_ask_for_gzip_only(server: WebServer) -> None:
    server.page("/a", "here")
    answer = Asking(server).client.request(f"{server.address}/a")
    assert (answer.status, answer.body, answer.address) == (200, b"here", f"{server.address}/a")
    sent = server.asked[0].headers
    assert sent["user-agent"] == f"Wellread/{version('wellread')} (+documents indexing)"
    assert (sent["accept-encoding"], sent["host"]) == ("gzip", server.allowed)


def test_what_is_not_there_is_an_answer(server: WebServer) -> None:
    assert Asking(server).client.request(f"{server.address}/a").status == 404


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_longer_waits(server: WebServer, status: int) -> None:
    server.pages["/"] = failing(3, status)
    asking = Asking(server)
    assert asking.client.request(server.address).body == b"here"
    assert len(server.asked) == 4
    for wait, usual in zip(asking.waits, (0.5, 1, 2), strict=True):
        assert 0.5 * usual <= wait <= 1.5 * usual


def test_four_tries_are_the_most(server: WebServer) -> None:
    server.pages["/"] = failing(99, 503)
    with pytest.raises(UnreachableError, match="status 503"):
        Asking(server).client.request(server.address)
    assert len(server.asked) == 4


def test_the_wait_that_a_server_asks_for_is_kept(server: WebServer) -> None:
    server.pages["/seconds"] = failing(2, 429, Retry_After="7")
    server.pages["/date"] = failing(1, 503, Retry_After=formatdate(time.time() + 20, usegmt=True))
    asking = Asking(server)
    asking.client.request(f"{server.address}/seconds")
    assert asking.waits == [7.0, 7.0]
    asking.client.request(f"{server.address}/date")
    assert 15 < asking.waits[2] <= 20


@pytest.mark.parametrize(("wait", "asked"), [("61", 1), ("25", 3), ("99999999999999999999", 1)])
def test_more_than_a_minute_in_total_is_not_waited(server: WebServer, wait: str, asked: int) -> None:
    server.pages["/"] = failing(99, 429, Retry_After=wait)
    asking = Asking(server)
    with pytest.raises(UnreachableError, match="left alone") as refused:
        asking.client.request(server.address)
    assert refused.value.retry_after == float(wait[:9])
    assert (len(server.asked), sum(asking.waits) <= 60) == (asked, True)


def test_a_wait_that_is_no_number_or_date_is_as_if_there_were_none(server: WebServer) -> None:
    server.pages["/"] = failing(1, 503, Retry_After="soon")
    assert Asking(server).client.request(server.address).body == b"here"


def test_a_connection_that_breaks_is_tried_again(server: WebServer) -> None:
    left = iter([Reply(close=True), Reply(close=True)])
    server.pages["/"] = lambda asked: next(left, Reply("here"))
    assert Asking(server).client.request(server.address).body == b"here"


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    client = HttpClient(f"http://{host}", allow_private=endpoints(host), pause=0, sleep=lambda _: None)
    with pytest.raises(UnreachableError, match="does not answer"):
        client.request(f"http://{host}/")


def test_a_name_that_does_not_exist_is_not_asked_for_again() -> None:
    looked: list[str] = []

    def unknown(host: str, port: int) -> list[str]:
        looked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(UnreachableError, match="not known"):
        HttpClient(look_up=unknown, sleep=lambda _: None).request("http://nowhere.example/")
    assert looked == ["nowhere.example"]


def test_requests_to_one_host_are_kept_apart(server: WebServer) -> None:
    asking = Asking(server, pause=0.2)
    for _ in range(3):
        asking.client.request(server.address)
    assert len(asking.waits) == 2
    assert all(0.1 < wait <= 0.2 for wait in asking.waits)
    asking.client.set_pause("127.0.0.1", 99)
    asking.client.request(server.address)
    assert 9 < asking.waits[2] <= 10


def test_redirects_are_followed_five_times(server: WebServer) -> None:
    for number in range(6):
        server.redirect(f"/{number}", f"{number + 1}", status=(301, 302, 303, 307, 308, 302)[number])
    server.page("/6", "end")
    client = Asking(server).client
    assert client.request(f"{server.address}/1").body == b"end"
    with pytest.raises(ParseError, match="more than 5 redirects"):
        client.request(f"{server.address}/0")


def test_with_no_redirects_the_answer_says_where_it_leads(server: WebServer) -> None:
    server.redirect("/a", "b/../c#part")
    answer = Asking(server).client.request(f"{server.address}/a", Request(redirects=0))
    assert (answer.status, answer.leads_to) == (302, f"{server.address}/c")


def test_a_location_of_other_letters_is_followed(server: WebServer) -> None:
    server.redirect("/a", "/caf\u00e9".encode().decode("latin-1"))
    server.page("/caf%C3%A9", "here")
    assert Asking(server).client.request(f"{server.address}/a").body == b"here"


def test_another_site_is_followed_only_when_told_and_without_secrets(server: WebServer) -> None:
    with serving() as other:
        other.page("/", "other")
        server.redirect("/", other.address)
        client = Asking(server, other).client
        with pytest.raises(LeavesSiteError) as caught:
            client.request(server.address)
        assert caught.value.target == f"{other.address}/"
        secret = {"Authorization": "Bearer abc", "X-Other": "1"}
        answer = client.request(server.address, Request(may_leave=True, headers=secret))
        assert (answer.body, answer.address) == (b"other", f"{other.address}/")
        assert "authorization" not in other.asked[0].headers
        assert (other.asked[0].headers["x-other"], server.asked[-1].headers["authorization"]) == (
            "1",
            "Bearer abc",
        )


def test_a_redirect_to_a_port_that_nobody_named_is_refused(server: WebServer) -> None:
    server.redirect("/", "http://public.example:22/")
    with pytest.raises(ParseError, match="port 22"):
        Asking(server).client.request(server.address, Request(may_leave=True))


def test_an_answer_to_what_is_posted_is_not_followed(server: WebServer) -> None:
    server.redirect("/", "/b")
    with pytest.raises(ParseError, match="cannot be followed"):
        Asking(server).client.request(server.address, Request(method="POST", body=b"query"))
