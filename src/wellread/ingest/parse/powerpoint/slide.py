"""One slide of a presentation as blocks: its title, then its shapes in reading order."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.alternative_text import described
from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.office.chart import read_chart
from wellread.ingest.parse.office.package import Package
from wellread.ingest.parse.office.smartart import read_smartart
from wellread.ingest.parse.powerpoint.layouts import TITLES, Layouts, placeholder_kind
from wellread.ingest.parse.powerpoint.text import Bullets, paragraph_text
from wellread.ingest.parse.reading_order import Box, in_reading_order
from wellread.ingest.parse.tables import find_header, is_value
from wellread.ingest.parse.xml.elements import attribute, children, integer, local, reference

if TYPE_CHECKING:
    from lxml.etree import _Element

_REPEATED = frozenset({"sldNum", "ftr", "hdr", "sldImg"})
_MAX_GROUPS = 30
"""Groups inside each other that are put in reading order; deeper ones are read as they are stored."""


class SlideWriter:
    """Adds the blocks of the slide in `part` to `composer`."""

    def __init__(
        self, composer: Composer, package: Package, layouts: Layouts, part: str, *, is_first: bool
    ) -> None:
        self._composer, self._package, self._part, self._is_first = composer, package, part, is_first
        self._layouts, self._layout = layouts, layouts.of(part)

    def write(self) -> str:
        """Write the slide and return its title. Raises ParseError when its part is damaged or missing."""
        root = self._package.xml(self._part)
        if root is None:
            raise self._package.damaged(f"{self._part} is missing")
        tree = root.find("{*}cSld/{*}spTree")
        shapes = list(self._ordered(tree, 0)) if tree is not None else []
        titles = [shape for shape in shapes if placeholder_kind(shape) in TITLES]
        title = ""
        for shape in titles:
            text = " ".join(paragraph_text(p).strip() for p in shape.iterfind("{*}txBody/{*}p"))
            is_main = self._is_first or placeholder_kind(shape) == "ctrTitle"
            self._composer.add("heading", text.replace("\n", " "), 1 if is_main else 2)
            title = title or text
        for shape in shapes:
            if placeholder_kind(shape) not in TITLES:
                self._write_shape(shape)
        return title

    def _ordered(self, tree: "_Element", depth: int) -> "Iterator[_Element]":
        """Shapes without groups, which are read as a whole where they stand."""
        shapes = list(_shapes(tree))
        if depth > _MAX_GROUPS:
            yield from tree.iter("{*}sp", "{*}graphicFrame", "{*}pic")
            return
        placed = [(self._box(shape), shape) for shape in shapes if _says_something(shape)]
        for shape in in_reading_order(placed):
            if local(shape) == "grpSp":
                yield from self._ordered(shape, depth + 1)
            else:
                yield shape

    def _box(self, shape: "_Element") -> Box | None:
        """Where it stands; a placeholder that does not say so stands where its layout has it."""
        for source in self._layout.sources(shape):
            place = next(
                (p.find("{*}xfrm") for p in children(source) if local(p) in ("spPr", "grpSpPr")), None
            )
            place = source.find("{*}xfrm") if place is None else place
            start, size = (place.find("{*}off"), place.find("{*}ext")) if place is not None else (None, None)
            if start is not None and size is not None:
                left, top = (integer(attribute(start, name)) for name in ("x", "y"))
                width, height = (max(0, integer(attribute(size, name))) for name in ("cx", "cy"))
                return Box(left, top, width, height)
        return None

    def _write_shape(self, shape: "_Element") -> None:
        kind = placeholder_kind(shape)
        if kind in _REPEATED or (kind == "dt" and not self._layouts.is_remark(shape)):
            return
        match local(shape):
            case "sp":
                self._write_text(shape)
            case "graphicFrame":
                self._write_graphic(shape)
        self._composer.add("paragraph", _description(shape))

    def _write_text(self, shape: "_Element") -> None:
        bullets = Bullets(self._layout.level_styles(shape))
        for paragraph in shape.iterfind("{*}txBody/{*}p"):
            text = paragraph_text(paragraph)
            if not text.strip():
                continue
            marker, level = bullets.item(paragraph)
            if marker:
                self._composer.add("list_item", marker + text.strip(), level)
            else:
                self._composer.add("paragraph", text)

    def _write_graphic(self, frame: "_Element") -> None:
        for content in frame.iterfind("{*}graphic/{*}graphicData/*"):
            match local(content):
                case "tbl":
                    self._write_table(content)
                case "chart":
                    self._write_chart(self._related(content, "id"))
                case "relIds":
                    self._write_smartart(self._related(content, "dm"))

    def _related(self, element: "_Element", name: str) -> "_Element | None":
        """The root of the part that an attribute refers to; a damaged one counts as missing."""
        relation = self._package.target(self._part, reference(element, name))
        try:
            return self._package.xml(relation.target) if relation is not None else None
        except ParseError:
            return None

    def _write_table(self, table: "_Element") -> None:
        rows: list[list[str]] = []
        for row in table.iterfind("{*}tr"):
            cells = list(row.iterfind("{*}tc"))
            texts = [_cell_text(cell) for cell in cells]
            for column, cell in enumerate(cells):
                # A cell merged with the one above repeats it, so that a row can be read on its own.
                if rows and attribute(cell, "vMerge") in ("1", "true") and column < len(rows[-1]):
                    texts[column] = rows[-1][column]
            rows.append(texts)
        is_headed = _is_headed(table, rows)
        for at, texts in enumerate(rows):
            if len(texts) == 1:
                self._composer.add("paragraph", texts[0])
            else:
                self._composer.add_row(texts, header=is_headed and at == 0)

    def _write_chart(self, root: "_Element | None") -> None:
        if root is None:
            return
        chart = read_chart(root)
        for text in (chart.title, *chart.axes):
            self._composer.add("paragraph", text)
        for header, *rows in chart.tables:
            self._composer.add_row(header, header=True)
            for row in rows:
                self._composer.add_row(row)

    def _write_smartart(self, root: "_Element | None") -> None:
        for level, body in read_smartart(root) if root is not None else ():
            text = " ".join(filter(None, (paragraph_text(p).strip() for p in body.iterfind("{*}p"))))
            if text:
                self._composer.add("list_item", f"- {text}", level)


def _shapes(tree: "_Element") -> "Iterator[_Element]":
    """Children that may hold text. Of two renderings the first is read, the second is for old programs."""
    for child in children(tree):
        if local(child) == "AlternateContent":
            for choice in child.iterfind("{*}Choice"):
                yield from _shapes(choice)
        elif local(child) in ("sp", "grpSp", "graphicFrame", "pic"):
            yield child


def _says_something(shape: "_Element") -> bool:
    """Panels and lines without text would only come between the shapes that have some."""
    return (
        local(shape) == "graphicFrame"
        or any((t.text or "").strip() for t in shape.iter("{*}t"))
        or next(shape.iter("{*}graphicFrame"), None) is not None
        or any(_description(picture) for picture in shape.iter("{*}sp", "{*}pic"))
    )


def _description(shape: "_Element") -> str:
    properties = next((p.find("{*}cNvPr") for p in children(shape) if local(p).startswith("nv")), None)
    return described(attribute(properties, "descr")) if properties is not None else ""


def _is_headed(table: "_Element", rows: list[list[str]]) -> bool:
    """What the table's look says of its first row; where it says nothing, what the cells look like."""
    look = table.find("{*}tblPr")
    said = attribute(look, "firstRow") if look is not None else None
    if said is None:
        return find_header(rows) == 0
    return said in ("1", "true") and len(rows) > 1 and not all(map(is_value, filter(None, rows[0])))


def _cell_text(cell: "_Element") -> str:
    return " ".join(filter(None, (paragraph_text(p).strip() for p in cell.iterfind("{*}txBody/{*}p"))))
