"""Electronic books (EPUB 2 and 3): the pages of the spine in order, each read as HTML."""

import html
import re
from collections.abc import Mapping

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.epub.package import Book, Label
from wellread.ingest.parse.markup.html import compose_html, declared_charset

MAX_TAGS = 3_000_000
"""Tags of one page: as a tree each takes some 150 bytes."""

_FEW_WORDS = 3
"""Words of a picture's description up to which it only names the picture, such as `Cover image`."""

_RAISED = r"(?:\s|</?sup\b[^<>]*>)*"
_SHORT_LINK = re.compile(
    rf"((?:<sup\b[^<>]*>\s*)?<a\b[^<>]*>{_RAISED})([^\s<>()\[\]]{{1,5}})(?={_RAISED}</a>)"
)
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ANCHOR = re.compile(r"""<[A-Za-z][^<>]*?\s(?:id|name)\s*=\s*["']([^"'<>]+)["']""")
_BODY = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)


def parse_epub(data: bytes) -> Parsed:
    """A book in the order of its spine; pages outside the linear reading follow at the end.

    Where a page has no heading, its names in the table of contents become headings. The table itself and
    pages of pictures alone stay out, a page that cannot be read is passed over.
    Raises ParseError when no page can be read, or the book is protected.
    """
    book = Book(data)
    labels = book.labels()
    composer = Composer()
    failure: ParseError | None = None
    pages = book.pages()
    for page in pages:
        try:
            parsed = _read_page(book.read(page), labels.get(page, {}), is_first=page == pages[0])
        except ParseError as error:
            failure = failure or error
            continue
        for block in parsed.blocks:
            composer.add(block.kind, parsed.text[block.start : block.end], block.level)
    book_parsed = composer.finish(book.title() or composer.first_heading())
    if failure is not None and (book.is_too_large or not book_parsed.text):
        raise failure
    return book_parsed


def _read_page(data: bytes, labels: Mapping[str, Label], *, is_first: bool) -> Parsed:
    """One page by itself. Raises ParseError."""
    markup = decode(data, declared_charset(data))
    if markup.count("<") > MAX_TAGS:
        raise ParseError(f"a page of the book has more than {MAX_TAGS:,} tags: split it")
    markup = _SHORT_LINK.sub(_marked, _without_sections(markup))
    page = _composed(markup)
    names_pictures = is_first or len(page.text.split()) <= _FEW_WORDS
    if names_pictures and not _composed(_PICTURE.sub("", markup)).text:
        return Parsed("", "", ())
    if labels and not any(block.kind == "heading" for block in page.blocks):
        return _without_repetition(_composed(_labelled(markup, labels)))
    return page


def _without_sections(markup: str) -> str:
    """The page with its CDATA sections, which HTML does not know, as plain text."""
    first, *others = markup.split("<![CDATA[")
    sections = (other.partition("]]>") for other in others)
    return first + "".join(
        (html.escape(inside) if end else inside) + after for inside, end, after in sections
    )


def _marked(link: re.Match[str]) -> str:
    """A link to a note with its mark in brackets, which otherwise runs into the word before it."""
    before, mark = link.groups()
    is_note = "noteref" in before or "footnote-ref" in before or ("<sup" in before and "#" in before)
    return f"{before}[{mark}]" if is_note else link[0]


def _composed(markup: str) -> Parsed:
    composer = Composer()
    compose_html(composer, markup)
    return composer.finish("")


def _labelled(markup: str, labels: Mapping[str, Label]) -> str:
    """The page with a heading at each place that the table of contents leads to."""
    body = _BODY.search(markup)
    places = {"": body.end() if body else 0}
    for anchor in _ANCHOR.finditer(markup, places[""]):
        places.setdefault(anchor[1], anchor.start())
    pieces: list[str] = []
    done = 0
    for at, label in sorted((places[name], label) for name, label in labels.items() if name in places):
        level = min(label.depth, 6)
        pieces += [markup[done:at], f"<h{level}>{html.escape(label.text)}</h{level}>"]
        done = at
    return "".join([*pieces, markup[done:]])


def _without_repetition(page: Parsed) -> Parsed:
    """The page without paragraphs that only say again what the heading before them says."""
    composer = Composer()
    heading = ""
    for block in page.blocks:
        text = page.text[block.start : block.end]
        if block.kind != "paragraph" or text.casefold() != heading:
            composer.add(block.kind, text, block.level)
        heading = text.casefold() if block.kind == "heading" else ""
    return composer.finish("")
