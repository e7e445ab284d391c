"""A feed: each entry is a document, and stays one after it has fallen out of the feed."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.sources.feed.entries import Entry, read_feed
from wellread.ingest.sources.feed.memory import FeedMemory, KnownEntry, PageShelf
from wellread.ingest.sources.feed.page import page_of
from wellread.ingest.sources.http.address import is_same_site, location_of, origin
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.media_types import name_of
from wellread.ingest.sources.http.messages import Answer, LeavesSiteError, Request
from wellread.ingest.sources.http.options import HTTP_OPTIONS, authorization, client_for
from wellread.ingest.sources.http.validators import conditions, etag_of, now, since_of
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.option_values import whole_number, yes_or_no
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.web.robots import Robots, fetch_robots
from wellread.ingest.sources.web.visit import GONE, REFUSED, fetch_document
from wellread.records.identity import digest

_USUAL_KEEP = 1000
_SCHEME = "feed:"


class FeedSource:
    """Lists and reads the entries of one feed. An item is named by its entry's id, else by its link.

    Its bytes are a page made of the entry, or, when links are followed, the page that the entry links to. All items
    have the readers of the place.
    """

    def __init__(self, place: Place, client: HttpClient | None = None) -> None:
        written = place.location.strip()
        self._prefix = _SCHEME if _recognises(written) else ""
        address = written[len(self._prefix) :]
        self._address = location_of(f"http:{address}" if address.startswith("//") else address)
        self._readers = place.readers
        self._authorization = authorization(place, self._address)
        self._keep = whole_number(place.options, "keep", _USUAL_KEEP, least=0, most=100_000)
        self._follow = yes_or_no(place.options, "follow", False)
        self._client = client or client_for(place, self._address)
        self._memory = place.memory
        self._shelf = PageShelf(place.cache)
        self._listed: dict[str, KnownEntry] = {}
        self._robots: dict[str, Robots] = {}

    @property
    def location(self) -> str:
        """The address in its canonical spelling, after `feed:` where it was written so."""
        return self._prefix + self._address

    @property
    def memory(self) -> Mapping[str, Any]:
        """The entries that were seen, and what the server needs to say only that there are no new ones."""
        return self._memory

    def items(self) -> Iterator[Item]:
        """The feed's entries in its order, then those that it no longer has, the latest first, up to the limit.

        A feed that cannot be understood makes the listing incomplete: what was known is listed, and then comes the
        ParseError. Raises NotFoundError when it is gone or has moved to another site, UnreachableError when it does
        not answer.
        """
        known = FeedMemory.unpacked(self._memory)
        # What was said of entries in the other manner does not hold in this one.
        ask = self._memory.get("follow") == self._follow
        answer = self._fetched(conditions(known.etag, known.since) if ask else {})
        problem = None
        if answer.status == 304:
            new = known
        else:
            try:
                entries = read_feed(answer.body, self._address)
                new = FeedMemory(
                    self._merged(entries, known), etag_of(answer.headers), since_of(answer.headers)
                )
            except ParseError as error:
                new, problem = FeedMemory(known.entries), error
        self._listed = {entry.uri: entry for entry in new.entries}
        for entry in new.entries:
            yield Item(
                uri=entry.uri,
                modified=entry.modified,
                size=entry.size,
                readers=self._readers,
                stamp=entry.stamp,
            )
        self._memory = {**new.packed(), "follow": self._follow}
        self._shelf.keep_only(new.entries)
        if problem is not None:
            raise problem

    def read(self, item: Item) -> Content:
        """The page that the entry links to, or its own. Raises ParseError and UnreachableError."""
        entry = self._listed.get(item.uri)
        if entry is None:
            raise ParseError(f"{item.uri} is not in the feed {self._address}")
        if self._follow and entry.link:
            return self._linked(entry.link)
        page = self._shelf.get(entry.uri, entry.stamp) or self._again(entry)
        return Content(page, name_of(entry.link or self._address, ".html"))

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _fetched(self, asked: Mapping[str, str]) -> Answer:
        """The feed, or that it is unchanged."""
        try:
            answer = self._client.request(self._address, Request(headers={**self._authorization, **asked}))
        except LeavesSiteError as error:
            raise NotFoundError(
                f"{self._address} has moved to {error.target}: add that place instead"
            ) from None
        except ParseError as error:
            raise UnreachableError(str(error)) from None
        if answer.status in GONE:
            raise NotFoundError(
                f"{self._address} does not exist (status {answer.status}): check the location"
            )
        if answer.status != 200 and not (answer.status == 304 and asked):
            hint = ": give the source a secret that opens it" if answer.status in REFUSED else ""
            raise UnreachableError(f"{self._address} answers with the status {answer.status}{hint}")
        return answer

    def _merged(self, entries: list[Entry], known: FeedMemory) -> tuple[KnownEntry, ...]:
        """The entries as they are now, and then those that were and still count."""
        before = {entry.uri: entry for entry in known.entries}
        current = [self._as_known(entry, before.get(entry.uri)) for entry in entries]
        there = {entry.uri for entry in current}
        fallen = [entry for entry in known.entries if entry.uri not in there]
        return (*current, *fallen[: max(self._keep - len(current), 0)])

    def _as_known(self, entry: Entry, before: KnownEntry | None) -> KnownEntry:
        page = page_of(entry)
        linked = self._follow and bool(entry.link)
        # A new date of an entry that says the same tells that the page it links to has changed.
        stamp = (
            f"linked sha256 {digest(page + entry.modified.encode())}" if linked else f"sha256 {digest(page)}"
        )
        first = before.modified if before is not None and before.stamp == stamp else now()
        if not linked:
            self._shelf.put(entry.uri, stamp, page)
        return KnownEntry(entry.uri, stamp, entry.modified or first, 0 if linked else len(page), entry.link)

    def _again(self, wanted: KnownEntry) -> bytes:
        """The page of an entry that was listed from memory alone."""
        found = None
        for entry in read_feed(self._fetched({}).body, self._address):
            self._as_known(entry, None)  # So that the others need not be fetched for.
            if entry.uri == wanted.uri:
                found = page_of(entry)
        if found is not None:
            return found
        raise ParseError(f"{wanted.uri} has fallen out of the feed {self._address} before it was read")

    def _linked(self, link: str) -> Content:
        site = origin(link)
        secrets = self._authorization if is_same_site(self._address, link) else {}
        if site not in self._robots:
            self._robots[site] = fetch_robots(self._client, link, secrets)
        if not self._robots[site].allows(link):
            raise ParseError(f"{link} may not be read: the robots.txt of its site does not allow it")
        return fetch_document(self._client, link, secrets, anywhere=True)


def _recognises(location: str) -> bool:
    return location.strip().lower().startswith(_SCHEME)


KIND = Kind(
    FeedSource,
    {
        "keep": "Up to how many entries those stay listed that the feed has no longer; 1,000 unless told.",
        "follow": "yes, to read the pages that entries link to instead of the feed's own text; no unless told.",
        **HTTP_OPTIONS,
    },
    _recognises,
)
