"""The sheet of `spreadsheet_samples` as a binary Excel workbook of the new kind has it."""

import struct

from office_package import packed, relations


def brt(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


BINARY_PARTS: dict[str, str | bytes] = {
    "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
    "xl/workbook.bin": brt(153, struct.pack("<III", 0, 0, 0) + text(""))
    + brt(156, struct.pack("<II", 0, 1) + text("r1") + text("Park"))
    + brt(156, struct.pack("<II", 1, 2) + text("r1") + text("Kept")),
    "xl/_rels/workbook.bin.rels": relations(
        ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "shared.bin"), ("styles", "styles.bin")
    ),
    "xl/shared.bin": brt(19, b"\0" + text("Tree")) + brt(19, b"\0" + text("Height")),
    "xl/styles.bin": brt(44, struct.pack("<H", 164) + text("0.0%"))
    + brt(626) + brt(47, struct.pack("<HH", 0, 9)) + brt(627)
    + brt(617) + b"".join(brt(47, struct.pack("<HH", 0, number)) for number in (0, 164, 14)) + brt(618),
    "xl/worksheets/sheet1.bin": brt(0, struct.pack("<I", 0))
    + brt(7, cell(0) + struct.pack("<I", 0)) + brt(7, cell(1) + struct.pack("<I", 1))
    + brt(6, cell(2) + text("Share")) + brt(62, cell(3) + b"\0" + text("Planted")) + brt(8, cell(4) + text("Seen"))
    + brt(0, struct.pack("<I", 1))
    + brt(6, cell(0) + text("Oak")) + brt(2, cell(1) + struct.pack("<I", 3150 << 2 | 3))
    + brt(5, cell(2, 1) + struct.pack("<d", 0.125))
    + brt(9, cell(3, 2) + struct.pack("<d", 45_000)) + brt(4, cell(4) + b"\1")
    + brt(0, struct.pack("<I", 2))
    + brt(1, cell(0)) + brt(5, cell(1) + struct.pack("<d", 28))
    + brt(8, cell(3) + text("old")) + brt(3, cell(4) + b"\x2a")
    + brt(176, struct.pack("<4I", 1, 2, 0, 0)),
    "xl/worksheets/_rels/sheet1.bin.rels": relations(("comments", "../comments1.bin")),
    "xl/comments1.bin": brt(635, struct.pack("<5I", 0, 1, 1, 1, 1) + bytes(16))
    + brt(637, b"\0" + text("Measured twice")),
}  # fmt: skip
BINARY = packed(BINARY_PARTS)
