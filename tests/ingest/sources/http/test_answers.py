"""Answers that are too large, packed, slow, broken off, or no HTTP; and certificates."""

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
from pathlib import Path

import pytest
from http_asking import Asking
from hypothesis import given
from hypothesis import strategies as st
from web_server import Reply, WebServer, serving

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.http import client as http_client
from wellread.ingest.sources.http.body import TooLargeError, gunzip, read_body
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import Request
from wellread.ingest.sources.http.network_addresses import endpoints


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
