"""Shapes on a slide of a PowerPoint 97-2003 presentation ([MS-ODRAW] 2.2.14, OfficeArtSpContainer)."""

from dataclasses import dataclass, field
from itertools import islice

from wellread.ingest.parse.alternative_text import described
from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.powerpoint_97.records import Presentation, Record
from wellread.ingest.parse.powerpoint_97.text import OUTLINE_REFERENCE, Text, texts_of
from wellread.ingest.parse.reading_order import Box, in_reading_order

_DRAWING, _DRAWING_CONTAINER, _GROUP, _SHAPE = 0x040C, 0xF002, 0xF003, 0xF004
_FLAGS, _PROPERTIES, _MORE_PROPERTIES = 0xF00A, 0xF00B, 0xF122
_CLIENT_ANCHOR, _CHILD_ANCHOR, _CLIENT_DATA, _TEXT_BOX = 0xF010, 0xF00F, 0xF011, 0xF00D
_PLACEHOLDER = 0x0BC3
_DELETED = 0x08
_LINE = 20
"""The form of shape that the borders of tables are."""
_DESCRIPTION, _TABLE, _WORD_ART = 0x0381, 0x039F, 0x00C0
_COMPLEX = 0x8000
_REPEATED = frozenset(range(0x07, 0x0B))
"""Placeholders of date, number, footer and header (2.13.21, PlaceholderEnum)."""
_MAX_GROUPS = 30
"""Groups inside each other that are looked into."""
_SAME_EDGE = 10
"""Distance of edges, 576 to the inch, that belong to one row."""
_MOST_CELLS = 2_000


@dataclass(slots=True)
class Shape:
    """Its texts, what is said of a picture, and for a table its cells by row."""

    box: Box | None = None
    texts: list[Text] = field(default_factory=list)
    description: str = ""
    rows: list[list[str]] = field(default_factory=list)
    is_line: bool = False


def shapes_of(presentation: Presentation, slide: Record, outline: list[Text]) -> list[Shape]:
    """Shapes of a slide that say something, in reading order, those of a group where the group stands.

    `outline` are the texts of the slide that are kept apart from it, which its shapes refer to.
    """
    group = presentation.find(slide, _DRAWING, _DRAWING_CONTAINER, _GROUP)
    return _Reader(presentation, outline).inside(group, 0) if group else []


class _Reader:
    def __init__(self, presentation: Presentation, outline: list[Text]) -> None:
        self._presentation, self._outline = presentation, outline

    def inside(self, group: Record, depth: int) -> list[Shape]:
        placed: list[tuple[Box | None, list[Shape]]] = []
        # The first shape of a group is the group itself.
        for record in islice(self._presentation.records(group), 1, None):
            if record.kind == _SHAPE:
                shape = self._shape(record)
                if shape.texts or shape.description:
                    placed.append((shape.box, [shape]))
            elif record.kind == _GROUP and depth < _MAX_GROUPS:
                itself = self._presentation.find(record, _SHAPE)
                if itself is not None:
                    is_table = self._is_table(itself)
                    inside = [self._table(record)] if is_table else self.inside(record, depth + 1)
                    placed.append((self._shape(itself).box, inside))
        return [shape for shapes in in_reading_order([p for p in placed if p[1]]) for shape in shapes]

    def _shape(self, record: Record) -> Shape:
        shape = Shape()
        hidden = False
        for part in self._presentation.records(record):
            if part.kind == _FLAGS:
                hidden = hidden or bool(self._presentation.value(part, 4) & _DELETED)
                shape.is_line = part.instance == _LINE
            elif part.kind in (_CLIENT_ANCHOR, _CHILD_ANCHOR):
                shape.box = _box(self._presentation.content(part), is_child=part.kind == _CHILD_ANCHOR)
            elif part.kind == _PROPERTIES:
                properties = self._presentation.content(part)
                shape.description = described(_string(_property(properties, part.instance, _DESCRIPTION)))
                shape.texts += _word_art(properties, part.instance)
            elif part.kind == _CLIENT_DATA:
                place = self._presentation.find(part, _PLACEHOLDER)
                hidden = hidden or (place is not None and self._presentation.value(place, 4, 1) in _REPEATED)
            elif part.kind == _TEXT_BOX:
                shape.texts += self._texts(part)
        return Shape() if hidden else shape

    def _texts(self, box: Record) -> list[Text]:
        records = list(self._presentation.records(box))
        texts = texts_of(self._presentation, records)
        for record in records:
            index = self._presentation.value(record, 0)
            if record.kind == OUTLINE_REFERENCE and index < len(self._outline):
                texts.append(self._outline[index])
        return [text for text in texts if text.says_something]

    def _is_table(self, group: Record) -> bool:
        properties = self._presentation.find(group, _MORE_PROPERTIES)
        if properties is None:
            return False
        return any(_property(self._presentation.content(properties), properties.instance, _TABLE))

    def _table(self, group: Record) -> Shape:
        records = islice(self._presentation.records(group), 1, _MOST_CELLS)
        cells = [self._shape(record) for record in records if record.kind == _SHAPE]
        return Shape(rows=_rows([cell for cell in cells if not cell.is_line]))


def _rows(cells: list[Shape]) -> list[list[str]]:
    """Cells by where they stand; one that reaches over several rows is repeated in each."""
    placed = [(cell.box, cell) for cell in cells if cell.box is not None]
    edges: list[int] = []
    for top in sorted(box.top for box, _ in placed):
        if not edges or top - edges[-1] > _SAME_EDGE:
            edges.append(top)
    rows: list[list[str]] = []
    for edge in edges:
        row = [
            (box.left, " ".join(paragraph.text for text in cell.texts for paragraph in text.paragraphs()))
            for box, cell in placed
            if box.top <= edge + _SAME_EDGE < box.top + max(box.height, 2 * _SAME_EDGE)
        ]
        rows.append([text for _, text in sorted(row)])
    return rows


def _box(anchor: bytes, *, is_child: bool) -> Box | None:
    """Edges as the slide's anchors (2.7.1) have them, short or long, or as the anchors inside of groups."""
    size = 2 if len(anchor) < 16 else 4
    edges = [int.from_bytes(anchor[at : at + size], "little", signed=True) for at in range(0, 4 * size, size)]
    left, top, right, bottom = edges if is_child else (edges[1], edges[0], edges[2], edges[3])
    return Box(left, top, max(0, right - left), max(0, bottom - top)) if len(anchor) >= 8 else None


def _property(stored: bytes, count: int, wanted: int) -> bytes:
    """What a property says (2.3.1, OfficeArtRGFOPTE): a number or, behind all of them, data of its length."""
    data_at = 6 * count
    for at in range(0, min(data_at, len(stored)), 6):
        name, value = number(stored, at, 2), number(stored, at + 2)
        if name & 0x3FFF == wanted:
            return stored[data_at : data_at + value] if name & _COMPLEX else value.to_bytes(4, "little")
        data_at += value if name & _COMPLEX else 0
    return b""


def _word_art(properties: bytes, count: int) -> list[Text]:
    """Text that is drawn as a picture."""
    text = Text(characters=_string(_property(properties, count, _WORD_ART)))
    return [text] if text.says_something else []


def _string(stored: bytes) -> str:
    return stored.decode("utf-16-le", "replace").split("\0")[0].strip()
