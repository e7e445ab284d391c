"""What shapes of a slide take from its layout and master: their places, and the bullets of their text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.office.package import Package
from wellread.ingest.parse.powerpoint.text import paragraph_text
from wellread.ingest.parse.xml.elements import attribute, children

if TYPE_CHECKING:
    from lxml.etree import _Element

TITLES = ("title", "ctrTitle")
"""Kinds of placeholders that hold a slide's title."""
_MASTERS = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}


def placeholder(shape: "_Element") -> "_Element | None":
    """The element that makes a shape a placeholder, or None for a shape of its own."""
    return next((ph for p in children(shape) if (ph := p.find("{*}nvPr/{*}ph")) is not None), None)


def placeholder_kind(shape: "_Element") -> str:
    """Such as `title`, `body`, `ftr`; `obj` is content of any kind; nothing for a shape of its own."""
    found = placeholder(shape)
    return (attribute(found, "type") or "obj") if found is not None else ""


class Layouts:
    """The layouts and masters of one presentation, each read once; a damaged one counts as missing."""

    def __init__(self, package: Package, presentation: "_Element") -> None:
        self._package = package
        self._default = presentation.find("{*}defaultTextStyle")
        self._roots: dict[str, _Element | None] = {}
        self._placeholders: dict[str, list[tuple[str, str, _Element]]] = {}
        self._remarks: set[str] = set()

    def of(self, slide: str) -> "SlideLayout":
        """What the slide in a part takes from."""
        layout = next(iter(self._package.related(slide, "slideLayout")), "")
        master = next(iter(self._package.related(layout, "slideMaster")), "") if layout else ""
        return SlideLayout(self._listed(layout), self._listed(master), self._root(master), self._default)

    def is_remark(self, date: "_Element") -> bool:
        """Whether somebody wrote words into the place of the date, and none of an earlier slide says the same."""
        text = "".join(paragraph_text(p) for p in date.iterfind("{*}txBody/{*}p")).strip()
        is_new = text not in self._remarks and not any(map(str.isdigit, text))
        self._remarks.add(text)
        return is_new

    def _root(self, part: str) -> "_Element | None":
        if part not in self._roots:
            try:
                self._roots[part] = self._package.xml(part) if part else None
            except ParseError:
                self._roots[part] = None
        return self._roots[part]

    def _listed(self, part: str) -> "list[tuple[str, str, _Element]]":
        """Kind, index and shape of each placeholder."""
        if part not in self._placeholders:
            root = self._root(part)
            shapes = root.iter("{*}sp", "{*}pic") if root is not None else ()
            self._placeholders[part] = [
                (attribute(found, "type") or "obj", attribute(found, "idx") or "", shape)
                for shape in shapes
                if (found := placeholder(shape)) is not None
            ]
        return self._placeholders[part]


class SlideLayout:
    """The layout and the master of one slide."""

    def __init__(
        self,
        layout: "list[tuple[str, str, _Element]]",
        master: "list[tuple[str, str, _Element]]",
        master_root: "_Element | None",
        default: "_Element | None",
    ) -> None:
        self._layout, self._master, self._default = layout, master, default
        self._styles = master_root.find("{*}txStyles") if master_root is not None else None

    def sources(self, shape: "_Element") -> "list[_Element]":
        """The shape itself, then the placeholders of layout and master that it fills."""
        found = placeholder(shape)
        if found is None:
            return [shape]
        kind, index = attribute(found, "type") or "obj", attribute(found, "idx") or ""
        layout = _matching(self._layout, kind, index)
        upper = next((k for k, _, s in self._layout if s is layout), kind)
        master = _matching(self._master, _MASTERS.get(upper, upper), None)
        return [shape, *(source for source in (layout, master) if source is not None)]

    def level_styles(self, shape: "_Element") -> "list[_Element]":
        """Lists of styles by level that the shape's text takes from, the strongest first."""
        kind = placeholder_kind(shape)
        own = (source.find("{*}txBody/{*}lstStyle") for source in self.sources(shape))
        return [style for style in (*own, *self._defaults(kind)) if style is not None]

    def _defaults(self, kind: str) -> "Iterator[_Element | None]":
        if not kind:
            yield self._default
        elif self._styles is not None:
            yield self._styles.find("{*}titleStyle" if kind in TITLES else "{*}bodyStyle")


def _matching(
    placeholders: "list[tuple[str, str, _Element]]", kind: str, index: str | None
) -> "_Element | None":
    """The one with the same index, else of the same kind."""
    if index:
        for _, other, shape in placeholders:
            if other == index:
                return shape
    titles = TITLES if kind in TITLES else (kind,)
    return next((shape for other, _, shape in placeholders if other in titles), None)
