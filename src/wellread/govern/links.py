"""Links that lead nowhere, and where the others lead. Nothing is followed: what is not a document here is not judged.

Only sources whose uris are paths are judged. A path below the site's root, and one without a suffix, follows the rules
of whatever shows the pages; it is judged only where most of its like in the source do lead to a document.
"""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from wellread.govern.shelf import concerned
from wellread.records.knowledge import Document, Link
from wellread.records.quality import Concerned, Confidence, Finding, Quote

_INDEX = ("index.md", "index.html", "README.md", "_index.md", "index.htm")
_SUFFIXES = ("", ".md", ".html", ".htm", ".markdown")
_PAGES = frozenset({".md", ".markdown", ".html", ".htm"})
_MOST = 0.5
_NOT_A_NAME = re.compile(r"[\W_]+|and")
_NEVER_JUDGED = re.compile(r"^(?:top|L\d+.*|:~:.*|/.*|!.*|)$")
_TEMPLATE = re.compile(r"\{[%{]|[%}]\}|^\$\{|<|>")


@dataclass(frozen=True, slots=True)
class _Led:
    """A link whose target is a path."""

    document: Concerned
    link: Link
    words: str
    path: str
    fragment: str
    sort: str
    """`plain`, `rooted` (begins with /) or `bare` (has no suffix)."""


class Links:
    """The links of many documents. Which of them lead nowhere is known when all have been added."""

    def __init__(self) -> None:
        self._led: list[_Led] = []
        self._anchors: dict[tuple[str, str], frozenset[str] | None] = {}
        self._hosts: Counter[str] = Counter()
        self._suffixes: dict[str, set[str]] = defaultdict(lambda: set(_PAGES))

    def add(self, document: Document) -> None:
        """Keep the links of a document, and what can be led to in it."""
        suffix = posixpath.splitext(document.uri)[1].lower()
        page = suffix in _PAGES
        self._anchors[document.source, document.uri] = (
            frozenset(_name(anchor) for anchor in document.anchors) if page and document.anchors else None
        )
        self._suffixes[document.source].add(suffix)
        here = concerned(document)
        for link in document.links:
            target = link[2]
            parts = _split(target)
            if parts is None or _TEMPLATE.search(target):
                continue
            scheme, host, path, fragment = parts
            if host:
                self._hosts[host] += 1
            elif not scheme and "://" not in document.uri:
                words = document.text[link[0] : link[1]]
                self._led.append(_Led(here, link, words, unquote(path), unquote(fragment), _sort(path)))

    @property
    def hosts(self) -> dict[str, int]:
        """How many links lead to each host outside, most first."""
        return dict(sorted(self._hosts.items(), key=lambda item: (-item[1], item[0])))

    def findings(self) -> Iterator[Finding]:
        """One finding for each document and target that is not there."""
        resolved = [(led, self._resolve(led)) for led in self._led]
        share: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for led, uri in resolved:
            share[led.document.source, led.sort].append(uri is not None)
        told: set[tuple[str, str]] = set()
        for led, uri in resolved:
            alike = share[led.document.source, led.sort]
            judged = led.sort == "plain" or sum(alike) > _MOST * len(alike)
            missing = self._missing(led, uri) if judged else None
            if missing is None or (led.document.document, led.link[2]) in told:
                continue
            told.add((led.document.document, led.link[2]))
            yield _finding(led, *missing)

    def _missing(self, led: _Led, uri: str | None) -> tuple[str, Confidence] | None:
        if uri is None:
            suffix = posixpath.splitext(led.path)[1].lower()
            if led.sort == "plain" and suffix not in self._suffixes[led.document.source]:
                return None  # a picture or a download: no document, so nothing is known of it
            return (
                "no such document is there that you may read",
                "certain" if led.sort == "plain" else "likely",
            )
        anchors = self._anchors[led.document.source, uri]
        if _NEVER_JUDGED.match(led.fragment) or anchors is None or _name(led.fragment) in anchors:
            return None
        return f"the document is there, but no heading or id “{led.fragment}” in it", "likely"

    def _resolve(self, led: _Led) -> str | None:
        if not led.path:
            return led.document.uri
        base = "" if led.path.startswith("/") else posixpath.dirname(led.document.uri)
        path = posixpath.normpath(posixpath.join(base, led.path.lstrip("/"))).removeprefix("./")
        stem = posixpath.splitext(path)[0] if posixpath.splitext(path)[1].lower() in _PAGES else path
        tried = [path + suffix for suffix in _SUFFIXES] + [stem + suffix for suffix in _SUFFIXES[1:]]
        tried += [posixpath.join(path, index).removeprefix("./") for index in _INDEX]
        return next((uri for uri in tried if (led.document.source, uri) in self._anchors), None)


def _finding(led: _Led, why: str, confidence: Confidence) -> Finding:
    start, end, target = led.link
    return Finding(
        kind="broken_link",
        confidence=confidence,
        documents=(led.document,),
        quotes=(Quote(document=led.document.document, start=start, end=end, text=led.words),),
        because=f"It leads to “{target}”: {why}.",
        advice="Point it to where the words are now, or take the link out.",
        figures={"target": target},
    )


def _split(target: str) -> tuple[str, str, str, str] | None:
    try:
        parts = urlsplit(target)
        return parts.scheme, parts.hostname or "", parts.path, parts.fragment
    except ValueError:
        return None


def _sort(path: str) -> str:
    if path.startswith("/"):
        return "rooted"
    return "plain" if not path or posixpath.splitext(path)[1] else "bare"


def _name(anchor: str) -> str:
    """Generators differ in what they make of marks, spaces and `&`, so only other letters and figures count."""
    return _NOT_A_NAME.sub("", anchor.lower())
