"""XML documents of prose: sections as headings, paragraphs, lists, tables and code, by the roles of elements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.xml.elements import attribute, children, integer, local
from wellread.ingest.parse.xml.roles import UNTITLED, Roles
from wellread.ingest.parse.xml.table import flow, is_table, write_table

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXTUAL = frozenset({"paragraph", "parts", "title", "label", "term"})
"""Roles whose content is text, in which what has no role of its own is a mark."""
_BLOCKS = frozenset({"section", "paragraph", "frame", "table"})
_NUMBERED = frozenset({"orderedlist", "ol", "procedure", "steps", "substeps"})
_ORDERED_KINDS = frozenset({"order", "ordered", "numbered", "arabic", "number", "1"})
_LETTERED_KINDS = frozenset({"alpha-lower", "loweralpha", "alpha-upper", "upperalpha", "a"})


@dataclass(frozen=True, slots=True)
class _Open:
    role: str
    textual: bool
    """Whether what has no role is a mark in the text here."""


@dataclass(slots=True)
class _List:
    number: int
    kind: str

    def marker(self) -> str:
        self.number += 1
        if self.kind == "letter" and self.number <= 26:
            return f"{chr(96 + self.number)}. "
        return "- " if self.kind == "bullet" else f"{self.number}. "


class ProseWriter:
    """Walks a tree in document order without recursion; text gathers until what holds it ends.

    `take` may write an element its own way, given the level of headings below; it says whether it did.
    """

    def __init__(
        self, composer: Composer, roles: Roles, take: Callable[["_Element", int], bool] | None = None
    ) -> None:
        self._composer, self._roles, self._take = composer, roles, take
        self._inline: list[str] = []
        self._open: list[_Open] = []
        self._sections = 0
        self._lists: list[_List] = []
        self._marker = self._label = ""
        self._depth = 0
        self._notes: list[str] = []
        self._noted = 0

    def write(self, root: "_Element") -> None:
        """Add every block below `root`."""
        from lxml import etree

        walk: Any = etree.iterwalk(root, events=("start", "end"))
        whole: set[_Element] = set()
        for event, element in walk:
            if event == "start":
                role = self._role(element)
                if self._take_whole(element, role):
                    whole.add(element)
                    walk.skip_subtree()
                else:
                    self._enter(element, role)
            elif element not in whole:
                self._leave()
            if event == "end" and element is not root:
                self._inline.append(_spaced(element.tail))
        self._flush()

    def _role(self, element: "_Element") -> str:
        role = self._roles.get(local(element), "")
        if role == "table" and not is_table(element):
            role = ""
        if self._is_textual():
            inline = role == "label" or (role == "code" and "\n" not in (element.text or ""))
            return "" if inline else role
        if role in ("", "frame") and _has_text(element) and not self._holds_blocks(element):
            return "paragraph"
        if role == "item" and any(self._roles.get(local(near)) == "term" for near in _before(element)):
            return "definition"
        return "frame" if role == "footnote" else role

    def _holds_blocks(self, element: "_Element") -> bool:
        """Whether the text beside elements in it is no paragraph around them."""
        return any(self._roles.get(local(child)) in _BLOCKS for child in children(element))

    def _take_whole(self, element: "_Element", role: str) -> bool:
        """Elements that are not walked into."""
        if role == "footnote":
            self._noted += 1
            self._inline.append(f"[{self._noted}]")
            self._notes.append(f"[{self._noted}] {flow(element)}")
        elif role == "table":
            self._flush()
            write_table(self._composer, element)
        elif role == "code":
            self._flush()
            self._composer.add("code", "".join(element.itertext()), len(self._lists))
        elif role == "reference":
            self._flush()
            label = flow(found) if (found := element.find("{*}label")) is not None else ""
            text = flow(element, frozenset({"label"}))
            self._composer.add("list_item", f"{_dotted(label)} {text}" if label else f"- {text}", 1)
        elif role != "skip":
            if self._take is None or self._is_textual():
                return False
            self._flush()
            return self._take(element, self._sections + 1)
        return True

    def _enter(self, element: "_Element", role: str) -> None:
        if role == "break":
            self._inline.append("\n")
        elif role:
            self._flush()
        if role == "section":
            self._sections += 1
            untitled = UNTITLED.get(local(element), "")
            if untitled and not any(self._roles.get(local(c)) == "title" for c in children(element)):
                self._composer.add("heading", untitled, min(self._sections, 6))
        elif role == "list":
            self._lists.append(_list(element))
        elif role in ("item", "term"):
            self._marker = self._lists[-1].marker() if self._lists and role == "item" else "- "
            self._depth = max(len(self._lists), 1)
        elif role == "definition":
            self._marker, self._depth = "- ", max(len(self._lists), 1) + 1
        textual = role in _TEXTUAL or (role in ("item", "definition") and _has_text(element))
        textual = self._is_textual() if role in ("", "break") else textual
        self._open.append(_Open(role, textual))
        if len(self._open) > 1 and self._open[-2].role == "parts":
            self._inline.append(" ")
        self._inline.append(_spaced(element.text))

    def _leave(self) -> None:
        opened = self._open.pop()
        match opened.role:
            case "label":
                self._label = " ".join("".join(self._inline).split())
                self._inline.clear()
            case "title":
                self._flush(heading=min(self._sections, 6) if self._is_heading() else 0)
            case "break" | "":
                pass
            case role:
                self._flush(closing=True)
                self._sections -= role == "section"
                if role == "list":
                    self._lists.pop()
                if role in ("item", "term", "definition"):
                    self._marker = ""

    def _is_textual(self) -> bool:
        return bool(self._open) and self._open[-1].textual

    def _is_heading(self) -> bool:
        """Whether the title just left is that of a section rather than of a figure or list."""
        around = (opened.role for opened in reversed(self._open) if opened.role)
        return next(around, "") == "section"

    def _flush(self, *, heading: int = 0, closing: bool = False) -> None:
        text = "".join(self._inline).strip()
        self._inline.clear()
        if not text and not (closing and self._label):
            return
        label, self._label = self._label, ""
        if heading:
            self._composer.add("heading", f"{label} {text}".replace("\n", " "), heading)
        elif self._marker:
            marker = f"{label} " if any(ch.isalnum() for ch in label) else self._marker
            self._composer.add("list_item", marker + text, self._depth)
            self._marker = ""
        else:
            text = f"{_dotted(label)} {text}" if label and text else label or text
            self._composer.add("paragraph", text, len(self._lists))
        notes, self._notes = self._notes, []
        for note in notes:
            self._composer.add("paragraph", note)


def _has_text(element: "_Element") -> bool:
    """Whether there is text directly inside."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _before(element: "_Element") -> Iterator["_Element"]:
    """Elements before this one under the same parent, where it is one of few."""
    return islice(element.itersiblings(preceding=True), 10)


def _spaced(text: str | None) -> str:
    """Source line breaks are spaces."""
    if not text:
        return ""
    inner = " ".join(text.split())
    return (" " if text[0].isspace() else "") + inner + (" " if inner and text[-1].isspace() else "")


def _dotted(label: str) -> str:
    return f"{label}." if label[-1:].isalnum() else label


def _list(element: "_Element") -> _List:
    """How a list's items are marked; a start or a continuation is taken from its attributes."""
    kinds = {attribute(element, name) for name in ("list-type", "rend", "type", "numeration", "style")}
    kinds = {kind.lower() for kind in kinds if kind}
    start = integer(element.get("start") or element.get("startingnumber"), 1) - 1
    if kinds & _LETTERED_KINDS:
        return _List(start, "letter")
    return _List(start, "number" if local(element) in _NUMBERED or kinds & _ORDERED_KINDS else "bullet")
