"""XML (1.0, fifth edition) from bytes to a tree, within limits; nothing outside the file is ever read.

Entities that the file itself declares are put in as plain text, and the characters that HTML names;
what would come from elsewhere is left out.
"""

import re
from html.entities import html5
from typing import TYPE_CHECKING, Any

from wellread.errors import ParseError
from wellread.ingest.parse.document import clean
from wellread.ingest.parse.encodings import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_TAGS = 3_000_000
"""Tags of a file: as a tree each takes some 150 bytes."""

_MAX_EXPANSION = 1_000_000
"""Characters that the entities of a file may come to."""

_SEVERAL = "several"
"""The element put around what has no single root."""

# How `<` or `<?` begins without a byte order mark (appendix F of the standard).
_UNMARKED = (
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([\w:.-]+)""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&(#?\w+);")
# Matched with what may hold both marks as they are, so that they are left alone there.
_STRAY = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))|&(?!#?\w+;)|<(?![^\W\d]|[:/!?])", re.DOTALL
)
_MARKUP = re.compile(r"<[^<>]*>")
_MARKUP_DECLARATION = re.compile(r"\A(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL)


def parse_tree(data: bytes) -> "_Element | None":
    """The root element, or None for a file of white space.

    What is not well-formed is mended where that loses nothing: stray `&` and `<`, several roots, tags that
    do not match; of a file that breaks off, what comes before is kept.
    Raises ParseError: no XML, nested more than 256 deep, too large, or an entity bomb.
    """
    text = _DECLARATION.sub("", clean(_decoded(data), keep_layout=True)).strip()
    if not text:
        return None
    if text.count("<") > MAX_TAGS:
        raise ParseError(f"the XML has more than {MAX_TAGS:,} tags: split it")
    root = _strict(text)
    if root is None:
        root = _mended(text)
    _place_entities(root)
    return root


def replace_with_text(element: "_Element", text: str) -> None:
    """Make `text` all that the element holds; what follows it stays."""
    tail = element.tail
    element.clear()
    element.text, element.tail = text, tail


def _decoded(data: bytes) -> str:
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return data.decode(encoding, "replace")
    declared = _ENCODING.match(data[:1024])
    return decode(data, declared.group(1).decode("ascii", "replace") if declared else None)


def _parser(*, recover: bool) -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def _strict(text: str) -> "_Element | None":
    """The tree of what is well-formed. Raises ParseError where a limit is broken."""
    from lxml import etree

    parser = _parser(recover=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.LxmlError:
        _refuse_limits(parser)
        return None


def _mended(text: str) -> "_Element":
    from lxml import etree

    text = _STRAY.sub(lambda m: m.group(1) or ("&amp;" if m.group() == "&" else "&lt;"), text)
    if _MARKUP_DECLARATION.match(text) is None:
        text = f"<{_SEVERAL}>{text}</{_SEVERAL}>"
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError:
        root = None
    _refuse_limits(parser)
    if root is None or not (len(root) or root.tag != _SEVERAL):
        raise ParseError("the XML cannot be read: it holds no elements: name the file after its real kind")
    for element in root.iter("*"):
        if ":" in (name := str(element.tag).rpartition("}")[2]):
            # A prefix without a namespace would be part of the name.
            unprefixed = name.rpartition(":")[2]
            element.tag = unprefixed if unprefixed.isidentifier() else "unnamed"
    is_only = root.tag == _SEVERAL and len(root) == 1 and isinstance(root[0].tag, str)
    return root[0] if is_only and not (root.text or "").strip() else root


def _refuse_limits(parser: Any) -> None:
    for entry in parser.error_log:
        if "ENTITY_LOOP" in entry.type_name or "amplification" in entry.message:
            raise ParseError("the XML expands its entities beyond measure: it looks like an entity bomb")
        if "depth" in entry.message:
            raise ParseError("the XML nests elements more than 256 deep: it is damaged, or no document")
        if "RESOURCE_LIMIT" in entry.type_name:
            raise ParseError("the XML holds a text or a name beyond 10 MB: store it as a file of its own")


def _place_entities(root: "_Element") -> None:
    """Put each entity's text in the place of its reference."""
    from lxml import etree

    declared = root.getroottree().docinfo.internalDTD
    entities = {e.name: e.content for e in declared.iterentities()} if declared is not None else {}
    known: dict[str, str] = {}
    left = _MAX_EXPANSION
    for reference in list(root.iter(etree.Entity)):
        name = str(reference.name)
        if name not in known:
            known[name] = _expanded(name, entities)
        left -= len(known[name])
        if left < 0:
            raise ParseError("the XML expands its entities beyond measure: it looks like an entity bomb")
        _replace(reference, known[name])


def _expanded(name: str, entities: dict[str, str | None]) -> str:
    """An entity's text with the entities inside it."""
    text = entities.get(name) or html5.get(f"{name};", "")
    for _ in range(10):
        if "&" not in text:
            break
        text = _REFERENCE.sub(lambda m: _character(m.group(1)) or entities.get(m.group(1)) or "", text)
        if len(text) > _MAX_EXPANSION:
            raise ParseError("the XML expands its entities beyond measure: it looks like an entity bomb")
    return _MARKUP.sub("", text)


def _character(name: str) -> str:
    if name.startswith("#"):
        digits, base = (name[2:], 16) if name[1:2] in ("x", "X") else (name[1:], 10)
        try:
            return chr(int(digits, base))
        except (ValueError, OverflowError):
            return ""
    return html5.get(f"{name};", "")


def _replace(reference: "_Element", text: str) -> None:
    parent, before = reference.getparent(), reference.getprevious()
    text += reference.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
    if parent is not None:
        # Its tail goes with it, which is why that has been moved first.
        parent.remove(reference)
