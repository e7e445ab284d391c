"""Org files (.org, of Emacs): what an export shows, without properties, drawers and comments."""

import re
import textwrap

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.markup.org.inline import plain
from wellread.ingest.parse.markup.source_lines import SourceLines
from wellread.ingest.parse.markup.wrapped_lines import WrappedLines

_HEADING = re.compile(r"(\*+)\s+(.*)")
_TAGS = re.compile(r"\s+:[\w@#%:]+:\s*$")
_PRIORITY = re.compile(r"^((?:[A-Z]{2,20}\s+)?)\[#\w\]\s*")
_COMMENTED = re.compile(r"^(?:[A-Z]{2,20}\s+)?COMMENT\b")
_KEYWORD = re.compile(r"#\+([\w-]+)(?:\[[^\]]*\])?:\s*(.*)")
_BEGIN = re.compile(r"#\+begin_([\w-]+)", re.IGNORECASE)
_UNSHOWN_LINE = re.compile(r"#(?:\s|\+|$)|CLOCK:|-{5,}$")
_DRAWER = re.compile(r":[\w-]+:$")
_ITEM = re.compile(r"(\s*)([-+]|(?<=\s)\*|\d{1,9}[.)]|[A-Za-z][.)])(?:\s+|$)(?:\[@\w+\]\s*)?(.*)")
_TERM = re.compile(r"(.*?\S)\s+::(?:\s+|$)")
_RULE = re.compile(r"\|-[-+|]*$")
_WIDTHS = re.compile(r"(?:\||\s|<[lcr]?\d*>)*$")
_NOTE = re.compile(r"\[fn:([\w-]+)\]\s*")
_TAKEN_WHOLE = frozenset({"src", "example", "comment", "export", "verse"})


def parse_org(data: bytes) -> Parsed:
    """An Org file as readable text; a hard-wrapped paragraph becomes one line.

    Subtrees whose heading is a `COMMENT` are left out. Raises ParseError for bytes that are not text.
    """
    return _Reader(re.sub("\r\n|\r", "\n", decode(data)).split("\n")).read()


class _Reader:
    """Goes line by line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = SourceLines(lines, lambda line: line.strip().lower())
        self._composer = Composer()
        self._wrapped = WrappedLines(self._composer, plain)
        self._titles: list[str] = []
        self._indents: list[int] = []
        self._table: list[str] = []
        self._fixed: list[str] = []

    def read(self) -> Parsed:
        commented = 0
        while self._lines:
            line = self._lines.take()
            heading = _HEADING.match(line)
            if heading and not 0 < commented < len(heading[1]):
                commented = len(heading[1]) if _COMMENTED.match(heading[2]) else 0
                if not commented:
                    self._write_heading(heading)
            elif not commented:
                self._take(line)
        self._end()
        return self._composer.finish(" ".join(self._titles) or self._composer.first_heading())

    def _take(self, line: str) -> None:
        stripped = line.strip()
        item = _ITEM.match(line)
        if stripped and not item:
            self._leave_lists(len(line) - len(line.lstrip()))
        is_row, is_fixed = stripped.startswith("|"), stripped == ":" or stripped.startswith(": ")
        if not is_row:
            self._end_table()
        if not is_fixed:
            self._end_fixed()
        if is_row:
            self._wrapped.end()
            self._table.append(stripped)
        elif is_fixed:
            self._wrapped.end()
            self._fixed.append(stripped[2:])
        elif begin := _BEGIN.match(stripped):
            self._take_block(begin[1].lower())
        elif keyword := _KEYWORD.match(stripped):
            self._take_keyword(keyword[1].lower(), keyword[2])
        elif _UNSHOWN_LINE.match(stripped) or (
            _DRAWER.match(stripped) and self._lines.until(":end:") is not None
        ):
            self._wrapped.end()
        elif item:
            self._start_item(len(item[1]), item[2], item[3])
        else:
            self._take_text(stripped)

    def _leave_lists(self, indent: int) -> None:
        """What is not indented further than an item is not in it."""
        inner = [outer for outer in self._indents if outer < indent]
        if len(inner) < len(self._indents):
            self._wrapped.end()
            self._indents = inner

    def _take_text(self, stripped: str) -> None:
        if not stripped:
            self._wrapped.end()
            return
        if note := _NOTE.match(stripped):
            self._wrapped.end()
            stripped = f"[{note[1]}] {stripped[note.end() :]}"
        self._wrapped.depth = len(self._indents)
        self._wrapped.add(stripped.removesuffix("\\\\") + "\n" if stripped.endswith("\\\\") else stripped)

    def _start_item(self, indent: int, marker: str, text: str) -> None:
        self._indents = [*(outer for outer in self._indents if outer < indent), indent]
        self._wrapped.start_item("-" if marker in "-+*" else marker, len(self._indents))
        self._wrapped.add(_TERM.sub(r"\1: ", text, count=1))

    def _write_heading(self, heading: re.Match[str]) -> None:
        self._end()
        self._indents.clear()
        text = _PRIORITY.sub(r"\1", _TAGS.sub("", " " + heading[2]).strip())
        self._composer.add("heading", plain(text), min(len(heading[1]), 6))

    def _take_keyword(self, name: str, value: str) -> None:
        self._wrapped.end()
        if name == "title":
            self._titles.append(plain(value))
        elif name == "caption":
            self._composer.add("paragraph", plain(value))

    def _take_block(self, name: str) -> None:
        self._wrapped.end()
        lines = self._lines.until(f"#+end_{name}") if name in _TAKEN_WHOLE else None
        if lines is None:
            # What is in it is read as anything else.
            return
        # A comma keeps a line from being read as a heading or a keyword.
        text = textwrap.dedent("\n".join(re.sub(r"^(\s*),(?=,*(?:\*|#\+))", r"\1", line) for line in lines))
        if name in ("src", "example"):
            self._composer.add("code", text, len(self._indents))
        elif name == "verse":
            self._composer.add_lines(plain(text))

    def _end(self) -> None:
        self._wrapped.end()
        self._end_table()
        self._end_fixed()

    def _end_fixed(self) -> None:
        self._composer.add("code", "\n".join(self._fixed), len(self._indents))
        self._fixed.clear()

    def _end_table(self) -> None:
        lines = [line for line in self._table if not _WIDTHS.match(line)]
        rule = next((at for at, line in enumerate(lines) if at and _RULE.match(line)), len(lines))
        has_body = any(not _RULE.match(line) for line in lines[rule:])
        for at, line in enumerate(lines):
            if not _RULE.match(line):
                cells = [plain(cell.strip()).replace("\\vert", "|") for cell in line.strip("|").split("|")]
                self._composer.add_row(cells, header=has_body and at < rule)
        self._table.clear()
