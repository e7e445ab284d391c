"""One look at one address of a site: the document there, where it leads, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from wellread.errors import ParseError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.media_types import in_unicode, media_type, name_of, suffix_of
from wellread.ingest.sources.http.messages import MOST_REDIRECTS, Answer, Request
from wellread.ingest.sources.http.validators import conditions, etag_of, is_strong, modified_of, now, since_of
from wellread.ingest.sources.protocol import Content
from wellread.ingest.sources.web.kept_bytes import KeptBytes
from wellread.ingest.sources.web.memory import Page
from wellread.ingest.sources.web.page import PageWords, may_be_listed, words_of
from wellread.records.identity import digest

GONE = frozenset({404, 410, 451})
REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Visit:
    """What was found."""

    status: int
    page: Page | None = None
    leads_to: str = ""


class Visitor:
    """Looks at addresses, asking only for what changed since it was known, and keeps what it was given."""

    def __init__(
        self,
        client: HttpClient,
        known: Mapping[str, Page],
        kept: KeptBytes,
        secrets: Callable[[str], Mapping[str, str]],
    ) -> None:
        self._client = client
        self._known = known
        self._kept = kept
        self._secrets = secrets

    def visit(self, address: str) -> Visit:
        """Raises UnreachableError and ParseError as the client does, LeavesSiteError among them."""
        known = self._known.get(address)
        asked = conditions(known.etag, known.since) if known else {}
        wanted = Request(headers={**self._secrets(address), **asked}, redirects=0, wants=_is_readable)
        answer = self._client.request(address, wanted)
        if answer.leads_to:
            return Visit(answer.status, leads_to=answer.leads_to)
        if answer.status == 304:
            if known is None or not asked:
                raise ParseError(f"{address} answers that it is unchanged, which was not asked")
            return Visit(answer.status, known)
        if answer.status in REFUSED and known is not None:
            return Visit(answer.status, replace(known, closed=True))
        if known is not None and answer.status != 200 and answer.status not in GONE:
            raise ParseError(f"{address} answers with the status {answer.status}")
        suffix = suffix_of(address, answer.headers) if answer.status == 200 else ""
        return Visit(answer.status, self._page(answer, suffix, known) if suffix else None)

    def _page(self, answer: Answer, suffix: str, known: Page | None) -> Page:
        etag, since = etag_of(answer.headers), since_of(answer.headers)
        size = len(answer.body)
        stamp = f"etag {etag}" if is_strong(etag) else f"sha256 {digest(answer.body)}"
        words = PageWords(index=may_be_listed(answer.headers))
        if _is_too_large(answer):
            # It is listed all the same, so that reading it says why it is not to be had.
            size = answer.length or 0
            stamp = f"etag {etag}" if is_strong(etag) else f"{size} bytes of {modified_of(answer.headers)}"
        else:
            charset = media_type(answer.headers)[1]
            self._kept.put(answer.address, in_unicode(answer.body, suffix, charset))
            if suffix == ".html":
                words = words_of(answer.body, answer.address, charset, answer.headers)
        before = known.modified if known and known.stamp == stamp else ""
        return Page(
            address=answer.address,
            suffix=suffix,
            stamp=stamp,
            size=size,
            modified=modified_of(answer.headers) or before or now(),
            etag=etag,
            since=since,
            links=words.links,
            canonical=words.canonical,
            listed=words.index,
        )


def fetch_document(
    client: HttpClient, address: str, secrets: Mapping[str, str], *, anywhere: bool = False
) -> Content:
    """What is at an address now, or, with `anywhere`, where it leads to.

    Raises ParseError (gone, refused, moved, no document, too large) and UnreachableError.
    """
    redirects = MOST_REDIRECTS if anywhere else 0
    asked = Request(headers=secrets, redirects=redirects, may_leave=anywhere, wants=_is_readable)
    answer = client.request(address, asked)
    suffix, charset = suffix_of(answer.address, answer.headers), media_type(answer.headers)[1]
    if answer.leads_to:
        raise ParseError(f"{address} now leads to {answer.leads_to}")
    if answer.status != 200:
        raise ParseError(f"{address} cannot be read: the site answers with the status {answer.status}")
    if not suffix:
        raise ParseError(
            f"{address} is now no document but {media_type(answer.headers)[0] or 'of no known type'}"
        )
    if _is_too_large(answer):
        raise ParseError(f"{address} has {answer.length:,} bytes, the most is {MAX_BYTES:,}: split it")
    return Content(in_unicode(answer.body, suffix, charset), name_of(address, suffix))


def _is_readable(head: Answer) -> bool:
    """Only documents are read to the end: not images, nor what is too large."""
    return bool(suffix_of(head.address, head.headers)) and not _is_too_large(head)


def _is_too_large(answer: Answer) -> bool:
    return (answer.length or 0) > MAX_BYTES
