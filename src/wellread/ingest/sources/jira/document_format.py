"""Atlassian Document Format, in which Jira Cloud writes descriptions and comments, as plain text."""

from collections.abc import Mapping
from typing import Any

from wellread.ingest.sources.record import shown

_APART = frozenset(
    {"paragraph", "heading", "codeBlock", "blockquote", "panel", "tableRow", "expand", "mediaSingle"}
)
_OF_ONE = {"hardBreak": "\n", "rule": "\n"}


def plain(value: object) -> str:
    """The text of a document, or a text as it is."""
    if isinstance(value, Mapping):
        lines = (line.rstrip() for line in _text(value).splitlines())
        return "\n".join(line for line in lines if line)
    return shown(value).strip()


def _text(node: object) -> str:
    if not isinstance(node, Mapping):
        return ""
    kind, content = node.get("type"), node.get("content")
    if kind in _OF_ONE:
        return _OF_ONE[str(kind)]
    parts = [_text(one) for one in content] if isinstance(content, list) else [_leaf(node)]
    if kind == "listItem":
        return "- " + "".join(parts)
    if kind == "tableRow":
        return " | ".join(" ".join(part.split()) for part in parts) + "\n"
    return "".join(parts) + ("\n" if kind in _APART else "")


def _leaf(node: Mapping[str, Any]) -> str:
    """Text, or what mentions, emojis, states and links show."""
    named = node.get("attrs")
    attributes: Mapping[str, Any] = named if isinstance(named, Mapping) else {}
    return shown(
        node.get("text") or attributes.get("text") or attributes.get("shortName") or attributes.get("url")
    )
