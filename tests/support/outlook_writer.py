"""Outlook messages, put together as compound files."""

import struct
from datetime import UTC, datetime

from compound_file_writer import Tree, compound_file

from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.outlook.parser import parse_outlook

SUBJECT, SENDER, SENDER_ADDRESS, SHOWN_TO, SHOWN_CC = 0x0037, 0x0C1A, 0x0C1F, 0x0E04, 0x0E03
HEADERS, SENT, RECEIVED, CLASS = 0x007D, 0x0039, 0x0E06, 0x001A
BODY, REPORT, RTF, HTML, NATIVE, INTERNET_PAGE, PAGE = 0x1000, 0x1001, 0x1009, 0x1013, 0x1016, 0x3FDE, 0x3FFD
CONTENT, SHORT_NAME, LONG_NAME, SHOWN_NAME, SUFFIX = 0x3701, 0x3704, 0x3707, 0x3001, 0x3703

Pieces = list[bytes | tuple[int, int]]
Value = str | bytes | int | bool | datetime


class Narrow(str):
    """Text kept in 8 bits; encoded by the test."""

    content: bytes

    def __new__(cls, text: str, codec: str) -> "Narrow":
        made = super().__new__(cls, text)
        made.content = text.encode(codec)
        return made


def item(header: int, properties: dict[int, Value], **inside: Tree) -> Tree:
    """A storage of properties as MS-OXMSG lays it out."""
    fixed = bytearray(header)
    tree: Tree = {}
    for identifier, value in properties.items():
        kind, packed = 0x001F, bytes(8)
        if isinstance(value, bool):
            kind, packed = 0x000B, struct.pack("<?7x", value)
        elif isinstance(value, int):
            kind, packed = 0x0003, struct.pack("<I4x", value)
        elif isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            kind, packed = 0x0040, struct.pack("<Q", ticks)
        elif isinstance(value, bytes):
            kind = 0x0102
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value
        elif isinstance(value, Narrow):
            kind = 0x001E
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value.content + b"\0"
        else:
            tree[f"__substg1.0_{identifier:04X}{kind:04X}"] = value.encode("utf-16-le")
        fixed += struct.pack("<HHI", kind, identifier, 6) + packed
    return {"__properties_version1.0": bytes(fixed), **tree, **inside}


def attached(properties: dict[int, Value], message: Tree | None = None) -> Tree:
    return item(8, properties, **({"__substg1.0_3701000D": message} if message else {}))


def message(
    properties: dict[int, Value], *attachments: Tree, recipients: tuple[Tree, ...] = (), header: int = 32
) -> Tree:
    tree = item(header, properties)
    tree |= {f"__recip_version1.0_#{number:08X}": some for number, some in enumerate(recipients)}
    return tree | {f"__attach_version1.0_#{number:08X}": some for number, some in enumerate(attachments)}


def person(kind: int, name: str, address: str = "", other: str = "") -> Tree:
    properties: dict[int, Value] = {0x0C15: kind, 0x3001: name, 0x3003: other}
    return item(8, properties | ({0x39FE: address} if address else {}))


def read(properties: dict[int, Value], *attachments: Tree, recipients: tuple[Tree, ...] = ()) -> Parsed:
    return parse_outlook(compound_file(message(properties, *attachments, recipients=recipients)))


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def names(parsed: Parsed) -> list[str]:
    return [part.name for part in parsed.parts]


def stored(rtf: bytes) -> bytes:
    """RTF without compression."""
    return struct.pack("<3I4x", len(rtf) + 12, len(rtf), 0x414C454D) + rtf


def packed(contents: Pieces, size: int) -> bytes:
    """Compressed RTF of literal bytes and references (place in the dictionary, length)."""
    tokens: list[bytes] = []
    for content in contents:
        if isinstance(content, bytes):
            tokens += [content[at : at + 1] for at in range(len(content))]
        else:
            tokens.append((content[0] << 4 | content[1] - 2).to_bytes(2, "big"))
    groups = [tokens[at : at + 8] for at in range(0, len(tokens), 8)]
    body = b"".join(
        bytes([sum(1 << bit for bit, token in enumerate(group) if len(token) == 2)]) + b"".join(group)
        for group in groups
    )
    return struct.pack("<3I4x", len(body) + 12, size, 0x75465A4C) + body


ENCAPSULATED = (
    rb"{\rtf1\ansi\ansicpg1250\fromhtml1 \deff1{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Cyr;}}"
    rb"{\colortbl\red0;}{\*\generator Harbour;}\uc1\pard\plain\f0 {\*\htmltag18 <p>}"
    rb"\htmlrtf {\b \htmlrtf0 High \'9e\u341?\f1 \'cf\f0  water\htmlrtf }\htmlrtf0 {\*\htmltag84 &amp;}"
    rb"\htmlrtf &\htmlrtf0  {\*\mhtmltag84 x}more {\*\htmltag148 <img alt='\f1\'9e'>}{\*\htmltag26 </p>}}"
)
