"""Files embedded in a PowerPoint 97-2003 presentation ([MS-PPT] 2.10, external objects)."""

import zlib
from functools import partial

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_BYTES, Part
from wellread.ingest.parse.ole.compound_file import SIGNATURE, CompoundFile
from wellread.ingest.parse.ole.embedded_objects import embedded_file
from wellread.ingest.parse.powerpoint_97.records import Presentation, Record

_OBJECTS, _EMBEDDED, _OBJECT, _STORED, _STRING = 0x0409, 0x0FCC, 0x0FC3, 0x1011, 0x0FBA
_PROGRAM = 2
_COMPRESSED = 1
_NO_DOCUMENTS = ("MSGraph", "Equation", "MSPhotoEd", "Paint", "PBrush", "WordArt", "MS_ClipArt", "MSDraw")
_MOST_EXPANDED = 2 * MAX_BYTES
"""Bytes of all objects together that are opened to see what they are."""


def embedded_parts(presentation: Presentation) -> list[Part]:
    """Documents and other files embedded in slides; charts, formulas and pictures are none.

    An object that cannot be opened is left out.
    """
    found: dict[int, Part] = {}
    left = _MOST_EXPANDED
    objects = presentation.find(presentation.document, _OBJECTS)
    for embedded in presentation.records(objects) if objects else ():
        stored = _stored(presentation, embedded) if embedded.kind == _EMBEDDED else None
        if stored is None or stored.start in found:
            continue
        left -= _size(presentation, stored)
        if left < 0:
            break
        try:
            file = _file(presentation, stored, f"object {len(found) + 1}")
        except ParseError:
            continue
        if file is not None:
            found[stored.start] = Part(file[0], partial(_content, presentation, stored))
    return list(found.values())


def _stored(presentation: Presentation, embedded: Record) -> Record | None:
    """Where the object is stored, if its program makes documents."""
    program = ""
    for record in presentation.records(embedded):
        if record.kind == _STRING and record.instance == _PROGRAM:
            program = presentation.content(record)[:100].decode("utf-16-le", "replace")
    atom = presentation.find(embedded, _OBJECT)
    if atom is None or program.startswith(_NO_DOCUMENTS):
        return None
    return presentation.stored(presentation.value(atom, 16), _STORED)


def _content(presentation: Presentation, stored: Record) -> bytes:
    found = _file(presentation, stored, "")
    if found is None:
        raise ParseError("the object in the presentation is damaged: open and save it again")
    return found[1]


def _file(presentation: Presentation, stored: Record, name: str) -> tuple[str, bytes] | None:
    whole = _expanded(presentation, stored)
    return embedded_file(CompoundFile(whole).root, whole, name) if whole.startswith(SIGNATURE) else None


def _size(presentation: Presentation, stored: Record) -> int:
    """Bytes of the object's storage (2.10.34, ExOleObjStg); what is compressed says its size first."""
    compressed = stored.instance == _COMPRESSED
    return presentation.value(stored, 0) if compressed else stored.end - stored.start


def _expanded(presentation: Presentation, stored: Record) -> bytes:
    content = presentation.content(stored)
    if stored.instance != _COMPRESSED:
        return content
    most = min(_size(presentation, stored), MAX_BYTES)
    try:
        return zlib.decompressobj().decompress(content[4:], most) if most else b""
    except zlib.error as error:
        raise ParseError(f"an object in the presentation is damaged ({error}): save it again") from None
