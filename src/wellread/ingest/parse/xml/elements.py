"""XML elements by their local names, which covers the strict and the transitional namespaces of Office alike."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def local(element: "_Element") -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: "_Element") -> Iterator["_Element"]:
    """Child elements; comments and processing instructions are passed over."""
    return (child for child in element if isinstance(child.tag, str))


def attribute(element: "_Element", name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def reference(element: "_Element", name: str = "id") -> str | None:
    """The attribute that names a relation of the element's part; an `id` of its own may stand beside it."""
    for key, value in element.attrib.items():
        namespace, _, found = str(key).rpartition("}")
        if found == name and namespace.endswith("/relationships"):
            return str(value)
    return None


def integer(text: str | None, default: int = 0) -> int:
    """A whole number of at most nine digits, else `default`."""
    digits = (text or "").strip()
    unsigned = digits.removeprefix("-")
    return int(digits) if unsigned.isascii() and unsigned.isdigit() and len(unsigned) < 10 else default
