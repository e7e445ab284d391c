"""OpenDocument files, made with zipfile."""

import office_package

from wellread.ingest.parse import Parsed
from wellread.ingest.parse.opendocument.parser import parse_opendocument

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = {
    "office": f"{OASIS}:office:1.0", "style": f"{OASIS}:style:1.0", "text": f"{OASIS}:text:1.0",
    "table": f"{OASIS}:table:1.0", "draw": f"{OASIS}:drawing:1.0", "presentation": f"{OASIS}:presentation:1.0",
    "svg": f"{OASIS}:svg-compatible:1.0", "chart": f"{OASIS}:chart:1.0", "manifest": f"{OASIS}:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/", "xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
SPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())


def xml(root: str, inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {SPACES}>{inside}</{root}>'


def package(content: str, **members: str) -> bytes:
    named = {name.replace("__", "/") + ".xml": text for name, text in members.items()}
    return office_package.packed({"content.xml": content, **named})


def odt(body: str, automatic: str = "", title: str = "", styles: str = "", kind: str = "text") -> bytes:
    """A package whose body, automatic styles, common styles and title property are given."""
    return package(
        xml(
            "office:document-content",
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body>",
        ),
        meta=xml("office:document-meta", f"<office:meta><dc:title>{title}</dc:title></office:meta>"),
        styles=xml("office:document-styles", f"<office:styles>{styles}</office:styles>"),
    )


def p(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def item(*inside: str) -> str:
    return f"<text:list-item>{''.join(inside)}</text:list-item>"


def items(*inside: str, style: str = "L", more: str = "") -> str:
    return f'<text:list text:style-name="{style}" {more}>{"".join(inside)}</text:list>'


def row(*texts: str) -> str:
    cells = (f"<table:table-cell>{p(text)}</table:table-cell>" for text in texts)
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def level(
    number: int, form: str, more: str = 'style:num-suffix="."', kind: str = "list-level-style-number"
) -> str:
    return f'<text:{kind} text:level="{number}" style:num-format="{form}" {more}/>'


NUMBERED = f'<text:list-style style:name="L">{level(1, "1")}{level(2, "a")}{level(3, "i")}</text:list-style>'


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(data: bytes) -> list[str]:
    return [text for _, _, text in blocks(parse_opendocument(data))]


def note(kind: str, mark: str, text: str) -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
        f"<text:note-body>{text}</text:note-body></text:note>"
    )


def shape(kind: str, inside: str, more: str = "") -> str:
    return (
        f'<draw:frame presentation:class="{kind}" {more}><draw:text-box>{inside}</draw:text-box></draw:frame>'
    )
