"""Texts as feeds write them: plain, as escaped HTML, as XHTML; and their dates."""

import re
from copy import deepcopy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape, unescape
from typing import TYPE_CHECKING

from wellread.ingest.sources.strange_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def child(element: "_Element", name: str) -> "_Element | None":
    """The first child in the element's own namespace: `media:title` is no title."""
    space = element.tag.rpartition("}")[0]
    return element.find(f"{space}}}{name}" if space else name)


def flat(element: "_Element | None") -> str:
    """All text inside, on one line; nothing for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def markup(element: "_Element | None") -> str:
    """HTML that stands in an element, escaped as it should be or as elements."""
    from lxml import etree

    if element is None:
        return ""
    if not any(isinstance(one.tag, str) for one in element):
        return "".join(element.itertext())
    inside = deepcopy(element)
    for one in inside.iter("*"):
        one.tag = local_name(one)  # Without prefixes XHTML is HTML.
    inside.tag, inside.tail = "div", None
    return str(etree.tostring(inside, encoding="unicode", method="html"))


def construct(element: "_Element | None") -> str:
    """A text construct or content of Atom as HTML; nothing for what stands elsewhere or is no text."""
    if element is None:
        return ""
    kind = element.get("type", "text").lower()
    if kind in ("html", "text/html"):
        return "".join(element.itertext())
    if kind in ("xhtml", "application/xhtml+xml"):
        return markup(element)
    if kind == "text" or kind.startswith("text/"):
        return paragraphs("".join(element.itertext()))
    return ""


def paragraphs(text: str) -> str:
    """Plain text as HTML."""
    parts = (escape(part.strip(), quote=False) for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def unmarked(text: str) -> str:
    """A title that may be HTML as plain text."""
    return unescape(_TAG.sub("", text))


def moment(written: str) -> str:
    """A date of RFC 822 or ISO 8601 in ISO 8601 UTC; nothing for what is neither."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        try:
            moment = parsedate_to_datetime(written)
        except (ValueError, TypeError, OverflowError):
            return ""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except OverflowError:
        return ""
