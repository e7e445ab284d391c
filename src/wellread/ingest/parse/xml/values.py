"""XML of data as named values: elements with text are fields, elements of the same name in a row are a list."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from wellread.ingest.parse.data.named_values import Record, Value
from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.markup.html import compose_html
from wellread.ingest.parse.xml.elements import children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

# Attributes that are for programs whatever their value.
_TECHNICAL = frozenset({
    "class", "style", "href", "src", "rel", "target", "uuid", "guid", "schemalocation", "schemaversion", "encoding",
    "nil", "rid", "idref", "xsi", "space", "charset", "checksum", "hash",
})  # fmt: skip
_FOR_MACHINES = re.compile(
    r"[a-z][a-z0-9+.-]*:(?://)?\S+|#\S*|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}\}?|(?=\S*\d)[0-9a-fA-F]{16,}|\S{60,}"
)
_HTML = re.compile(
    r"</?(?:p|br|div|span|b|i|em|strong|a|ul|ol|li|h[1-6]|table|img|blockquote)\b[^<>]*>|&(?:#\d{1,7}|[a-z]{2,8});",
    re.IGNORECASE,
)


def value_of(root: "_Element") -> Value:
    """The element's content as values; an element with text and elements in it is one text."""
    values: dict[_Element, Value] = {}
    # Innermost first, so that no element is too deep.
    for element in reversed(list(root.iter("*"))):
        values[element] = _value(element, values)
    return values[root]


def plain(text: str) -> str:
    """Text in which HTML is written out, as feeds and exports have it, without the marks."""
    if not _HTML.search(text):
        return text
    composer = Composer()
    compose_html(composer, text)
    return composer.finish("").text


def has_text_beside_elements(element: "_Element") -> bool:
    """Whether text and elements are mixed in it, as in prose."""
    if not len(element):
        return False
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _value(element: "_Element", values: "dict[_Element, Value]") -> Value:
    inside = list(children(element))
    fields = list(_attributes(element))
    if not inside:
        text = plain((element.text or "").strip())
        if not fields:
            return text
        return Record((*fields, (local(element), text))) if text else Record(tuple(fields))
    if has_text_beside_elements(element):
        return " ".join("".join(element.itertext()).split())
    for name, group in groupby(inside, key=local):
        members = [values[member] for member in group]
        fields.append((name, members if len(members) > 1 else _single(name, members[0])))
    if len(fields) == 1 and isinstance(fields[0][1], list):
        return fields[0][1]
    return Record(tuple(fields))


def _single(name: str, value: Value) -> Value:
    """A lone element with text and attributes as one text: `12.50 (currency: EUR)`."""
    if not isinstance(value, Record) or value.fields[-1][0] != name:
        return value
    scalars = [(key, text) for key, text in value.fields if isinstance(text, str)]
    if len(scalars) < len(value.fields):
        return value
    return f"{scalars[-1][1]} ({'; '.join(f'{key}: {text}' for key, text in scalars[:-1])})"


def _attributes(element: "_Element") -> Iterator[tuple[str, Value]]:
    """Attributes that are for people: neither addresses nor digests, nor the machinery of XML itself."""
    for key, value in element.attrib.items():
        name, text = str(key), " ".join(str(value).split())
        if name.startswith("{") or name.lower() in _TECHNICAL or name.startswith("xmlns"):
            continue
        if text and not _FOR_MACHINES.fullmatch(text):
            yield name, text
