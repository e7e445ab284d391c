"""What is known of a site's pages from the last time, so that the server need only say that they are unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FORM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document of a site as it was found."""

    address: str
    suffix: str
    stamp: str
    """A strong entity tag (RFC 9110, 8.8.3), or the digest of the bytes."""
    size: int
    modified: str
    """ISO 8601 UTC: as the server says, else when it was first found so."""
    etag: str = ""
    since: str = ""
    """Last-Modified as written, if it is old enough to tell one version from the next."""
    links: tuple[str, ...] = ()
    canonical: str = ""
    listed: bool = True
    """Whether it wants to be found."""
    closed: bool = False
    """Whether the server shows it no longer. Not remembered."""


def packed(pages: Mapping[str, Page]) -> dict[str, Any]:
    """Pages as JSON values; addresses, which many pages link to, stand there once."""
    numbers: dict[str, int] = {}

    def number(address: str) -> int:
        return numbers.setdefault(address, len(numbers))

    rows = [
        [
            number(page.address), page.suffix, page.stamp, page.size, page.modified, page.etag, page.since,
            [number(link) for link in page.links], number(page.canonical) if page.canonical else -1, page.listed,
        ]
        for page in pages.values()
    ]  # fmt: skip
    return {"form": _FORM, "pages": rows, "addresses": list(numbers)}


def unpacked(memory: Mapping[str, Any]) -> dict[str, Page]:
    """The pages again, by address; none where the memory is empty or of another form."""
    if memory.get("form") != _FORM:
        return {}
    try:
        addresses: list[str] = memory["addresses"]
        pages = [_page(row, addresses) for row in memory["pages"]]
    except (LookupError, TypeError, ValueError):
        return {}
    return {page.address: page for page in pages}


def _page(row: list[Any], addresses: list[str]) -> Page:
    at, suffix, stamp, size, modified, etag, since, links, canonical, listed = row
    return Page(
        address=addresses[at],
        suffix=suffix,
        stamp=stamp,
        size=size,
        modified=modified,
        etag=etag,
        since=since,
        links=tuple(addresses[link] for link in links),
        canonical=addresses[canonical] if canonical >= 0 else "",
        listed=listed,
    )
