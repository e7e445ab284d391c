"""The text inside OpenDocument paragraphs: what is shown, with the marks of its notes."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.alternative_text import described
from wellread.ingest.parse.opendocument.styles import Styles
from wellread.ingest.parse.xml.elements import attribute, children, integer, local
from wellread.ingest.parse.xml.math import linear

if TYPE_CHECKING:
    from lxml.etree import _Element

_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
# Deleted text, comments, scripts, form controls, templates of indexes, and objects of other programs.
_LEFT_OUT = frozenset({
    "tracked-changes", "annotation", "script", "event-listeners", "forms", "notes", "number", "object-ole",
    "table-of-content-source", "illustration-index-source", "table-index-source", "object-index-source",
    "user-index-source", "alphabetical-index-source", "bibliography-source",
})  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 200


def is_left_out(element: "_Element") -> bool:
    """Whether a reader of the document sees nothing of the element."""
    return local(element) in _LEFT_OUT


def _is_shape(element: "_Element") -> bool:
    """A frame, a text box or another drawing."""
    return str(element.tag).startswith(_DRAWING)


def shapes(paragraph: "_Element") -> "Iterator[_Element]":
    """Drawings anchored in a paragraph, outermost only."""
    for child in children(paragraph):
        if _is_shape(child):
            yield child
        elif local(child) != "note":
            yield from shapes(child)


def description(shape: "_Element") -> str:
    """The title and description of a drawing where they are words and no file name."""
    parts = (child for child in children(shape) if local(child) in ("title", "desc"))
    texts = (described(" ".join((part.text or "").split())) for part in parts)
    return "\n".join(filter(None, texts))


class TextReader:
    """Reads paragraphs and collects the notes referred to, each with its mark."""

    def __init__(self, styles: Styles, embedded: "Callable[[_Element], _Element | None]") -> None:
        self.footnotes: list[tuple[str, str]] = []
        self.endnotes: list[tuple[str, str]] = []
        self._styles = styles
        self._embedded = embedded

    def read(self, paragraph: "_Element") -> str:
        """One paragraph, without what is anchored in it."""
        return "".join(self._pieces(paragraph))

    def read_all(self, container: "_Element") -> Iterator[str]:
        """Every paragraph below `container` that has text, those in boxes, lists and tables included."""
        for child in children(container):
            if is_left_out(child) or self._styles.is_hidden(child):
                continue
            if local(child) in ("h", "p"):
                if text := self.read(child).strip():
                    yield text
                for shape in shapes(child):
                    yield from self.read_all(shape)
            else:
                yield from self.read_all(child)

    def formula(self, frame: "_Element") -> str:
        """The formula that a frame shows, on one line; nothing for another frame."""
        for child in children(frame):
            root = self._embedded(child) if local(child) == "object" else None
            if root is not None and local(root) == "math":
                return linear(root)
        return ""

    def _pieces(self, element: "_Element") -> Iterator[str]:
        yield _SPACES.sub(" ", element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                yield from self._inline(child)
            yield _SPACES.sub(" ", child.tail or "")

    def _inline(self, element: "_Element") -> Iterator[str]:
        match local(element):
            case "s":
                yield " " * min(integer(attribute(element, "c"), 1), _MOST_SPACES)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "note":
                yield f"[{self._note(element)}]"
            case "frame":
                yield self.formula(element)
            case "ruby-text":
                yield f" ({self.read(element)})"
            case _ if not (is_left_out(element) or _is_shape(element) or self._styles.is_hidden(element)):
                yield from self._pieces(element)

    def _note(self, note: "_Element") -> str:
        body = note.find("{*}note-body")
        text = " ".join(self.read_all(body)) if body is not None else ""
        notes = self.endnotes if attribute(note, "note-class") == "endnote" else self.footnotes
        mark = (note.findtext("{*}note-citation") or "").strip() or str(len(notes) + 1)
        notes.append((mark, text))
        return mark
