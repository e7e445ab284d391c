"""XML from strangers: no entity is resolved, no file or address is read, no tree grows beyond what is usual."""

from typing import TYPE_CHECKING

from wellread.errors import ParseError

if TYPE_CHECKING:
    from lxml.etree import _Element


def xml_root(data: bytes, *, mend: bool = False) -> "_Element":
    """The root element. With `mend`, what is not well-formed is read as far as it goes. Raises ParseError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=mend,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError(f"it is no XML: {error}") from None
    if root is None:
        raise ParseError("it is no XML")
    return root


def local_name(element: "_Element") -> str:
    """An element's name without its namespace; nothing for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
