"""The sheet of `spreadsheet_samples` as an Excel workbook of before 2007 has it."""

import struct

from compound_file_writer import compound_file


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def narrow(text: str) -> bytes:
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def at(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


BEGIN_BOOK = record(0x0809, struct.pack("<HH12x", 0x0600, 5))
BEGIN_SHEET = record(0x0809, struct.pack("<HH12x", 0x0600, 0x10))
END = record(0x000A)


def old_stream(globals_: bytes, sheets: dict[str, bytes], hidden: tuple[str, ...] = ()) -> bytes:
    def listed(starts: list[int]) -> bytes:
        return b"".join(
            record(
                0x0085,
                struct.pack("<IBB", start, name in hidden, 0)
                + struct.pack("<BB", len(name), 0)
                + name.encode(),
            )
            for name, start in zip(sheets, starts, strict=True)
        )

    start = len(BEGIN_BOOK + globals_ + listed([0] * len(sheets)) + END)
    starts, body = [], b""
    for content in sheets.values():
        starts.append(start + len(body))
        body += BEGIN_SHEET + content + END
    return BEGIN_BOOK + globals_ + listed(starts) + END + body


def old(globals_: bytes, sheets: dict[str, bytes], hidden: tuple[str, ...] = ()) -> bytes:
    return compound_file({"Workbook": old_stream(globals_, sheets, hidden)})


OLD_GLOBALS = (
    record(0x041E, struct.pack("<H", 164) + wide("0.0%"))
    + record(0x00E0, struct.pack("<HH", 0, 0))
    + record(0x00E0, struct.pack("<HH", 0, 164))
    + record(0x00E0, struct.pack("<HH", 0, 14))
    # The third text goes on in the next record, with wide characters from there on.
    + record(0x00FC, struct.pack("<II", 9, 4) + narrow("Tree") + struct.pack("<HBH", 6, 8, 2) + b"Height" + bytes(8)
             + struct.pack("<HB", 5, 0) + b"Sh")
    + record(0x003C, b"\x01" + "are".encode("utf-16-le") + wide("Planted"))
    + record(0x00FC)
)  # fmt: skip
OLD_GLOBALS = OLD_GLOBALS[:-4]
OLD_SHEET = (
    b"".join(record(0x00FD, at(0, column) + struct.pack("<I", column)) for column in range(4))
    + record(0x0204, at(0, 4) + narrow("Seen"))
    + record(0x00D6, at(1, 0) + narrow("Oak") + bytes(2))
    + record(0x00BD, struct.pack("<HH", 1, 1) + struct.pack("<HI", 0, 3150 << 2 | 3) + struct.pack("<H", 1))
    + record(0x0203, at(1, 2, 1) + struct.pack("<d", 0.125))
    + record(0x027E, at(1, 3, 2) + struct.pack("<I", 45_000 << 2 | 2))
    + record(0x0205, at(1, 4) + b"\x01\x00")
    + record(0x0006, at(2, 1) + struct.pack("<d", 28.0) + bytes(8))
    + record(0x0006, at(2, 3) + b"\x00\x00\x00\x00\x00\x00\xff\xff" + bytes(8))
    + record(0x04BC, bytes(10))
    + record(0x0207, narrow("old"))
    + record(0x0006, at(2, 4) + b"\x02\x00\x2a\x00\x00\x00\xff\xff" + bytes(8))
    + record(0x00E5, struct.pack("<H4H", 1, 1, 2, 0, 0))
    + record(0x005D, struct.pack("<HHHH", 0x15, 18, 0x19, 7) + bytes(18))
    + record(0x01B6, struct.pack("<10xHH4x", 14, 16))
    + record(0x003C, b"\x00Measured")
    + record(0x003C, b"\x01" + " twice".encode("utf-16-le"))
    + record(0x003C, bytes(16))
    + record(0x001C, struct.pack("<HHHH", 1, 1, 0, 7))
)
OLD = old(OLD_GLOBALS, {"Park": OLD_SHEET, "Kept": record(0x0204, at(0, 0) + narrow("secret"))}, ("Kept",))
