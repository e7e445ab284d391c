"""Lists of pages that a site keeps for crawlers (sitemaps.org, protocol 0.9): XML or text, packed or not, nested."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.http.address import canonical, origin
from wellread.ingest.sources.http.body import gunzip
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import Request
from wellread.ingest.sources.strange_xml import local_name, xml_root

MOST_ADDRESSES = 50_000
"""Read from one site, as many as one sitemap may have."""

MOST_BYTES = 50 * 1024 * 1024
"""Of one sitemap, unpacked; the protocol's own limit."""

MOST_FILES = 500
_DEEPEST = 3
_LOOK = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")


class Sitemaps:
    """The sitemaps of one site. `problems` says, after reading, what could not be read of them."""

    def __init__(self, client: HttpClient, secrets: Callable[[str], Mapping[str, str]]) -> None:
        self._client = client
        self._secrets = secrets
        self.problems: list[str] = []

    def addresses(self, start: str, named: Iterable[str]) -> list[str]:
        """The canonical addresses of pages, each once, in order: of the sitemaps `named`, else of /sitemap.xml.

        Raises UnreachableError when there is a sitemap and none of it can be had now.
        """
        self.problems = []
        given = [address for name in named if (address := canonical(name, start))]
        found: dict[str, None] = {}
        unreachable: list[UnreachableError] = []
        for address in self._walk(given or [f"{origin(start)}/sitemap.xml"], bool(given), unreachable):
            if len(found) == MOST_ADDRESSES:
                self.problems.append(
                    f"the sitemap has more than {MOST_ADDRESSES:,} pages: the rest is not listed"
                )
                break
            found[address] = None
        if unreachable and not found:
            raise UnreachableError(
                f"{unreachable[0]}; to follow links instead of the sitemap, give sitemap=no",
                retry_after=unreachable[0].retry_after,
            )
        self.problems += map(str, unreachable)
        return list(found)

    def _walk(self, first: list[str], named: bool, unreachable: list[UnreachableError]) -> Iterator[str]:
        queue = deque((address, 1) for address in dict.fromkeys(first))
        seen = set(first)
        read = 0
        while queue and read < MOST_FILES:
            address, depth = queue.popleft()
            read += 1
            try:
                pages, maps = self._read(address, named or depth > 1)
            except UnreachableError as error:
                unreachable.append(error)
                continue
            except ParseError as error:
                self.problems.append(f"the sitemap {address} cannot be read: {error}")
                continue
            yield from pages
            new = [one for one in maps if one not in seen and depth < _DEEPEST]
            seen.update(new)
            queue.extend((one, depth + 1) for one in new)
        if queue:
            self.problems.append(f"there are more than {MOST_FILES} sitemaps: the rest is not read")

    def _read(self, address: str, sure: bool) -> tuple[list[str], list[str]]:
        """Addresses of pages and of further sitemaps; nothing when there is no such file.

        Many servers answer with some page to what they do not have: unless `sure`, what does not look like a sitemap
        is none.
        """
        answer = self._client.request(
            address, Request(headers=self._secrets(address), may_leave=True, most_bytes=MOST_BYTES)
        )
        if answer.status != 200:
            return [], []
        body = gunzip(answer.body, MOST_BYTES) if answer.body.startswith(b"\x1f\x8b") else answer.body
        if not sure and not _LOOK.search(body[:4096]):
            return [], []
        written, is_index = _listed(body)
        found = [one for text in written if (one := canonical(text, answer.address))]
        return ([], found) if is_index else (found, [])


def _listed(body: bytes) -> tuple[list[str], bool]:
    """The addresses as written, and whether they are of sitemaps. Raises ParseError."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"http://", b"https://")):
        return body.decode("utf-8-sig", "replace").split(), False
    root = xml_root(body)
    kind = local_name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise ParseError(f"it is a document of the kind {kind!r}")
    places = (place for entry in root for place in entry.iterchildren("{*}loc"))
    return ["".join(place.itertext()).strip() for place in places], kind == "sitemapindex"
