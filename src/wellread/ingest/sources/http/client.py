"""The one way to the web: public addresses only, bounded in time and size, patient with servers that are busy.

What a link, a redirect or a name service says is a stranger's word. So every connection is judged when it is made
(`guarded_network`), redirects are followed by hand, and nothing that is read is longer than it may be.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.http.address import (
    DEFAULT_PORTS,
    canonical,
    endpoint,
    is_same_site,
    location_of,
    path_of,
)
from wellread.ingest.sources.http.body import TooLargeError, read_body
from wellread.ingest.sources.http.messages import Answer, LeavesSiteError, Request
from wellread.ingest.sources.http.network_addresses import Endpoint
from wellread.ingest.sources.http.retry import MOST_WAITING, TRIES, Turns, asked_wait, usual_wait

if TYPE_CHECKING:
    import httpcore2

    from wellread.ingest.sources.http.guarded_network import GuardedNetwork, Resolve

MOST_SECONDS = 300.0
"""For one request, with its redirects, tries and body."""

USUAL_PAUSE = 0.2
"""Seconds between two requests to one host."""

_TIMEOUTS = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 10.0}
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_OF_AN_ERROR = 64 * 1024
_SECRET_HEADERS = frozenset({"authorization", "cookie"})
_PLAIN = Request()


class HttpClient:
    """Asks servers, one request at a time. Nothing is reached before the first.

    `own` are the addresses that the user wrote, whose ports are thereby allowed; anything else must be at 80 or 443.
    Proxies that the environment names are not used: they would connect to what they like.
    """

    def __init__(
        self,
        *own: str,
        allow_private: frozenset[Endpoint] = frozenset(),
        pause: float = USUAL_PAUSE,
        look_up: "Resolve | None" = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allow_private = allow_private
        self._named = allow_private | {endpoint(address) for address in own}
        self._look_up = look_up
        self._sleep = sleep
        self._turns = Turns(pause, sleep)

    def request(self, address: str, wanted: Request = _PLAIN) -> Answer:
        """The answer, whatever its status is below 500, except for 429.

        Raises UnreachableError (no connection, no answer in time, 429 or 5xx to the last try; its subclass
        ForbiddenAddressError for an address that may not be reached), LeavesSiteError, and ParseError: too many
        redirects or a forbidden one, too large (TooLargeError), wrongly encoded.
        """
        until = time.monotonic() + MOST_SECONDS
        start = at = location_of(address)
        for _ in range(wanted.redirects + 1):
            sent = wanted if is_same_site(start, at) else _without_secrets(wanted)
            answer = self._patiently(at, sent, until)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            target = self._redirected(answer, start, wanted)
            if not wanted.redirects:
                return replace(answer, leads_to=target)
            at = target
        raise ParseError(f"{start} leads through more than {wanted.redirects} redirects")

    def set_pause(self, host: str, seconds: float) -> None:
        """Wait at least so long between requests to `host`, up to 10 seconds."""
        self._turns.set_pause(host, seconds)

    def close(self) -> None:
        """Close all connections. Calling twice is harmless."""
        if "_pool" in self.__dict__:
            self._pool.close()

    @cached_property
    def _network(self) -> "GuardedNetwork":
        from wellread.ingest.sources.http.guarded_network import GuardedNetwork, resolve

        return GuardedNetwork(self._allow_private, self._look_up or resolve)

    @cached_property
    def _pool(self) -> "httpcore2.ConnectionPool":
        import httpcore2

        return httpcore2.ConnectionPool(
            network_backend=self._network, max_connections=4, keepalive_expiry=15.0
        )

    def _redirected(self, answer: Answer, start: str, wanted: Request) -> str:
        """Where a redirect leads, if it may."""
        written = answer.headers["location"]
        target = canonical(written, answer.address)
        if not target or wanted.method not in ("GET", "HEAD", "PROPFIND", "OPTIONS"):
            raise ParseError(f"{answer.address} leads to {written[:200]!r}, which cannot be followed")
        if answer.address.startswith("https:") and target.startswith("http:"):
            raise ParseError(f"{answer.address} leads to {target}, which is not encrypted")
        if not wanted.may_leave and not is_same_site(start, target):
            raise LeavesSiteError(start, target)
        self._check_port(target)
        return target

    def _check_port(self, address: str) -> None:
        port = endpoint(address)[1]
        if port not in DEFAULT_PORTS.values() and endpoint(address) not in self._named:
            raise ParseError(f"{address} names port {port}: only 80, 443 and those that you named are used")

    def _patiently(self, address: str, wanted: Request, until: float) -> Answer:
        """One answer without following it, after as many tries as it takes."""
        waited = 0.0
        for tries in range(1, TRIES + 1):
            self._turns.take(endpoint(address)[0])
            answer, reason, lasting = self._once(address, wanted, until)
            if answer is not None and answer.status != 429 and answer.status < 500:
                return answer
            asked = asked_wait(answer.headers) if answer else None
            wait = usual_wait(tries) if asked is None else asked
            if lasting or tries == TRIES:
                break
            if waited + wait > MOST_WAITING or time.monotonic() + wait > until:
                reason += f" and asks to be left alone for {wait:,.0f} s" if asked else ""
                break
            self._sleep(wait)
            waited += wait
        raise UnreachableError(f"{address} {reason}", retry_after=asked)

    def _once(self, address: str, wanted: Request, until: float) -> tuple[Answer | None, str, bool]:
        """The answer or None, what is wrong, and whether it would be no better the next time."""
        import httpcore2

        self._check_port(address)
        self._network.until = until
        try:
            answer = self._exchange(address, wanted)
            return answer, f"answers with the status {answer.status}", answer.status in (501, 505)
        except httpcore2.TimeoutException:
            return None, "does not answer in time", False
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            return None, f"does not answer: {error or type(error).__name__}", _is_lasting(error)

    def _exchange(self, address: str, wanted: Request) -> Answer:
        import httpcore2

        parts = urlsplit(address)
        host, target = (parts.hostname or "").encode(), path_of(address).encode()
        url = httpcore2.URL(scheme=parts.scheme.encode(), host=host, port=parts.port, target=target)
        own = {"Host": parts.netloc, "User-Agent": user_agent(), "Accept-Encoding": "gzip"}
        with self._pool.stream(
            wanted.method,
            url,
            headers=[
                (name.encode(), value.encode("latin-1")) for name, value in {**own, **wanted.headers}.items()
            ],
            content=wanted.body or None,
            extensions={"timeout": _TIMEOUTS},
        ) as response:
            head = Answer(address, response.status, _headers(response.headers))
            try:
                return replace(head, body=_body(head, response.iter_stream(), wanted))
            except ParseError as error:
                raise type(error)(f"{address}: {error}") from None


@cache
def user_agent() -> str:
    """How requests name who sends them."""
    from importlib.metadata import version

    return f"Wellread/{version('wellread')} (+documents indexing)"


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = _text(name).lower(), _text(value).strip()
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _text(raw: bytes) -> str:
    """Headers are ASCII; what else servers send is mostly UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _body(head: Answer, pieces: Iterator[bytes], wanted: Request) -> bytes:
    encoding = head.headers.get("content-encoding", "")
    if not 200 <= head.status < 300:
        return b"" if encoding else read_body(pieces, "", _MOST_OF_AN_ERROR, cut=True)
    if wanted.method == "HEAD" or not wanted.wants(head):
        return b""
    if (head.length or 0) > wanted.most_bytes and not wanted.cut:
        raise TooLargeError(f"it has {head.length:,} bytes, the most is {wanted.most_bytes:,}: split it")
    encoding = "" if wanted.as_stored else encoding
    return read_body(pieces, encoding, wanted.most_bytes, cut=wanted.cut)


def _is_lasting(error: Exception) -> bool:
    """Whether a connection failed for a reason that a second try does not mend."""
    reason = error.args[0] if error.args else None
    unknown = isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN
    return unknown or isinstance(reason, (ssl.SSLCertVerificationError, UnicodeError))


def _without_secrets(wanted: Request) -> Request:
    kept = {name: value for name, value in wanted.headers.items() if name.lower() not in _SECRET_HEADERS}
    return replace(wanted, headers=kept)
