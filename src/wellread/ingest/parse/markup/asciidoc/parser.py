"""AsciiDoc pages (.adoc, .asciidoc): what a rendered page shows; nothing is included or fetched."""

import re
import textwrap

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.markup.asciidoc.inline import Inline
from wellread.ingest.parse.markup.asciidoc.lists import ITEM, TERM, OpenLists, kind_of
from wellread.ingest.parse.markup.asciidoc.options import OPTIONS, Options
from wellread.ingest.parse.markup.asciidoc.tables import read_table
from wellread.ingest.parse.markup.html import compose_html
from wellread.ingest.parse.markup.source_lines import SourceLines
from wellread.ingest.parse.markup.wrapped_lines import WrappedLines
from wellread.ingest.parse.tables import find_header

_ATTRIBUTE = re.compile(r":(!?)(\w[\w-]*)(!?):(?:\s+(.*))?$")
_DIRECTIVE = re.compile(r"(ifdef|ifndef|ifeval|endif|include)::[^\s\[]*\[(.*)\]$")
_SECTION = re.compile(r"(={1,6}|#{1,6})\s+(\S.*)$")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|\+{3,})$")
_UNDERLINES = "=-~^+"
_CAPTION = re.compile(r"\.(?![.\s])(.+)")
_PICTURE = re.compile(r"(?:image|video|audio|toc)::([^\s\[\]]*)\[(.*)\]$")
_BREAK = re.compile(r"(?:'{3,}|<{3,}|---|\*\*\*|- - -|\* \* \*)$")
_DELIMITER = re.compile(r"(?:-{4,}|\.{4,}|/{4,}|\+{4,}|[|,:!]={3,})$|`{3,}(?=[^`]*$)")
_AROUND = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--)$")
_COMMENT = re.compile(r"//(?!/)")


def parse_asciidoc(data: bytes) -> Parsed:
    """A page as readable text; a hard-wrapped paragraph becomes one line, footnotes follow at the end.

    What depends on conditions is kept. Raises ParseError for bytes that are not text.
    """
    return _Reader(re.sub("\r\n|\r", "\n", decode(data)).split("\n")).read()


class _Reader:
    """Goes line by line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = SourceLines([line.rstrip() for line in lines])
        self._composer = Composer()
        self._inline = Inline()
        self._wrapped = WrappedLines(self._composer, self._inline.plain)
        self._lists = OpenLists()
        self._options = Options()
        self._is_attached = False
        self._awaits_definition = False
        self._in_header = False
        self._attributions: list[tuple[str, str]] = []

    def read(self) -> Parsed:
        while self._lines:
            line = self._lines.take()
            while directive := _DIRECTIVE.match(line):
                # What a condition holds on its own line; any other condition is passed over.
                line = directive[2] if directive[1] in ("ifdef", "ifndef") else "//"
            self._take(line)
        self._end()
        for number, note in enumerate(self._inline.notes, start=1):
            self._composer.add("paragraph", f"[{number}] {note}")
        return self._composer.finish(self._composer.first_heading())

    def _take(self, line: str) -> None:
        if not line:
            if not self._awaits_definition:
                self._end()
        elif line == "+":
            self._end()
            self._is_attached = True
        elif (attribute := _ATTRIBUTE.match(line)) and (self._in_header or not self._wrapped):
            self._define(attribute)
        elif not (_COMMENT.match(line) or self._take_block(line) or self._take_item(line)):
            self._take_text(line)

    def _take_block(self, line: str) -> bool:
        """Headings, and what stands between delimiters or is a line of its own."""
        if delimiter := _DELIMITER.match(line):
            self._take_delimited(delimiter[0])
        elif _AROUND.match(line):
            self._pass_delimiter(line)
        elif section := _SECTION.match(line):
            self._write_heading(section[2].removesuffix(" " + section[1]), len(section[1]))
        elif _BREAK.match(line):
            self._end()
        elif picture := _PICTURE.match(line):
            self._begin_block()
            alternative = picture[2].split(",")[0].removeprefix("alt=").strip(' "')
            self._composer.add("paragraph", self._inline.plain(alternative) if " " in alternative else "")
        elif OPTIONS.match(line) and (self._lists.depth or not self._wrapped):
            self._wrapped.end()
            self._options.read(line)
        elif self._wrapped:
            return False
        elif caption := _CAPTION.match(line):
            self._leave_lists()
            self._composer.add("paragraph", self._inline.plain(caption[1]), self._lists.depth)
        elif self._is_underlined(line):
            self._write_heading(line, _UNDERLINES.index(self._lines.take()[0]) + 1)
        else:
            return False
        return True

    def _is_underlined(self, line: str) -> bool:
        """A title of the older form; a line that introduces what comes between delimiters is none."""
        below = self._lines.peek()
        alike = bool(_UNDERLINE.match(below)) and abs(len(below) - len(line)) <= 1
        is_text = line[0] != " " and line[-1] not in ":," and not ITEM.match(line)
        return alike and is_text and any(character.isalnum() for character in line)

    def _write_heading(self, text: str, level: int) -> None:
        self._end()
        self._lists.close()
        self._composer.add("heading", self._inline.plain(text), level)
        self._in_header = level == 1
        self._options = Options()

    def _define(self, attribute: re.Match[str]) -> None:
        unset, name, also_unset, value = attribute.groups()
        values = [value or ""]
        while values[-1].endswith(" \\") and self._lines:
            values[-1] = values[-1][:-1]
            values.append(self._lines.take().strip())
        if not (unset or also_unset):
            self._inline.define(name, "".join(values))

    def _begin_block(self) -> None:
        self._end()
        self._leave_lists()
        self._is_attached = False

    def _leave_lists(self) -> None:
        """A block is in a list only if a plus sign attaches it to the item."""
        if not self._is_attached:
            self._lists.close()

    def _take_delimited(self, delimiter: str) -> None:
        self._begin_block()
        lines = self._lines.until(delimiter)
        options, self._options = self._options, Options()
        match delimiter[0]:
            case _ if lines is None:
                # Never closed: a line across the page.
                return
            case "/":
                return
            case "-" | "." | "`":
                self._composer.add("code", "\n".join(lines), self._lists.depth)
            case "+" if options.style:
                self._composer.add("code", "\n".join(lines), self._lists.depth)
            case "+":
                compose_html(self._composer, "\n".join(lines))
            case _:
                self._write_table(*read_table(lines, options.named, delimiter[0]))

    def _write_table(self, rows: list[list[str]], has_header: bool) -> None:
        texts = [[self._inline.plain(cell) for cell in row] for row in rows]
        header = 0 if has_header else find_header(texts)
        for at, row in enumerate(texts):
            self._composer.add_row(row, header=at == header)

    def _pass_delimiter(self, line: str) -> None:
        """What stands between these is read as anything else; who is quoted follows."""
        self._begin_block()
        if self._attributions and self._attributions[-1][0] == line:
            self._composer.add("paragraph", self._attributions.pop()[1])
        elif self._options.style == "verse" and (lines := self._lines.until(line)) is not None:
            self._composer.add_lines(self._inline.plain("\n".join(lines)))
            self._composer.add("paragraph", self._options.attribution)
        else:
            self._attributions.append((line, self._options.attribution))
        # An admonition's label waits for the first paragraph in it.
        self._options = Options(self._options.label)

    def _take_item(self, line: str) -> bool:
        if item := ITEM.match(line):
            indent, counted, written, callout, text = item.groups()
            kind = counted or ("<" if callout else kind_of(written))
            if kind[0] == "a" and self._wrapped and not self._lists.has(kind):
                # A line of text that begins with an initial.
                return False
            self._wrapped.end()
            number = self._lists.enter(kind, len(indent), self._options.start)
            shown = f"{number}." if kind[0] in ".<" else written or "-"
            self._wrapped.start_item(shown, self._lists.depth)
            self._add_text(text)
        elif (term := TERM.match(line)) and (self._lists.depth or not self._wrapped):
            self._wrapped.end()
            self._lists.enter(term[3], len(term[1]), 1)
            self._wrapped.start_item("-", self._lists.depth)
            self._add_text(f"{term[2]}: {term[4] or ''}")
            self._awaits_definition = not term[4]
        else:
            return False
        self._options = Options()
        return True

    def _take_text(self, line: str) -> None:
        if self._wrapped:
            self._add_text(line.strip())
            return
        is_literal = line[0].isspace() or self._options.is_code
        if not (self._is_attached or (is_literal and self._lists.depth)):
            self._lists.close()
        self._is_attached = False
        self._wrapped.depth = self._lists.depth
        if is_literal or line.startswith("|") or self._options.style in ("verse", "comment"):
            self._write_whole(self._rest_of_paragraph(line), is_literal=is_literal)
            return
        if self._options.label:
            self._wrapped.add(self._options.label)
        self._add_text(line)
        if self._options.attribution:
            self._attributions.append(("", self._options.attribution))
        self._options = Options()

    def _rest_of_paragraph(self, line: str) -> list[str]:
        lines = [line]
        while self._lines.peek() not in ("", "+") and not _DELIMITER.match(self._lines.peek()):
            line = self._lines.take()
            if not (_DIRECTIVE.match(line) or _COMMENT.match(line)):
                lines.append(line)
        return lines

    def _write_whole(self, lines: list[str], *, is_literal: bool) -> None:
        options, self._options = self._options, Options()
        if is_literal:
            self._composer.add("code", textwrap.dedent("\n".join(lines)), self._lists.depth)
        elif options.style == "verse":
            self._composer.add_lines(self._inline.plain("\n".join(lines)))
            self._composer.add("paragraph", options.attribution)
        elif options.style != "comment" and all(each.startswith("|") for each in lines):
            # A table as other kinds of markup write it.
            self._write_table([each.strip("|").split("|") for each in lines], has_header=False)
        elif options.style != "comment":
            self._composer.add("paragraph", self._inline.plain(" ".join(lines)))

    def _add_text(self, text: str) -> None:
        self._awaits_definition = False
        self._wrapped.add(text[:-2] + "\n" if text.endswith(" +") else text)

    def _end(self) -> None:
        self._wrapped.end()
        self._awaits_definition = self._in_header = False
        if self._attributions and not self._attributions[-1][0]:
            self._composer.add("paragraph", self._attributions.pop()[1])
