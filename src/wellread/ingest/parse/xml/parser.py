"""XML files: articles, books and manuals as prose, feeds by entry, all else by its structure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wellread.ingest.parse.data.named_values import LONGEST_LINE, Record, Value, compose_values, is_encoded
from wellread.ingest.parse.document import MAX_TITLE, Composer, Parsed
from wellread.ingest.parse.markup.html import parse_html
from wellread.ingest.parse.word.xml import is_word, parse_word
from wellread.ingest.parse.xml.article import article_title, prepare_article
from wellread.ingest.parse.xml.elements import attribute, children, local
from wellread.ingest.parse.xml.feed import compose_feed, is_feed
from wellread.ingest.parse.xml.math import write_out_exponents, write_out_math
from wellread.ingest.parse.xml.prose import ProseWriter
from wellread.ingest.parse.xml.roles import DOCBOOK, GENERAL, JATS, TEI, Roles, roles_of
from wellread.ingest.parse.xml.table import flow
from wellread.ingest.parse.xml.tree import parse_tree
from wellread.ingest.parse.xml.values import has_text_beside_elements, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = frozenset({"title", "heading", "headline", "subject", "name"})
_HEADERS = frozenset({
    "head", "header", "info", "meta", "metadata", "properties", "documentproperties", "front", "teiheader",
    "filedesc", "titlestmt", "document", "channel", "bookinfo", "articleinfo",
})  # fmt: skip


_NAMES = ("title", "heading", "label", "caption", "name")
_LONGEST_FIELD = 120
"""Characters of a text that is a field among prose, rather than a paragraph."""
_SENTENCE_ENDS = (".", "!", "?", "…", "。", ":")


def parse_xml(data: bytes) -> Parsed:
    """An XML document in reading order.

    JATS, DocBook, TEI and DITA are read as the prose they are, RSS and Atom by entry, XHTML as HTML, Word's
    own XML as Word. Of any other, elements with text are paragraphs where text and marks are mixed; what
    holds data becomes tables (elements of the same name with the same fields), headings and `name: value`
    lines. Comments, processing instructions and whatever lies outside the file are left out.
    Raises ParseError.
    """
    root = parse_tree(data)
    composer = Composer()
    if root is None:
        return composer.finish("")
    if local(root).lower() == "html":
        return parse_html(data)
    if is_word(root):
        return parse_word(root)
    if is_feed(root):
        return composer.finish(compose_feed(composer, root))
    roles = roles_of(root)
    title = _compose_prose(composer, root, roles) if roles else _compose_other(composer, root)
    return composer.finish(title)


def _compose_prose(composer: Composer, root: "_Element", roles: Roles) -> str:
    write_out_math(root)
    write_out_exponents(root)
    title = ""
    if roles is JATS:
        prepare_article(root)
        title = article_title(root)
    elif roles is DOCBOOK:
        _name_references(root)
    elif roles is TEI:
        title = _own_title(root)
        composer.add("heading", title, 1)
    ProseWriter(composer, roles).write(root)
    return title or _own_title(root) or composer.first_heading()


def _compose_other(composer: Composer, root: "_Element") -> str:
    """Prose where there is some, data otherwise; the two may stand beside each other."""
    title = _own_title(root)
    prose = _with_prose(root)
    if root not in prose:
        compose_values(composer, _content(value_of(root)))
        return title
    _write_out_names(prose)
    roles = dict(GENERAL)
    for element in prose:
        if _holds_titles(element):
            roles.setdefault(local(element), "section")

    def take(element: "_Element", level: int) -> bool:
        if element in prose or _holds_titles(element) or local(element) in roles:
            return False
        return _compose_data(composer, element, level)

    ProseWriter(composer, roles, take).write(root)
    return title


def _write_out_names(prose: "Iterable[_Element]") -> None:
    """Give elements around prose the names in their attributes as titles: `<method name="light">`."""
    from lxml import etree

    for element in list(prose):
        name = next((element.get(key) for key in _NAMES if element.get(key)), "")
        if name and not (
            _holds_titles(element) or local(element) in GENERAL or has_text_beside_elements(element)
        ):
            title = etree.Element("title")
            title.text = name
            element.insert(0, title)


def _content(value: Value) -> Value:
    """What is inside of elements that only hold one other."""
    while isinstance(value, Record) and len(value.fields) == 1 and isinstance(value.fields[0][1], Record):
        value = value.fields[0][1]
    return value


def _compose_data(composer: Composer, element: "_Element", level: int) -> bool:
    """Add what stands in prose and is none, if the element is that."""
    value = value_of(element)
    if not isinstance(value, str):
        compose_values(composer, value, level)
    elif is_encoded(value):
        pass
    elif len(value) > _LONGEST_FIELD or value.endswith(_SENTENCE_ENDS):
        return False
    else:
        compose_values(composer, Record(((local(element), value),)), level)
    return True


def _with_prose(root: "_Element") -> "set[_Element]":
    """Elements that read as prose, and all around them."""
    found: set[_Element] = set()
    for element in root.iter("*"):
        if _is_prose(element):
            around: _Element | None = element
            while around is not None and around not in found:
                found.add(around)
                around = around.getparent()
    return found


def _is_prose(element: "_Element") -> bool:
    """A paragraph, text with marks mixed in it, or a title above a long text."""
    if GENERAL.get(local(element)) == "paragraph" or has_text_beside_elements(element):
        return True
    return _holds_titles(element) and any(len(child.text or "") > LONGEST_LINE for child in element)


def _holds_titles(element: "_Element") -> bool:
    return any(GENERAL.get(local(child)) == "title" for child in children(element))


def _own_title(root: "_Element") -> str:
    """The element that says what the document is called: at its top, or in what stands before its content."""
    waiting = [root]
    for element in waiting:
        for child in children(element):
            if local(child).lower() in _TITLES and not len(child) and (text := flow(child)):
                return text[:MAX_TITLE]
            if local(child).lower() == "title" and (text := flow(child)):
                return text[:MAX_TITLE]
            if local(child).lower() in _HEADERS:
                waiting.append(child)
    return ""


def _name_references(root: "_Element") -> None:
    """Give a reference without text of its own the title of what it refers to."""
    titles: dict[str, str] = {}
    for element in root.iter("*"):
        name = attribute(element, "id")
        title = element.find("{*}title") if name else None
        if title is None and name:
            title = element.find("{*}info/{*}title")
        if name and title is not None:
            titles[name] = flow(title)
    for reference in root.iter("{*}xref", "{*}link"):
        if not flow(reference):
            reference.text = titles.get(reference.get("linkend") or "", "")
