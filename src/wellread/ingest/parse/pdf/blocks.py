"""Elements of pages to the blocks of a document."""

from collections.abc import Sequence

from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.pdf.headings import Headings
from wellread.ingest.parse.pdf.hyphens import Hyphens
from wellread.ingest.parse.pdf.lines import BULLET
from wellread.ingest.parse.pdf.paragraphs import Code, Element, Paragraph
from wellread.ingest.parse.pdf.table import Table

_DEEPEST_LIST = 6


def compose(composer: Composer, pages: Sequence[Sequence[Element]], headings: Headings) -> None:
    """Add every page with its number, also those without text."""
    words = Hyphens(element.text for page in pages for element in page if isinstance(element, Paragraph))
    for number, page in enumerate(pages):
        composer.start_page()
        lefts: list[float] = []
        for element in page:
            match element:
                case Table():
                    _add_table(composer, element, words)
                case Code():
                    composer.add("code", element.text)
                case Paragraph():
                    lefts = _add(composer, element, words, headings.level(element, number), lefts)


def _add_table(composer: Composer, table: Table, words: Hyphens) -> None:
    if any(table.header):
        composer.add_row([words.join(cell) for cell in table.header], header=True)
    for row in table.rows:
        composer.add_row([words.join(cell) for cell in row])


def _add(
    composer: Composer, paragraph: Paragraph, words: Hyphens, heading: int, lefts: list[float]
) -> list[float]:
    """Add one paragraph; `lefts`, of the list items it may nest in, is returned for the next."""
    text = words.join(paragraph.text)
    if heading:
        composer.add("heading", text, heading)
    elif BULLET.match(text):
        lefts = [*(left for left in lefts if left < paragraph.left - 2), paragraph.left][-_DEEPEST_LIST:]
        composer.add("list_item", text, level=len(lefts))
        return lefts
    else:
        composer.add("paragraph", text)
    return []
