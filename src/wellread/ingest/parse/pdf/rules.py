"""Lines drawn on a page: the rules of tables, from PDFium's path objects."""

import ctypes
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from wellread.ingest.parse.pdf.calls import address_of, unchecked
from wellread.ingest.parse.pdf.words import Box

MOST_OBJECTS = 20_000
"""Page objects that are looked at: maps and plots have more, tables do not."""

_THICKEST = 3.0
_SHORTEST = 4.0
"""Points: a rule is thinner and longer."""

_MOST_SEGMENTS = 2_000
_DEEPEST_FORM = 3

_Matrix = tuple[float, float, float, float, float, float]


class Rules(NamedTuple):
    """Horizontal and vertical lines as (left, bottom, right, top) in points, y upwards."""

    horizontal: list[Box]
    vertical: list[Box]


class Drawn(NamedTuple):
    """What a page shows besides text."""

    rules: Rules
    images: int
    paths: int


def drawn(page: Any) -> Drawn:
    """Rules, and how many images and paths a page has, those inside form objects included."""
    import pypdfium2.raw as pdfium

    reader = _Reader(pdfium)
    reader.read_all(address_of(page.raw), pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
    return Drawn(Rules(reader.horizontal, reader.vertical), reader.images, reader.paths)


class _Reader:
    def __init__(self, pdfium: Any) -> None:
        self.horizontal: list[Box] = []
        self.vertical: list[Box] = []
        self.images = 0
        self.paths = 0
        self._left = MOST_OBJECTS
        self._pdfium = pdfium
        self._box = tuple(ctypes.c_float() for _ in range(4))

    def read_all(
        self, holder: int, count_of: Any, get: Any, matrix: _Matrix | None = None, depth: int = 0
    ) -> None:
        """The objects of a page or of a form on it, by their addresses."""
        pdfium = self._pdfium
        count = min(unchecked(count_of, ctypes.c_int, ctypes.c_void_p)(holder), self._left)
        self._left -= count
        find = unchecked(get, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
        kind_of = unchecked(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
        for index in range(count):
            address = find(holder, index)
            kind = kind_of(address)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                self._read_path(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT), matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                inner = _product(self._matrix(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)), matrix)
                parts = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                self.read_all(address, *parts, inner, depth + 1)

    def _read_path(self, path: Any, matrix: _Matrix | None) -> None:
        left, bottom, right, top = self._box
        if not self._pdfium.FPDFPageObj_GetBounds(path, left, bottom, right, top):
            return
        box = _moved((left.value, bottom.value, right.value, top.value), matrix)
        if min(box[2] - box[0], box[3] - box[1]) <= _THICKEST:
            self._keep(box)
        elif self._is_stroked(path):
            for line in self._segments(path, _product(self._matrix(path), matrix)):
                self._keep(line)

    def _keep(self, box: Box) -> None:
        width, height = box[2] - box[0], box[3] - box[1]
        if not math.isfinite(width + height):
            return
        if height <= _THICKEST and width >= _SHORTEST:
            self.horizontal.append(box)
        elif width <= _THICKEST and height >= _SHORTEST:
            self.vertical.append(box)

    def _is_stroked(self, path: Any) -> bool:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        return bool(self._pdfium.FPDFPath_GetDrawMode(path, fill, stroke)) and bool(stroke.value)

    def _segments(self, path: Any, matrix: _Matrix | None) -> Iterator[Box]:
        """The straight lines of a stroked path."""
        pdfium = self._pdfium
        x, y = ctypes.c_float(), ctypes.c_float()
        start = before = (0.0, 0.0)
        for index in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_SEGMENTS)):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = _moved((x.value, y.value, x.value, y.value), matrix)[:2]
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                yield _around(before, point)
            before = point
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield _around(point, start)
                before = start

    def _matrix(self, item: Any) -> _Matrix | None:
        matrix = self._pdfium.FS_MATRIX()
        if not self._pdfium.FPDFPageObj_GetMatrix(item, matrix):
            return None
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _around(point: tuple[float, float], other: tuple[float, float]) -> Box:
    return (
        min(point[0], other[0]), min(point[1], other[1]), max(point[0], other[0]), max(point[1], other[1]),
    )  # fmt: skip


def _moved(box: Box, matrix: _Matrix | None) -> Box:
    if matrix is None:
        return box
    a, b, c, d, e, f = matrix
    x1, y1 = a * box[0] + c * box[1] + e, b * box[0] + d * box[1] + f
    x2, y2 = a * box[2] + c * box[3] + e, b * box[2] + d * box[3] + f
    return _around((x1, y1), (x2, y2))


def _product(inner: _Matrix | None, outer: _Matrix | None) -> _Matrix | None:
    """The matrix that applies `inner`, then `outer`."""
    if inner is None or outer is None:
        return inner or outer
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip
