"""A site, or a part of one: the pages of its sitemap, or those that links lead to from a start page."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.sources.http.address import canonical, endpoint, is_same_site, location_of
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.media_types import name_of
from wellread.ingest.sources.http.options import HTTP_OPTIONS, authorization, client_for
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.option_values import several, whole_number, yes_or_no
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.web.crawl import Crawl
from wellread.ingest.sources.web.kept_bytes import KeptBytes
from wellread.ingest.sources.web.memory import Page, packed, unpacked
from wellread.ingest.sources.web.robots import fetch_robots
from wellread.ingest.sources.web.scope import Scope
from wellread.ingest.sources.web.sitemap import MOST_ADDRESSES, Sitemaps
from wellread.ingest.sources.web.visit import Visitor, fetch_document
from wellread.records.people import Principal

_USUAL_DEPTH = 5
_USUAL_PAGES = 1000
_PROBLEMS_NAMED = 20
_NOBODY: frozenset[Principal] = frozenset()


class WebSource:
    """Lists and reads the documents of a site below a start page: HTML, PDF, plain text and Office documents.

    An item is named by its address. The site's robots.txt is obeyed, what says `noindex` is not listed, and pages of
    other sites never are. All items have the readers of the place; a page that was shown and now is refused has none.
    """

    def __init__(self, place: Place, client: HttpClient | None = None) -> None:
        options = place.options
        self._location = location_of(place.location)
        self._readers = place.readers
        self._authorization = authorization(place, self._location)
        self._depth = whole_number(options, "depth", _USUAL_DEPTH, least=0, most=100)
        self._pages = whole_number(options, "pages", _USUAL_PAGES, least=1, most=MOST_ADDRESSES)
        self._listed_pages = self._pages if "pages" in options else MOST_ADDRESSES
        self._use_sitemap = yes_or_no(options, "sitemap", True)
        self._scope = Scope(self._location, several(options, "include"), several(options, "exclude"))
        self._client = client or client_for(place, self._location)
        self._memory = place.memory
        self._found: dict[str, Page] = {}
        self._kept = KeptBytes(place.cache)

    @property
    def location(self) -> str:
        """The address in its canonical spelling."""
        return self._location

    @property
    def memory(self) -> Mapping[str, Any]:
        """What the server needs to say only that pages are unchanged, and where their links lead."""
        return self._memory

    def items(self) -> Iterator[Item]:
        """Every document, in the order of the sitemap or of the links.

        A page that is gone (404, 410) is not listed. What cannot be seen now makes the listing incomplete, and the
        ParseError after the last item says why: pages that do not answer, and more pages than are to be read. Raises
        NotFoundError when the start page is gone or has moved to another site, UnreachableError when it, robots.txt or
        the sitemap does not answer.
        """
        self._kept.clear()
        self._found.clear()
        robots = fetch_robots(self._client, self._location, self._authorization)
        self._client.set_pause(endpoint(self._location)[0], robots.delay)
        sitemaps = Sitemaps(self._client, self._secrets)
        mapped = (
            self._wanted(sitemaps.addresses(self._location, robots.sitemaps)) if self._use_sitemap else []
        )
        # Pages of a sitemap are remembered without their links, which a crawl could not do without.
        known = unpacked(self._memory) if mapped or self._memory.get("crawled") else {}
        visitor = Visitor(self._client, known, self._kept, self._secrets)
        crawl = Crawl(visitor, self._scope, robots, known)
        if mapped:
            pages = crawl.walk(mapped, depth=0, most=self._listed_pages)
        else:
            start = crawl.arrive()
            self._scope = crawl.scope
            pages = crawl.walk([start], depth=self._depth, most=self._pages)
        for page in pages:
            yield self._item(page)
        problems = sitemaps.problems + crawl.problems
        if mapped and not crawl.pages and not problems:
            crawl.arrive()  # An empty list of a site that is gone must not pass for an empty site.
        self._remember({**known, **crawl.pages} if problems else crawl.pages, crawled=not mapped)
        if problems:
            more = len(problems) - _PROBLEMS_NAMED
            raise ParseError(
                "\n".join([*problems[:_PROBLEMS_NAMED], *([f"and {more:,} more"] if more > 0 else [])])
            )

    def read(self, item: Item) -> Content:
        """The bytes that came with the listing, else what is there now. Raises ParseError and UnreachableError."""
        page, data = self._found.get(item.uri), self._kept.take(item.uri)
        if page is not None and data is not None:
            return Content(data, name_of(item.uri, page.suffix))
        if self._scope.within(canonical(item.uri)) != item.uri:
            raise ParseError(f"{item.uri} is outside {self._location}")
        return fetch_document(self._client, item.uri, self._secrets(item.uri))

    def close(self) -> None:
        """Close connections, and forget the bytes that were kept."""
        self._client.close()
        self._kept.clear()

    def _wanted(self, addresses: list[str]) -> list[str]:
        within = (self._scope.within(address) for address in addresses)
        return [address for address in within if address and self._scope.wants(address)]

    def _secrets(self, address: str) -> Mapping[str, str]:
        return self._authorization if is_same_site(self._location, address) else {}

    def _item(self, page: Page) -> Item:
        self._found[page.address] = page
        readers = _NOBODY if page.closed else self._readers
        return Item(
            uri=page.address, modified=page.modified, size=page.size, readers=readers, stamp=page.stamp
        )

    def _remember(self, pages: Mapping[str, Page], *, crawled: bool) -> None:
        kept = pages if crawled else {at: replace(page, links=()) for at, page in pages.items()}
        self._memory = {**packed(kept), "crawled": crawled}


def _recognises(location: str) -> bool:
    return location.lower().startswith(("http://", "https://"))


KIND = Kind(
    WebSource,
    {
        "depth": "How many links from the start page are followed, where there is no sitemap; 5 unless told.",
        "pages": "How many documents are listed at most; 1,000 unless told, of a sitemap 50,000.",
        "include": "Globs of paths, separated by commas, such as /guide/*: only these are documents.",
        "exclude": "Globs of paths, separated by commas, that are neither listed nor followed.",
        "sitemap": "no, to follow links even where the site has a sitemap; yes unless told.",
        **HTTP_OPTIONS,
    },
    _recognises,
)
