"""A walk over a site: breadth first, each page once, within the place and within limits."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.sources.http.address import origin, path_of
from wellread.ingest.sources.http.media_types import may_be_document
from wellread.ingest.sources.http.messages import MOST_REDIRECTS, LeavesSiteError
from wellread.ingest.sources.web.memory import Page
from wellread.ingest.sources.web.robots import Robots
from wellread.ingest.sources.web.scope import Scope
from wellread.ingest.sources.web.visit import GONE, REFUSED, Visit, Visitor

MOST_FAILURES = 5
"""After so many addresses in a row that do not answer, the start is asked, and without an answer the rest is left."""

MOST_UNREACHABLE = 100
"""After so many addresses that do not answer, the rest is left in any case."""

_MOST_SEEN = 500_000
_REQUESTS_PER_PAGE = 5


@dataclass(frozen=True, slots=True)
class _Step:
    address: str
    level: int = 0
    """Links from the start."""
    hops: int = 0
    """Redirects before it."""


@dataclass(slots=True)
class Crawl:
    """One walk. Afterwards `pages` holds every document that was found, `problems` what could not be seen."""

    visitor: Visitor
    scope: Scope
    robots: Robots
    known: dict[str, Page]
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _queue: deque[_Step] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)
    _arrived: dict[str, Visit] = field(default_factory=dict)
    _stands_for: dict[str, str] = field(default_factory=dict)
    """From pages to the address that they want to be known by."""
    _listed: set[str] = field(default_factory=set)
    _unreachable: set[str] = field(default_factory=set)
    _failures: int = 0
    _requests: int = 0

    def arrive(self) -> str:
        """Look at the start page, and return where it stands; the place is where it stands from then on.

        Raises NotFoundError (it is gone, no document, or has moved to another site) and UnreachableError (it does not
        answer, or shows itself to nobody).
        """
        start = at = self.scope.start
        for _ in range(MOST_REDIRECTS + 1):
            if not self.robots.allows(at):
                raise UnreachableError(f"the site's robots.txt does not allow {at} to be read")
            visit = self._look(start, at)
            if not visit.leads_to:
                break
            at = visit.leads_to
        else:
            raise UnreachableError(f"{start} leads through more than {MOST_REDIRECTS} redirects")
        if visit.status in GONE:
            raise NotFoundError(f"{at} does not exist (status {visit.status}): check the location")
        if visit.status not in (200, 304):
            hint = ": give the source a secret that opens it" if visit.status in REFUSED else ""
            raise UnreachableError(f"{at} refuses with the status {visit.status}{hint}")
        if visit.page is None:
            raise NotFoundError(f"{at} is no document, and so no page to start from: check the location")
        moved = f"{origin(at)}{path_of(start)}"
        self.scope = replace(self.scope, start=moved)
        if not self.scope.is_below(at):
            self.scope = replace(self.scope, start=at)
        self._arrived[at] = visit
        return at

    def walk(self, starts: Iterable[str], *, depth: int, most: int) -> Iterator[Page]:
        """The documents at `starts` and up to `depth` links from there, `most` at most."""
        self._queue.extend(_Step(address) for address in dict.fromkeys(starts))
        self._seen.update(step.address for step in self._queue)
        while self._queue and self._may_go_on(most):
            step = self._queue.popleft()
            if self.robots.allows(step.address):
                page = self._take(step, depth)
                if page is not None and self._is_own(page, step):
                    self._listed.add(page.address)
                    yield page
        yield from self._without_canonical()

    def _look(self, start: str, at: str) -> Visit:
        try:
            return self.visitor.visit(at)
        except LeavesSiteError as error:
            raise NotFoundError(f"{start} has moved to {error.target}: add that place instead") from None
        except ParseError as error:
            raise UnreachableError(str(error)) from None

    def _may_go_on(self, most: int) -> bool:
        left = f"{len(self._queue):,} or more addresses were not looked at"
        silent = self._failures >= MOST_FAILURES and not self._is_there()
        if silent or len(self._unreachable) >= MOST_UNREACHABLE:
            self.problems.append(f"the site stopped answering: {left}")
            return False
        if len(self.pages) >= most or self._requests >= _REQUESTS_PER_PAGE * most + 100:
            self.problems.append(
                f"there are more than {most:,} pages: {left}; choose fewer with include and exclude, or raise pages"
            )
            return False
        return True

    def _is_there(self) -> bool:
        self._failures = 0
        try:
            self.visitor.visit(self.scope.start)
        except UnreachableError:
            return False
        except ParseError:
            pass
        return True

    def _take(self, step: _Step, depth: int) -> Page | None:
        """The document at an address; its links join the queue."""
        visit = self._arrived.pop(step.address, None) or self._try(step.address)
        if visit is None:
            known = self.known.get(step.address)
            self._follow(known.links if known else (), step, depth)
            return None
        if visit.leads_to:
            if step.hops < MOST_REDIRECTS:
                self._put_first(visit.leads_to, replace(step, hops=step.hops + 1))
            return None
        if visit.page is not None:
            self.pages[step.address] = visit.page
            self._follow(visit.page.links, step, depth)
        return visit.page

    def _try(self, address: str) -> Visit | None:
        self._requests += 1
        try:
            visit = self.visitor.visit(address)
            self._failures = 0
        except LeavesSiteError:
            return Visit(status=302)
        except UnreachableError as error:
            self._failures += 1
            self._unreachable.add(address)
            self.problems.append(str(error))
            return None
        except ParseError as error:
            self._unreachable.add(address)
            self.problems.append(str(error))
            return None
        if visit.page is not None and visit.page.closed:
            self.problems.append(
                f"{address} refuses with the status {visit.status}: nobody may read it until it opens"
            )
        return visit

    def _follow(self, links: Iterable[str], step: _Step, depth: int) -> None:
        if step.level >= depth:
            return
        for link in links:
            address = self._new(link)
            if address:
                self._queue.append(_Step(address, step.level + 1))

    def _put_first(self, link: str, like: _Step) -> None:
        """Look at it next: it belongs to the step before."""
        if address := self._new(link):
            self._queue.appendleft(replace(like, address=address))

    def _new(self, link: str) -> str:
        """The address as it is to be fetched, if it is of the place and was not seen."""
        address = self.scope.within(link)
        if (
            not address
            or address in self._seen
            or len(self._seen) >= _MOST_SEEN
            or not may_be_document(address)
        ):
            return ""
        self._seen.add(address)
        return address

    def _is_own(self, page: Page, step: _Step) -> bool:
        """Whether a page is to be listed by its own address, and not by another one, where it is looked for."""
        target = self.scope.within(page.canonical) if page.canonical else ""
        if target and target != page.address and self.robots.allows(target) and not page.closed:
            self._stands_for[page.address] = target
            self._put_first(target, step)
            return False
        return self._is_wanted(page)

    def _without_canonical(self) -> Iterator[Page]:
        """Pages that want to be known by an address where there is nothing, or that name each other in a ring."""
        for address in self._stands_for:
            chain = self._chain(address)
            hidden = any(one in self.pages and not self.pages[one].listed for one in chain)
            if (
                not hidden
                and not chain & (self._listed | self._unreachable)
                and self._is_wanted(self.pages[address])
            ):
                self._listed.add(address)
                yield self.pages[address]

    def _chain(self, address: str) -> set[str]:
        chain = {address}
        while (address := self._stands_for.get(address, "")) and address not in chain:
            chain.add(address)
        return chain

    def _is_wanted(self, page: Page) -> bool:
        return page.listed and bool(self.scope.within(page.address)) and self.scope.wants(page.address)
