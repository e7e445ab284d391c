"""What a page says to crawlers: its links, its canonical address, and whether it wants to be listed and followed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wellread.ingest.sources.http.address import canonical
from wellread.ingest.sources.web.robots import AGENT

MOST_LINKS = 5000
"""Of one page; those beyond are not followed."""

_LINKS = {"a": "href", "area": "href", "frame": "src", "iframe": "src"}
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageWords:
    """What is said in the page and in the headers that came with it."""

    links: tuple[str, ...] = ()
    """Canonical addresses in the order of the page, each once; none when they are not to be followed."""
    canonical: str = ""
    """The address that it wants to be known by, if it says."""
    index: bool = True
    """Whether it may be listed."""


def words_of(data: bytes, address: str, charset: str, headers: Mapping[str, str]) -> PageWords:
    """What an HTML page at `address` says."""
    page = _Page()
    _parse(data, charset, page)
    index, follow = _directives([*page.robots, *_tagged(headers)])
    base = canonical(page.base, address) or address if page.base else address
    links: dict[str, None] = {}
    for written in page.links if follow else ():
        if len(links) < MOST_LINKS and (link := canonical(written, base)):
            links[link] = None
    own = canonical(page.canonical, base) if page.canonical else ""
    return PageWords(tuple(links), own, index)


def may_be_listed(headers: Mapping[str, str]) -> bool:
    """Whether X-Robots-Tag leaves a document to be listed."""
    return _directives(_tagged(headers))[0]


class _Page:
    """Hears the tags of a page, as a target of lxml's parser."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.robots: list[str] = []
        self.base = ""
        self.canonical = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        relation = attributes.get("rel", "").lower().split()
        if tag in _LINKS:
            if "nofollow" not in relation and (link := attributes.get(_LINKS[tag])):
                self.links.append(link)
        elif tag == "base":
            self.base = self.base or attributes.get("href", "")
        elif tag == "link" and "canonical" in relation:
            self.canonical = self.canonical or attributes.get("href", "")
        elif tag == "meta":
            self._meta(attributes)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        content = attributes.get("content", "")
        if attributes.get("name", "").lower() in ("robots", AGENT):
            self.robots.append(content)
        elif attributes.get("http-equiv", "").lower() == "refresh" and (found := _REFRESH.match(content)):
            self.links.append(found[1])

    def close(self) -> None:
        """Nothing is built."""


def _parse(data: bytes, charset: str, page: _Page) -> None:
    from lxml import etree

    try:
        parser = etree.HTMLParser(target=page, encoding=charset or None, no_network=True)
    except LookupError:
        parser = etree.HTMLParser(target=page, no_network=True)
    try:
        parser.feed(data)
        parser.close()
    except (etree.LxmlError, ValueError):
        return  # What was heard so far counts.


def _tagged(headers: Mapping[str, str]) -> list[str]:
    """What X-Robots-Tag says to everybody or to Wellread: `noindex, otherbot: nofollow` names another from there on."""
    found, agent = [], ""
    for part in headers.get("x-robots-tag", "").split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() != "unavailable_after" and not name.strip().startswith("max-"):
            agent = name.strip().lower()
        else:
            rest = part
        if agent in ("", AGENT):
            found.append(rest)
    return found


def _directives(said: list[str]) -> tuple[bool, bool]:
    """Whether to index and whether to follow."""
    words = {word for text in said for word in re.split(r"[\s,]+", text.lower())}
    return not words & {"noindex", "none"}, not words & {"nofollow", "none"}
