"""HTML pages: what a reader of the rendered page would see, in order; nothing is ever fetched."""

import re
from typing import TYPE_CHECKING, Any

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed, clean
from wellread.ingest.parse.encodings import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED = frozenset({
    "script", "style", "nav", "noscript", "template", "svg", "math-script", "button", "select", "option",
    "input", "textarea", "iframe", "object", "embed", "audio", "video", "canvas", "head", "link", "meta",
    "datalist", "dialog",
})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "li",
    "main", "menu", "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul", "caption",
}) | frozenset(_HEADINGS)  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?charset|\?xml[^>]*?encoding)\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE
)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def parse_html(data: bytes) -> Parsed:
    """A page's headings, paragraphs, lists, tables and code; scripts, styles, navigation and hidden parts go.

    The charset is what a byte order mark or the page itself says. Raises ParseError.
    """
    composer = Composer()
    title = compose_html(composer, decode(data, declared_charset(data)))
    return composer.finish(title or composer.first_heading())


def declared_charset(data: bytes) -> str | None:
    """The charset that a page itself says it is in."""
    declared = _CHARSET.search(data[:4096])
    return declared.group(1).decode("ascii", "replace") if declared else None


def compose_html(composer: Composer, markup: str) -> str:
    """Add the blocks of a page or fragment to `composer` and return its `<title>`, if any.

    Raises ParseError for elements nested too deeply to be a page (256; the parser would drop what is below).
    """
    from lxml import etree

    markup = _DECLARATION.sub("", clean(markup, keep_layout=True))
    if not markup.strip():
        return ""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(markup, parser)
    except etree.LxmlError as error:
        raise ParseError(f"the HTML cannot be read: {error}") from None
    if any("depth" in entry.message for entry in parser.error_log):
        raise ParseError("the HTML nests elements more than 256 deep: it is damaged or not a page")
    if root is None:
        return ""
    _Writer(composer).write(root)
    return str(root.findtext(".//title") or "")


class _Writer:
    """Walks the tree in document order without recursion; inline text gathers until a block ends."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._inline: list[str] = []
        self._heading = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._depth = 1
        self._link: tuple[str, int] | None = None

    def write(self, root: "_Element") -> None:
        from lxml import etree

        walk: Any = etree.iterwalk(root, events=("start", "end"))
        whole: set[_Element] = set()
        for event, element in walk:
            if event == "start":
                if self._take_whole(element):
                    whole.add(element)
                    walk.skip_subtree()
                else:
                    self._open(element)
            elif element in whole:
                self._inline.append(_flow(element.tail))
            else:
                self._close(element)
        self._flush()

    def _take_whole(self, element: "_Element") -> bool:
        """Elements that are not walked into: dropped ones, code, and tables that hold data."""
        if _is_dropped(element):
            return True
        if element.tag == "pre":
            self._flush()
            self._composer.add("code", _text_of(element), len(self._lists))
            return True
        if element.tag == "table" and _is_data_table(element):
            self._flush()
            for link in element.iter("a"):
                self._composer.link(link.get("href", ""), _text_of(link, flow=True))
            for cells, header in _rows(element):
                self._composer.add_row(cells, header=header)
            return True
        return False

    def _open(self, element: "_Element") -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        self._composer.anchor(element.get("id") or (element.get("name", "") if tag == "a" else ""))
        if tag == "a" and element.get("href"):
            self._link = element.get("href"), len(self._inline)
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("ul", "menu", "dl"):
            self._lists.append(None)
        elif tag == "ol":
            self._lists.append(_number(element.get("start"), 1))
        elif tag in ("li", "dt", "dd"):
            self._marker = self._next_marker()
            self._depth = max(len(self._lists), 1) + (tag == "dd")
        elif tag == "br":
            self._inline.append("\n")
        elif tag == "img":
            self._inline.append(_flow(element.get("alt")))
        self._inline.append(_flow(element.text))

    def _close(self, element: "_Element") -> None:
        tag = element.tag
        if tag == "a" and self._link:
            target, opened = self._link
            self._composer.link(target, "".join(self._inline[opened:]))
            self._link = None
        if tag in _BLOCKS:
            self._flush()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in ("ul", "menu", "dl", "ol"):
            self._lists.pop()
        elif tag in ("li", "dt", "dd"):
            self._marker = ""
        self._inline.append(_flow(element.tail))

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _flush(self) -> None:
        text = "".join(self._inline).strip()
        self._inline.clear()
        if not text:
            return
        if self._heading:
            self._composer.add("heading", text.replace("\n", " "), self._heading)
        elif self._marker:
            self._composer.add("list_item", self._marker + text, self._depth)
            self._marker = ""
        else:
            self._composer.add("paragraph", text, len(self._lists))


def _is_dropped(element: "_Element") -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    hidden = element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style", ""))
    return bool(hidden) or element.get("role") in ("navigation", "search")


def _flow(text: str | None) -> str:
    """Source line breaks are spaces; only `<br>` breaks a line."""
    return re.sub(r"\s+", " ", text) if text else ""


def _text_of(element: "_Element", *, flow: bool = False) -> str:
    """All visible text below `element`, with its line breaks or, with `flow`, only those of `<br>`."""
    from lxml import etree

    parts: list[str] = []
    walk: Any = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start" and _is_dropped(inner):
            walk.skip_subtree()
        elif event == "start":
            separator = "\n" if inner.tag == "br" else " " if flow and inner.tag in _BLOCKS else ""
            parts += [separator, _flow(inner.text) if flow else inner.text or ""]
            if inner.tag == "img":
                parts.append(inner.get("alt", ""))
        elif inner is not element:
            separator = " " if flow and inner.tag in _BLOCKS else ""
            parts += [separator, _flow(inner.tail) if flow else inner.tail or ""]
    return "".join(parts)


def _is_data_table(table: "_Element") -> bool:
    """A table with another table, a heading or a section inside, or of one column, only arranges the page."""
    if next(table.iter("h1", "h2", "h3", "h4", "h5", "h6", "article", "section", "main"), None) is not None:
        return False
    if sum(1 for _ in table.iter("table")) > 1:
        return False
    return any(sum(1 for _ in row.iterchildren("td", "th")) > 1 for row in table.iter("tr"))


def _rows(table: "_Element") -> list[tuple[list[str], bool]]:
    """Cells of each row and whether it is a header. One that spans rows is repeated in each."""
    rows: list[tuple[list[str], bool]] = []
    held: dict[int, tuple[str, int]] = {}
    caption = table.find("caption")
    if caption is not None:
        rows.append(([_text_of(caption, flow=True)], False))
    for row in table.iter("tr"):
        cells: list[str] = []
        elements = list(row.iterchildren("td", "th"))
        below: dict[int, tuple[str, int]] = {}
        for element in elements:
            _take_held(cells, held, below)
            text = _text_of(element, flow=True)
            spanned = min(_number(element.get("rowspan"), 1), 1000) - 1
            if spanned > 0:
                below[len(cells)] = (text, spanned)
            cells.append(text)
        _take_held(cells, held, below)
        held = below
        parent = row.getparent()
        in_head = parent is not None and parent.tag == "thead"
        rows.append((cells, bool(elements) and (in_head or all(e.tag == "th" for e in elements))))
    return rows


def _take_held(cells: list[str], held: dict[int, tuple[str, int]], below: dict[int, tuple[str, int]]) -> None:
    while len(cells) in held:
        text, left = held[len(cells)]
        if left > 1:
            below[len(cells)] = (text, left - 1)
        cells.append(text)


def _number(text: str | None, default: int) -> int:
    return (
        int(text) if text and text.strip().isascii() and text.strip().isdigit() and len(text) < 7 else default
    )
