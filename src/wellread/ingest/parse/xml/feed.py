"""Feeds that were saved: RSS 0.9 to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287), an entry under each heading."""

from typing import TYPE_CHECKING

from wellread.ingest.parse.data.named_values import compose_parsed
from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.markup.html import compose_html
from wellread.ingest.parse.xml.elements import local
from wellread.ingest.parse.xml.table import flow
from wellread.ingest.parse.xml.values import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

_BODIES = ("encoded", "content", "description", "summary", "subtitle", "tagline")
"""The fullest first: the others of an entry repeat its beginning."""
_OPENING_WORDS = 10
_DATES = ("pubDate", "published", "updated", "date", "issued")


def is_feed(root: "_Element") -> bool:
    """Whether the document is a feed."""
    return local(root) in ("rss", "feed") or (local(root) == "RDF" and root.find("{*}channel") is not None)


def compose_feed(composer: Composer, root: "_Element") -> str:
    """Add the feed's description and its entries, each with its date, authors and categories; return its title."""
    channel = root.find("{*}channel")
    source = channel if channel is not None else root
    title = _text(source, "title")
    composer.add("heading", title, 1)
    _write_body(composer, source)
    for entry in root.iter("{*}item", "{*}entry"):
        composer.add("heading", _text(entry, "title") or _opening(entry), 2)
        composer.add("paragraph", "\n".join(_about(entry)))
        _write_body(composer, entry)
    return title


def _about(entry: "_Element") -> list[str]:
    people = [_person(person) for person in entry.iterchildren("{*}author", "{*}creator", "{*}contributor")]
    subjects = [flow(c) or c.get("label") or c.get("term") or "" for c in entry.iterchildren("{*}category")]
    lines = [("Date", _text(entry, *_DATES)), ("By", ", ".join(people)), ("Subjects", ", ".join(subjects))]
    return [f"{name}: {text}" for name, text in lines if text]


def _person(person: "_Element") -> str:
    name = person.find("{*}name")
    return flow(name if name is not None else person)


def _text(element: "_Element", *names: str) -> str:
    for name in names:
        found = element.find(f"{{*}}{name}")
        if found is not None and (text := " ".join(plain(flow(found)).split())):
            return text
    return ""


def _opening(entry: "_Element") -> str:
    """What an entry without a title begins with."""
    words = _text(entry, *_BODIES).split()
    return " ".join(words[:_OPENING_WORDS]) + ("…" if len(words) > _OPENING_WORDS else "")


def _write_body(composer: Composer, entry: "_Element") -> None:
    from lxml import etree

    for name in _BODIES:
        found = entry.find(f"{{*}}{name}")
        if found is None or not flow(found):
            continue
        if len(found):
            # XHTML inside: without its namespace prefixes it is HTML.
            for inner in found.iter("*"):
                inner.tag = local(inner)
            markup = etree.tostring(found, encoding="unicode", with_tail=False, method="html")
        else:
            markup = found.text or ""
        if "<" not in markup and "&" not in markup:
            composer.add("paragraph", markup)
            return
        inside = Composer()
        compose_html(inside, markup)
        compose_parsed(composer, inside.finish(""), below=2)
        return
