"""Entries of a feed: RSS 0.9x, 1.0 and 2.0, Atom 1.0 (RFC 4287) and 0.3, JSON Feed 1.1."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellread.errors import ParseError
from wellread.ingest.sources.feed.text import child, construct, flat, markup, moment, paragraphs, unmarked
from wellread.ingest.sources.http.address import canonical
from wellread.ingest.sources.strange_xml import local_name, xml_root
from wellread.records.identity import digest

if TYPE_CHECKING:
    from lxml.etree import _Element

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ATOM = "{http://www.w3.org/2005/Atom}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_MOST_NAME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a feed tells."""

    uri: str
    """Its id or guid, else its link, else made of its text."""
    link: str
    """The canonical address of its page; nothing where there is none."""
    title: str
    authors: tuple[str, ...]
    modified: str
    """When it was updated, else published, in ISO 8601 UTC; nothing where it does not say."""
    body: str
    """Its fullest text as HTML."""


def read_feed(data: bytes, address: str) -> list[Entry]:
    """The entries of the feed at `address` in its order, each uri once. Raises ParseError for what is no feed."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    entries = _json(data, address) if start.startswith(b"{") else _xml(data, address)
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.uri, entry)
    return list(first.values())


def _xml(data: bytes, address: str) -> Iterator[Entry]:
    root = xml_root(data, mend=True)
    kind = local_name(root)
    channel = next((one for one in root if local_name(one) == "channel"), root)
    if kind == "feed":
        return (_atom(one, address) for one in root if local_name(one) == "entry")
    if kind in ("rss", "RDF"):
        parents = [root] if channel is root else [channel, root]
        return (_rss(one, address) for parent in parents for one in parent if local_name(one) == "item")
    raise ParseError(f"{address} is no feed, but a document of the kind {kind!r}")


def _rss(item: "_Element", address: str) -> Entry:
    guid = child(item, "guid")
    identity = flat(guid) or item.get(_ABOUT, "")
    written = flat(child(item, "link"))
    if not written:
        atom = item.find(f"{_ATOM}link")
        is_link = guid is not None and guid.get("isPermaLink", "true").lower() == "true"
        written = atom.get("href", "") if atom is not None else identity if is_link else ""
    encoded = item.find(_ENCODED)
    body = markup(encoded) if encoded is not None else ""
    people = [*item.iterchildren(f"{_DUBLIN_CORE}creator"), child(item, "author")]
    return _entry(
        address,
        identity=identity,
        link=written,
        title=unmarked(flat(child(item, "title")) or flat(item.find(f"{_DUBLIN_CORE}title"))),
        authors=tuple(filter(None, (flat(person) for person in people))),
        dates=(flat(child(item, "pubDate")), flat(item.find(f"{_DUBLIN_CORE}date"))),
        body=body.strip() or markup(child(item, "description")),
    )


def _atom(entry: "_Element", address: str) -> Entry:
    base = canonical(entry.get(_BASE) or entry.getparent().get(_BASE) or "", address) or address
    links = [one for one in entry if local_name(one) == "link" and one.get("rel", "alternate") == "alternate"]
    pages = [one for one in links if "html" in one.get("type", "html")] or links
    title = child(entry, "title")
    plain = title is None or title.get("type", "text") == "text"
    people = [
        flat(next((part for part in person if local_name(part) == "name"), None)) or flat(person)
        for person in entry
        if local_name(person) == "author"
    ]
    return _entry(
        base,
        identity=flat(child(entry, "id")),
        link=pages[0].get("href", "") if pages else "",
        title=flat(title) if plain else unmarked(flat(title)),
        authors=tuple(filter(None, people)),
        dates=tuple(flat(child(entry, name)) for name in ("updated", "modified", "published", "issued")),
        body=construct(child(entry, "content")) or construct(child(entry, "summary")),
    )


def _json(data: bytes, address: str) -> Iterator[Entry]:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{address} is no feed: {error}") from None
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise ParseError(f"{address} is JSON, but no JSON Feed")
    items = feed.get("items")
    return (
        _json_item(one, address)
        for one in (items if isinstance(items, list) else ())
        if isinstance(one, dict)
    )


def _json_item(item: dict[str, Any], address: str) -> Entry:
    def text(name: str, of: dict[str, Any] = item) -> str:
        value = of.get(name)
        return str(value) if isinstance(value, (str, int, float)) else ""

    named = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    people = [text("name", person) for person in named or () if isinstance(person, dict)]
    return _entry(
        address,
        identity=text("id"),
        link=text("url") or text("external_url"),
        title=text("title"),
        authors=tuple(filter(None, people)),
        dates=(text("date_modified"), text("date_published")),
        body=text("content_html") or paragraphs(text("content_text") or text("summary")),
    )


def _entry(
    base: str,
    *,
    identity: str,
    link: str,
    title: str,
    authors: tuple[str, ...],
    dates: tuple[str, ...],
    body: str,
) -> Entry:
    address = canonical(link, base) if link else ""
    uri = " ".join(identity.split()) or address or f"{base}#{digest(title + body)[:16]}"
    uri = "".join(one for one in uri if one.isprintable())
    if len(uri) > _MOST_NAME:
        uri = f"{uri[:_MOST_NAME]}#{digest(uri)[:16]}"
    return Entry(
        uri=uri,
        link=address,
        title=" ".join(title.split()),
        authors=authors,
        modified=next(filter(None, map(moment, dates)), ""),
        body=body.strip(),
    )
