"""A PDF of as many pages as wanted, written byte by byte: headings, paragraphs and ruled tables."""

import random

_WORDS = (
    "the keeper of lamp and lens writes down each evening when light was lit what weather came from sea how much oil "
    "remained who relieved whom at midnight which ship passed near rocks why fog signal sounded twice before dawn"
).split()
_FONTS = b"<</F 3 0 R/B 4 0 R>>"
_FIRST_PAGE = 5
"""The objects before it: the catalogue, the tree of pages, two fonts."""


def long_pdf(pages: int) -> bytes:
    """The same bytes for the same number; page N has the word `cairnN` in its headings and in its prose."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects += [
        b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    kids = []
    for number in range(1, pages + 1):
        page = _FIRST_PAGE + 2 * (number - 1)
        kids.append(b"%d 0 R" % page)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font %s>>>>"
            % (page + 1, _FONTS)
        )
        content = _content(number)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(kids))
    return _file(objects)


def _content(number: int) -> bytes:
    chance = random.Random(number)
    drawn = [_line("B", 20, 72, 770, f"Station cairn{number}")]
    for at in range(12):
        words = " ".join(chance.choices(_WORDS, k=11))
        start = f"At cairn{number} " if at == 0 else ""
        drawn.append(_line("F", 11, 72, 735 - 15 * at, f"{start}{words}{'.' if at % 4 == 3 else ''}"))
    drawn.append(_line("B", 14, 72, 525, f"Oil and wicks at cairn{number}"))
    left, top, width, height, rows = 72, 505, 110, 20, 8
    for row in range(rows):
        cells = ["Month", "Litres", "Wicks"] if row == 0 else _figures(chance, number, row)
        for column, cell in enumerate(cells):
            drawn.append(_line("F", 10, left + 5 + width * column, top - 14 - height * row, cell))
    for row in range(rows + 1):
        y = top - height * row
        drawn.append(f"{left} {y} m {left + 3 * width} {y} l S")
    for column in range(4):
        x = left + width * column
        drawn.append(f"{x} {top} m {x} {top - height * rows} l S")
    return "\n".join(drawn).encode("ascii")


def _figures(chance: random.Random, number: int, row: int) -> list[str]:
    return [f"Month {row} of {number}", str(chance.randint(100, 900)), str(chance.randint(1, 60))]


def _line(font: str, size: int, x: int, y: int, text: str) -> str:
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET"


def _file(objects: list[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)
