"""What a site allows crawlers: robots.txt (RFC 9309), with the usual Crawl-delay and Sitemap lines."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from wellread.errors import ParseError
from wellread.ingest.sources.http.address import origin, path_of, unescaped
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import Request

AGENT = "wellread"
"""The product token that rules for Wellread name."""

MOST_BYTES = 512 * 1024
"""What lies beyond is not read; the standard demands 500 KiB at least."""

_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)
_MOST_DELAY = 3600.0


@dataclass(frozen=True)
class Robots:
    """Rules that hold for Wellread, and what else the file says."""

    rules: tuple[tuple[str, bool], ...] = ()
    """Patterns of paths, and whether they are allowed."""
    delay: float = 0.0
    """Seconds between requests."""
    sitemaps: tuple[str, ...] = ()
    """As written."""

    def allows(self, address: str) -> bool:
        """Whether a canonical address may be fetched: the longest pattern that matches decides, for it in a tie."""
        path = _one_spelling(path_of(address)).replace("*", "%2A").replace("$", "%24")
        if path == "/robots.txt":
            return True
        return next((allowed for pattern, allowed in self._longest_first if _matches(pattern, path)), True)

    @cached_property
    def _longest_first(self) -> list[tuple[str, bool]]:
        return sorted(self.rules, key=lambda rule: (-len(rule[0]), not rule[1]))


def fetch_robots(client: HttpClient, address: str, secrets: Mapping[str, str]) -> Robots:
    """The rules of the site that `address` is on; what it has none for is allowed. `secrets` are headers for it.

    Raises UnreachableError when it does not answer, for then nothing is allowed.
    """
    wanted = Request(headers=secrets, may_leave=True, most_bytes=MOST_BYTES, cut=True)
    try:
        answer = client.request(f"{origin(address)}/robots.txt", wanted)
    except ParseError:  # Redirected for ever: as if there were none, says the standard.
        return Robots()
    return read_robots(answer.body) if 200 <= answer.status < 300 else Robots()


def read_robots(data: bytes) -> Robots:
    """A robots.txt file. Groups that name Wellread count together; where none does, those for everybody do."""
    mine: list[tuple[str, str]] = []
    everybody: list[tuple[str, str]] = []
    sitemaps: list[str] = []
    agents: set[str] = set()
    naming = False
    found = False
    for line in data.decode("utf-8-sig", "replace").splitlines():
        key, colon, value = (part.strip() for part in line.split("#", 1)[0].partition(":"))
        key = key.lower()
        if not colon:
            continue
        if key == "user-agent":
            agents = {_agent(value)} | (agents if naming else set())
            naming = True
            found = found or AGENT in agents
        elif key == "sitemap":
            sitemaps.append(value)
        elif key in ("allow", "disallow", "crawl-delay"):
            naming = False
            for agent, group in ((AGENT, mine), ("*", everybody)):
                if agent in agents:
                    group.append((key, value))
    return _robots(mine if found else everybody, tuple(sitemaps))


def _robots(lines: list[tuple[str, str]], sitemaps: tuple[str, ...]) -> Robots:
    rules = tuple(
        (_one_spelling(value), key == "allow")
        for key, value in lines
        if key in ("allow", "disallow") and value.startswith(("/", "*"))
    )
    delays = [_delay(value) for key, value in lines if key == "crawl-delay"]
    return Robots(rules, max(delays, default=0.0), sitemaps)


def _agent(value: str) -> str:
    token = _TOKEN.match(value)
    return "*" if value.startswith("*") else token[0].lower() if token else ""


def _delay(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), _MOST_DELAY) if math.isfinite(seconds) else 0.0


def _one_spelling(path: str) -> str:
    """Escaped where it must be and only there, so that patterns and paths compare octet by octet."""
    return unescaped(quote(path, safe="%/?&=:;@!$'()*+,~[]|"))


def _matches(pattern: str, path: str) -> bool:
    """From the start of the path; `*` is anything, `$` at the end the path's end. Takes linear time."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").replace("$", "%24").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest, start=1):
        if anchored and number == len(rest):
            return len(path) - len(piece) >= at and path.endswith(piece)
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not anchored or at == len(path)
