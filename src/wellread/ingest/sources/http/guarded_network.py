"""Connections to public addresses only. The address that was checked is the one that is connected to.

A name is resolved here, once for each connection, and what it resolves to is judged here: so it does not matter how a
link spells its host, where a redirect leads, or what the name resolves to a moment later.
"""

import math
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import Any

import httpcore2

from wellread.ingest.sources.http.network_addresses import (
    Address,
    Endpoint,
    ForbiddenAddressError,
    is_inside,
    is_public,
)

Resolve = Callable[[str, int], Sequence[str]]
"""From a host and a port to addresses as text. Raises OSError."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedNetwork(httpcore2.NetworkBackend):
    """Connects to public addresses, and to private ones of the hosts and ports in `allow_private`.

    Used by one thread. Whatever is read or written ends by `until`, however slowly the other side goes on.
    """

    def __init__(self, allow_private: frozenset[Endpoint], look_up: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._look_up = look_up
        self._plain = httpcore2.SyncBackend()
        self.until = math.inf
        """Seconds of `time.monotonic`."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Raises ForbiddenAddressError when the host has only addresses that may not be reached."""
        ends = min(self.until, time.monotonic() + (math.inf if timeout is None else timeout))
        addresses = self._allowed(host, port, ends)
        for number, address in enumerate(addresses, start=1):
            share = (ends - time.monotonic()) / (len(addresses) - number + 1)
            try:
                stream = self._plain.connect_tcp(str(address), port, max(share, 0.001), local_address)
                return _Timed(stream, self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise AssertionError("there is at least one address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        """Refused."""
        raise ForbiddenAddressError(f"{path} is a socket of this machine, which is no place for documents")

    def left(self, timeout: float | None) -> float:
        """Seconds that the next step may take. Raises httpcore2.ReadTimeout when there are none."""
        rest = self.until - time.monotonic()
        if rest <= 0:
            raise httpcore2.ReadTimeout("it took too long altogether")
        return rest if timeout is None else min(timeout, rest)

    def _allowed(self, host: str, port: int, ends: float) -> list[Address]:
        if "%" in host:
            raise ForbiddenAddressError(f"{host} names a network interface, which only local addresses have")
        found = [ip_address(text) for text in _in_time(lambda: self._look_up(host, port), ends)]
        named = (host.lower(), port) in self._allow_private
        allowed = [one for one in found if is_public(one) or (named and is_inside(one))]
        if not allowed:
            where = f"the address {found[0]}" if found else "no address"
            raise ForbiddenAddressError(
                f"{host} has {where}, which is not of the public internet: if it is meant, and a place of your own, "
                f"say so with the option allow_private={host}:{port}"
            )
        return allowed


class _Timed(httpcore2.NetworkStream):
    """A connection that ends when the network's time is over."""

    def __init__(self, stream: httpcore2.NetworkStream, network: GuardedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._network.left(timeout))
        return _Timed(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _in_time(look_up: Callable[[], Sequence[str]], ends: float) -> Sequence[str]:
    """What `look_up` gives; the system's resolver knows no time limit, so a thread waits for it."""
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=min(max(ends - time.monotonic(), 0.001), threading.TIMEOUT_MAX))
    except Empty:
        raise httpcore2.ConnectTimeout("its name is not resolved in time") from None
    if isinstance(answer, Exception):
        raise httpcore2.ConnectError(answer)
    return answer
