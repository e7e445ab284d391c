"""PowerPoint presentations (.pptx, .pptm, .ppsx, .potx; strict and transitional), slide by slide.

Read straight from the XML by local names, as Word documents are. What layouts and masters show on every
slide stays out; what they say of positions and bullets counts.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_BYTES, Composer, Parsed, Part
from wellread.ingest.parse.office.package import POWERPOINT, Package
from wellread.ingest.parse.powerpoint.layouts import Layouts
from wellread.ingest.parse.powerpoint.slide import SlideWriter
from wellread.ingest.parse.powerpoint.text import paragraph_text
from wellread.ingest.parse.property_title import usable_title
from wellread.ingest.parse.xml.elements import attribute, reference

if TYPE_CHECKING:
    from lxml.etree import _Element

_SLIDE_NAME = re.compile(r"ppt/slides/slide(\d{1,6})\.xml")


def parse_pptx(data: bytes) -> Parsed:
    """Slides in the presentation's order, hidden ones too: each a page, then its notes and comments.

    Files embedded in slides are parts. A damaged slide is an empty page if others can be read.
    Raises ParseError when it is broken, expands beyond the limit, or is no presentation.
    """
    package = Package(data, POWERPOINT)
    root = package.document()
    composer = Composer()
    layouts = Layouts(package, root)
    authors = _authors(package)
    title, parts, failed, slides = "", list[Part](), list[ParseError](), _slides(package, root)
    for number, slide in enumerate(slides):
        composer.start_page()
        try:
            writer = SlideWriter(composer, package, layouts, slide, is_first=number == 0)
            written = writer.write()
            title = title or written
            _write_notes(composer, package, slide)
            _write_comments(composer, package, slide, authors)
        except ParseError as error:
            failed.append(error)
        parts += _parts(package, slide)
    if failed and (package.is_too_large or len(failed) == len(slides)):
        raise failed[-1]
    return composer.finish(usable_title(package.title()) or title, parts)


def _slides(package: Package, root: "_Element") -> list[str]:
    """Names of the slides' parts in the order of the list in `presentation.xml`, each once."""
    listed = (reference(entry) for entry in root.iterfind("{*}sldIdLst/{*}sldId"))
    relations = (package.target(package.main, relation_id) for relation_id in listed)
    slides = dict.fromkeys(r.target for r in relations if r is not None and r.kind == "slide")
    if slides:
        return list(slides)
    found = ((int(name[1]), name[0]) for part in package.names() if (name := _SLIDE_NAME.fullmatch(part)))
    return [name for _, name in sorted(found)]


def _write_notes(composer: Composer, package: Package, slide: str) -> None:
    """What the speaker wrote below the slide, without the page's picture, number, date and footer."""
    texts: list[str] = []
    for part in package.related(slide, "notesSlide"):
        root = package.xml(part)
        for shape in root.iter("{*}sp") if root is not None else ():
            place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            if place is None or attribute(place, "type") in ("body", None):
                texts += [paragraph_text(p) for p in shape.iterfind("{*}txBody/{*}p")]
    if any(text.strip() for text in texts):
        composer.add("heading", "Notes", 3)
        for text in texts:
            composer.add("paragraph", text)


def _authors(package: Package) -> dict[str, str]:
    """Names of those who commented, by the identifiers of the old and of the present kind of comments."""
    names: dict[str, str] = {}
    for part in (*package.related(package.main, "commentAuthors"), *package.related(package.main, "authors")):
        root = _optional(package, part)
        for author in root.iter("{*}cmAuthor", "{*}author") if root is not None else ():
            names[attribute(author, "id") or ""] = (attribute(author, "name") or "").strip()
    return names


def _write_comments(composer: Composer, package: Package, slide: str, authors: dict[str, str]) -> None:
    said: list[str] = []
    for part in package.related(slide, "comments"):
        root = _optional(package, part)
        for comment in root.iter("{*}cm", "{*}reply") if root is not None else ():
            body = comment.find("{*}txBody")
            paragraphs = body.iterfind("{*}p") if body is not None else ()
            text = "\n".join(map(paragraph_text, paragraphs)) or comment.findtext("{*}text") or ""
            author = authors.get(attribute(comment, "authorId") or "", "")
            if text.strip():
                said.append(f"{author}: {text}" if author else text)
    if said:
        composer.add("heading", "Comments", 3)
        for text in said:
            composer.add("paragraph", text)


def _optional(package: Package, part: str) -> "_Element | None":
    """A part the slide can be read without; one that is damaged counts as missing."""
    try:
        return package.xml(part)
    except ParseError:
        return None


def _parts(package: Package, slide: str) -> Iterator[Part]:
    """Whole documents embedded in a slide. What charts keep their figures in is no part."""
    for target in package.related(slide, "package"):
        yield Part(posixpath.basename(target), partial(_embedded, package, target))


def _embedded(package: Package, target: str) -> bytes:
    content = package.read(target)
    if content is None:
        raise ParseError(f"{target} is missing in the presentation: save it again in a presentation program")
    if len(content) > MAX_BYTES:
        raise ParseError(
            f"{target} inside the presentation has over {MAX_BYTES:,} bytes: store it on its own"
        )
    return content
