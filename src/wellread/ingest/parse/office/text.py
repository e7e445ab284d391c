"""The text of a paragraph of WordprocessingML or DrawingML (ISO/IEC 29500-1), whose runs may lie at any depth."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import children, local

if TYPE_CHECKING:
    from lxml.etree import _Element


def text_of(element: "_Element", replaced: "Callable[[_Element], str | None]") -> str:
    """What every `t` below holds, in document order.

    `replaced` says what stands for any other element, nothing where that is empty; None: what it holds is read.
    """
    return "".join(_pieces(element, replaced))


def _pieces(element: "_Element", replaced: "Callable[[_Element], str | None]") -> Iterator[str]:
    for child in children(element):
        if local(child) == "t":
            yield child.text or ""
            continue
        text = replaced(child)
        if text is None:
            yield from _pieces(child, replaced)
        else:
            yield text
