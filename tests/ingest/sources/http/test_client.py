"""The one way to the web: patience with servers, limits on what they send, and where redirects may lead."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import Asked, Reply, WebServer, serving

from wellread.errors import ParseError, UnreachableError, UsageError
from wellread.ingest.sources.http import client as http_client
from wellread.ingest.sources.http.body import TooLargeError, gunzip, read_body
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import LeavesSiteError, Request
from wellread.ingest.sources.http.network_addresses import ForbiddenAddressError, endpoints
from wellread.ingest.sources.http.options import authorization, client_for
from wellread.ingest.sources.kind import Place


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving() as made:
        yield made


class Asking:
    """A client that notes its waits instead of waiting."""

    def __init__(self, *servers: WebServer, pause: float = 0.0) -> None:
        self.waits: list[float] = []
        allowed = endpoints(",".join(one.allowed for one in servers))
        self.client = HttpClient(
            *(one.address for one in servers), allow_private=allowed, pause=pause, sleep=self.waits.append
        )


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


def test_a_body_larger_than_the_limit_is_refused_whether_announced_or_not(server: WebServer) -> None:
    server.page("/announced", b"x" * 1001)
    server.page("/chunked", b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", Transfer_Encoding="chunked")
    server.page("/packed", gzip.compress(b"x" * 1001), Content_Encoding="gzip")
    server.page("/fits", gzip.compress(b"x" * 1000), Content_Encoding="gzip")
    client = Asking(server).client
    for path in ("announced", "chunked", "packed"):
        with pytest.raises(TooLargeError, match=path):
            client.request(f"{server.address}/{path}", Request(most_bytes=1000))
    assert client.request(f"{server.address}/fits", Request(most_bytes=1000)).body == b"x" * 1000
    assert len(client.request(f"{server.address}/packed", Request(most_bytes=1000, cut=True)).body) == 1000


def test_an_encoding_that_was_not_asked_for_is_refused(server: WebServer) -> None:
    server.page("/", b"...", Content_Encoding="br")
    with pytest.raises(ParseError, match="br"):
        Asking(server).client.request(server.address)


def test_a_body_that_is_not_wanted_is_not_read(server: WebServer) -> None:
    server.page("/", b"x" * 5_000_000, "video/mp4")
    answer = Asking(server).client.request(server.address, Request(wants=lambda head: False))
    assert (answer.body, answer.length) == (b"", 5_000_000)


def dripping(pieces: Callable[[int], bytes]) -> Iterator[int]:
    """A server that sends a piece every 20 ms until it is hung up on. Yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
                connection.recv(10_000)
                for number in range(2000):
                    if over.wait(0.02):
                        return
                    connection.sendall(pieces(number))
            except OSError:
                continue

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    over.set()
    listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n"


@pytest.mark.parametrize("slow_head", [False, True])
def test_a_server_that_drips_is_left_when_the_time_is_over(
    slow_head: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "MOST_SECONDS", 0.5)
    drips = dripping(
        lambda number: HEAD[:16] if not number else b"a" if slow_head or number > 1 else HEAD[16:]
    )
    port = next(drips)
    client = HttpClient(allow_private=endpoints(f"127.0.0.1:{port}"), pause=0)
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="in time"):
        client.request(f"http://127.0.0.1:{port}/")
    assert time.monotonic() - began < 30  # it would drip for ever
    drips.close()


def test_a_body_that_breaks_off_is_not_taken_for_whole(server: WebServer) -> None:
    server.pages["/"] = Reply("half", headers={"Content-Length": "8", "Connection": "close"})
    with pytest.raises(UnreachableError):
        Asking(server).client.request(server.address)


def test_what_is_no_http_is_unreachable() -> None:
    drips = dripping(lambda number: b"220 mail.example ready\r\n\r\n")
    port = next(drips)
    client = HttpClient(allow_private=endpoints(f"127.0.0.1:{port}"), pause=0, sleep=lambda _: None)
    with pytest.raises(UnreachableError):
        client.request(f"http://127.0.0.1:{port}/")
    drips.close()


def test_proxies_of_the_environment_are_not_used(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        server.page("/", "direct")
        assert Asking(server).client.request(server.address).body == b"direct"
        assert proxy.asked == []


def test_closing_twice_is_harmless(server: WebServer) -> None:
    client = Asking(server).client
    client.close()
    client.request(server.address)
    client.close()
    client.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One for `named.example`, with its key, signed by itself."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl, which makes the certificate, is not here")
    path = tmp_path / "certificate.pem"
    key = tmp_path / "key.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=named.example",
         "-addext", "subjectAltName=DNS:named.example", "-keyout", key, "-out", path],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


@pytest.mark.parametrize(
    ("host", "trusted"), [("named.example", True), ("other.example", True), ("named.example", False)]
)
def test_the_certificate_is_checked_against_the_name_and_not_the_address(
    host: str, trusted: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            try:
                connection, _ = listening.accept()
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(10_000)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure")
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        client = HttpClient(
            allow_private=endpoints(f"{host}:{port}"),
            look_up=lambda name, _: ["127.0.0.1"],
            sleep=lambda _: None,
        )
        if host == "named.example" and trusted:
            assert client.request(f"https://{host}:{port}/").body == b"secure"
        else:
            with pytest.raises(UnreachableError, match="certificate"):
                client.request(f"https://{host}:{port}/")


def test_an_encrypted_page_does_not_lead_to_one_that_is_not() -> None:
    from wellread.ingest.sources.http.messages import Answer

    answer = Answer("https://a.example/", 302, {"location": "http://a.example/b"})
    with pytest.raises(ParseError, match="not encrypted"):
        HttpClient()._redirected(answer, answer.address, Request())


@given(st.binary(max_size=5000), st.integers(1, 3), st.integers(1, 700))
def test_gzip_in_any_pieces_and_members_unpacks_to_what_it_was(data: bytes, members: int, step: int) -> None:
    packed = b"".join(gzip.compress(data, mtime=0) for _ in range(members)) + b"\0" * 8
    pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
    assert read_body(pieces, "gzip", 100_000) == data * members


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_gzip_that_is_cut_or_changed_is_an_error_or_the_same(data: bytes, draw: st.DataObject) -> None:
    packed = bytearray(gzip.compress(data, mtime=0))
    if draw.draw(st.booleans()):
        del packed[draw.draw(st.integers(1, len(packed) - 1)) :]
    else:
        packed[draw.draw(st.integers(0, len(packed) - 1))] ^= draw.draw(st.integers(1, 255))
    with suppress(ParseError):
        assert gunzip(bytes(packed), 10_000) == data


def test_a_bomb_is_left_at_the_limit_and_one_that_unpacks_to_nothing_too() -> None:
    with pytest.raises(TooLargeError):
        gunzip(gzip.compress(b"\0" * 50_000_000), 1_000_000)
    empty_blocks = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    start = empty_blocks.compress(b"") + empty_blocks.flush(zlib.Z_FULL_FLUSH)
    with pytest.raises(TooLargeError):
        read_body([start, *([b"\0\0\0\xff\xff" * 20_000] * 20)], "gzip", 1_000_000)


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
