"""PowerPoint 97-2003 presentations (.ppt, [MS-PPT]), slide by slide.

Read by the file's own records. What masters show on every slide stays out; whether they give texts bullets
counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.ole.compound_file import CompoundFile
from wellread.ingest.parse.ole.summary_information import summary_title
from wellread.ingest.parse.powerpoint_97.objects import embedded_parts
from wellread.ingest.parse.powerpoint_97.records import Presentation, Record
from wellread.ingest.parse.powerpoint_97.shapes import Shape, shapes_of
from wellread.ingest.parse.powerpoint_97.text import (
    BODY,
    CENTRED_TITLE,
    HALF_BODY,
    NOTES,
    QUARTER_BODY,
    Text,
    paragraph_bullet,
    texts_of,
)
from wellread.ingest.parse.tables import find_header

_SLIDE, _MASTER, _NOTES = 0x03EE, 0x03F8, 0x03F0
_LIST, _LISTED = 0x0FF0, 0x03F3
_SLIDES, _MASTERS, _NOTES_PAGES = 0, 1, 2
_SLIDE_ATOM, _NOTES_ATOM, _MASTER_STYLE = 0x03EF, 0x03F1, 0x0FA3
_TAGS, _TAG, _TAG_DATA, _COMMENT, _STRING = 0x1388, 0x138A, 0x138B, 0x2EE0, 0x0FBA
_BULLETED = (BODY, HALF_BODY, QUARTER_BODY)


def parse_legacy_powerpoint(data: bytes) -> Parsed:
    """Slides in the presentation's order, hidden ones too: each a page, then its notes and comments.

    Files embedded in slides are parts. Raises ParseError: protected by a password, of PowerPoint 95 or
    older, damaged.
    """
    root = CompoundFile(data).root
    presentation = Presentation(root)
    writer = _Writer(presentation)
    title = writer.write()
    return writer.composer.finish(summary_title(root) or title, embedded_parts(presentation))


@dataclass(frozen=True, slots=True)
class _Listed:
    """A slide, master or page of notes as the document lists it, with the texts kept in the list."""

    identifier: int
    page: Record
    texts: list[Text]


class _Writer:
    def __init__(self, presentation: Presentation) -> None:
        self.composer = Composer()
        self._presentation = presentation
        self._left = 2 * len(presentation.data)
        masters = self._listed(_MASTERS, _MASTER)
        self._bulleted = {master.identifier: self._has_bullets(master.page) for master in masters}
        self._notes = {self._about(notes.page): notes.page for notes in self._listed(_NOTES_PAGES, _NOTES)}

    def write(self) -> str:
        """Add every slide; return the title of the first that has one."""
        title = ""
        slides = self._listed(_SLIDES, _SLIDE) or self._unlisted()
        for number, slide in enumerate(slides):
            self.composer.start_page()
            written = self._write_slide(slide, is_first=number == 0)
            title = title or written
            self._write_notes(self._notes.get(slide.identifier))
            self._write_comments(slide.page)
        return title

    def _listed(self, instance: int, kind: int) -> list[_Listed]:
        """The pages of one of the document's lists (2.4.14.3, SlideListWithText), each once."""
        found: dict[int, _Listed] = {}
        for listing in self._presentation.records(self._presentation.document):
            if listing.kind != _LIST or listing.instance != instance:
                continue
            entry: tuple[int, int] | None = None
            texts: list[Record] = []
            for record in (*self._presentation.records(listing), None):
                if record is not None and record.kind != _LISTED:
                    texts.append(record)
                    continue
                if entry is not None:
                    self._add(found, entry, kind, texts)
                texts = []
                if record is not None:
                    entry = (self._presentation.value(record, 0), self._presentation.value(record, 12))
        return list(found.values())

    def _add(self, found: dict[int, _Listed], entry: tuple[int, int], kind: int, texts: list[Record]) -> None:
        page = self._presentation.stored(entry[0], kind)
        if page is not None and page.start not in found:
            self._count(page)
            found[page.start] = _Listed(entry[1], page, texts_of(self._presentation, texts))

    def _unlisted(self) -> list[_Listed]:
        """Slides as they stand in the stream, where the list or the directory is damaged."""
        return [_Listed(0, page, []) for page in self._presentation.by_kind(_SLIDE)]

    def _count(self, page: Record) -> None:
        # Pages that contain each other would take a time in proportion to the square of the file's size.
        self._left -= page.end - page.start
        if self._left < 0:
            raise ParseError("the presentation is damaged (its slides overlap): open and save it again")

    def _has_bullets(self, master: Record) -> bool:
        """Whether the first level of body text has bullets (2.9.36, TextMasterStyleLevel)."""
        for style in self._presentation.records(master):
            if style.kind == _MASTER_STYLE and style.instance == BODY:
                bullet, _ = paragraph_bullet(self._presentation, style, 2)
                return bool(bullet)
        return True

    def _about(self, notes: Record) -> int:
        """The identifier of the slide that notes are of."""
        atom = self._presentation.find(notes, _NOTES_ATOM)
        return self._presentation.value(atom, 0) if atom else -1

    def _write_slide(self, slide: _Listed, *, is_first: bool) -> str:
        shapes = shapes_of(self._presentation, slide.page, slide.texts)
        shown = {id(text) for shape in shapes for text in shape.texts}
        kept = [text for text in slide.texts if id(text) not in shown and text.says_something]
        # Old programs leave the texts of outlines to the list alone.
        shapes += [Shape(texts=[text]) for text in kept]
        atom = self._presentation.find(slide.page, _SLIDE_ATOM)
        bulleted = self._bulleted.get(self._presentation.value(atom, 12) if atom else 0, True)
        title = ""
        for text in (text for shape in shapes for text in shape.texts if text.is_title):
            line = " ".join(" ".join(p.text.split()) for p in text.paragraphs())
            self.composer.add("heading", line, 1 if is_first or text.kind == CENTRED_TITLE else 2)
            title = title or line
        for shape in shapes:
            self._write_shape(shape, bulleted=bulleted)
        return title

    def _write_shape(self, shape: Shape, *, bulleted: bool) -> None:
        for text in shape.texts:
            if not text.is_title:
                self._write_text(text, bulleted=bulleted and text.kind in _BULLETED)
        has_header = find_header(shape.rows) == 0
        for at, row in enumerate(shape.rows):
            self.composer.add_row(row, header=has_header and at == 0)
        self.composer.add("paragraph", shape.description)

    def _write_text(self, text: Text, *, bulleted: bool) -> None:
        for paragraph in text.paragraphs():
            if bulleted if paragraph.bullet is None else paragraph.bullet:
                self.composer.add("list_item", f"- {paragraph.text}", paragraph.level + 1)
            else:
                self.composer.add("paragraph", paragraph.text)

    def _write_notes(self, notes: Record | None) -> None:
        """What the speaker wrote below the slide."""
        shapes = shapes_of(self._presentation, notes, []) if notes is not None else []
        texts = [text for shape in shapes for text in shape.texts if text.kind == NOTES]
        if texts:
            self.composer.add("heading", "Notes", 3)
        for text in texts:
            self._write_text(text, bulleted=False)

    def _write_comments(self, slide: Record) -> None:
        said = list(self._comments(slide))
        if said:
            self.composer.add("heading", "Comments", 3)
        for text in said:
            self.composer.add("paragraph", text)

    def _comments(self, slide: Record) -> Iterator[str]:
        """Comments with their authors (2.5.20, Comment10Container), in the tags of programs from 2002 on."""
        tags = self._presentation.find(slide, _TAGS)
        for tag in self._presentation.records(tags) if tags else ():
            data = self._presentation.find(tag, _TAG_DATA) if tag.kind == _TAG else None
            for comment in self._presentation.records(data) if data else ():
                if comment.kind == _COMMENT:
                    said = {
                        part.instance: self._presentation.content(part)
                        .decode("utf-16-le", "replace")
                        .strip("\0 ")
                        for part in self._presentation.records(comment)
                        if part.kind == _STRING
                    }
                    if text := said.get(1, "").replace("\r", "\n"):
                        yield f"{said[0]}: {text}" if said.get(0) else text
