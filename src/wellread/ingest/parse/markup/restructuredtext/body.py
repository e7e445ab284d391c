"""The body elements of reStructuredText, which may stand in one another by their indent."""

import re
from collections.abc import Callable

from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.markup.restructuredtext.directives import (
    CODE,
    LABELS,
    PICTURES,
    QUOTES,
    SILENT,
    UNSEEN,
    VERSIONS,
    Directive,
    read_directive,
)
from wellread.ingest.parse.markup.restructuredtext.lines import (
    ADORNMENT,
    BULLET,
    NUMBER,
    block,
    is_indented,
    is_numbered,
    run,
)
from wellread.ingest.parse.markup.restructuredtext.tables import (
    GRID,
    SIMPLE,
    Row,
    end_of_simple,
    read_grid,
    read_listed,
    read_simple,
)
from wellread.ingest.parse.tables import find_header

MAX_DEPTH = 40
"""Bodies inside one another; what is deeper is read as one paragraph."""

_FIELD = re.compile(r":(?![:\s])((?:[^:\\]|\\.|:(?![\s`]|$))*):(?: +|$)")
_OPTION = re.compile(r"((?:--?|/)[\w?](?:\S| (?! ))*)(?: {2,}|$)")
_NOTE = re.compile(r"\[(#[\w.+-]*|\*|[\w.+-]+)\](?: +|$)")
_UNSEEN_FIELDS = frozenset({"orphan", "tocdepth", "nocomments", "nosearch"})


class BodyWriter:
    """Adds the blocks of a body, line by line; `_lead` is what the next paragraph begins with."""

    def __init__(self, composer: Composer, plain: Callable[[str], str], label: Callable[[str], str]) -> None:
        self._composer = composer
        self._plain = plain
        self._label = label
        self._bullet = ""
        self._lead = ""
        self._lists = 0
        self._depth = 0

    def write(self, lines: list[str]) -> None:
        """A body without its indent."""
        if self._depth >= MAX_DEPTH:
            self._add_text(" ".join(line.strip() for line in lines if line))
            return
        self._depth += 1
        at = 0
        while at < len(lines):
            at = self._write_element(lines, at) if lines[at] else at + 1
        self._depth -= 1

    def _write_inside(self, lines: list[str], *, bullet: str = "", lead: str = "") -> None:
        """A body that belongs to what introduces it: an item of a list if that is a bullet."""
        self._end_lead()
        self._bullet, self._lead = bullet, lead
        self._lists += bool(bullet)
        self.write(lines)
        self._end_lead()
        self._lists -= bool(bullet)

    def _end_lead(self) -> None:
        """What was to begin a paragraph stands alone if none came."""
        if self._lead:
            self._add_text("")
        self._bullet = ""

    def _add_text(self, text: str) -> None:
        text = f"{self._lead} {self._plain(text)}".strip()
        if self._bullet:
            self._composer.add("list_item", f"{self._bullet} {text}" if text else "", self._lists)
        else:
            self._composer.add("paragraph", text, self._lists)
        self._bullet = self._lead = ""

    def _write_element(self, lines: list[str], at: int) -> int:
        """The element that begins at a line; the index of the line after it."""
        line = lines[at]
        if line[0] == " ":
            body, after = block(lines, at)
            self.write(body)
        elif after := self._write_item(lines, at):
            pass
        elif line.startswith(">>> "):
            after = run(lines, at)
            self._write_code(lines[at:after])
        elif line == "|" or line.startswith("| "):
            after = run(lines, at)
            self._end_lead()
            text = "\n".join(re.sub(r"^\| ?", "", each) for each in lines[at:after])
            self._composer.add_lines(self._plain(text))
        elif GRID.match(line) or SIMPLE.match(line):
            after = self._write_drawn_table(lines, at)
        elif line == ".." or line.startswith((".. ", "__ ")):
            after = self._write_explicit(lines, at)
        else:
            after = self._write_text(lines, at)
        return after

    def _write_item(self, lines: list[str], at: int) -> int:
        """A list's item, a field or an option; the index of the line after it, or 0 if the line begins none."""
        line = lines[at]
        if found := BULLET.match(line):
            body, after = block(lines, at, found.end())
            self._write_inside(body, bullet="-")
        elif is_numbered(lines, at):
            after = self._write_numbered(lines, at)
        elif found := _FIELD.match(line):
            body, after = block(lines, at, found.end())
            if found[1].lower() not in _UNSEEN_FIELDS:
                self._write_inside(body, lead=f"{self._plain(found[1])}:")
        elif (found := _OPTION.match(line)) and (found.end() < len(line) or is_indented(lines, at + 1)):
            body, after = block(lines, at, found.end())
            self._write_inside(body, bullet="-", lead=f"{found[1]}:")
        else:
            return 0
        return after

    def _write_numbered(self, lines: list[str], at: int) -> int:
        number = 0
        while at < len(lines) and is_numbered(lines, at) and (found := NUMBER.match(lines[at])):
            number += 1
            body, at = block(lines, at, found.end())
            self._write_inside(body, bullet=found[1].replace("#", str(number)))
        return at

    def _write_text(self, lines: list[str], at: int) -> int:
        """A paragraph, with the literal block it may introduce, or a term with its definition."""
        if is_indented(lines, at + 1):
            body, after = block(lines, at + 1)
            self._write_inside(body, bullet="-", lead=f"{self._plain(lines[at])}:")
            return after
        after = run(lines, at)
        text = " ".join(lines[at:after])
        if not text.endswith("::"):
            if not ADORNMENT.match(text):
                self._add_text(text)
            return after
        if text != "::":
            self._add_text(text[:-2] if text.endswith(" ::") else text[:-1])
        return self._write_literal(lines, after)

    def _write_literal(self, lines: list[str], at: int) -> int:
        """The block that two colons introduce: indented, or each line quoted with the same sign."""
        while at < len(lines) and not lines[at]:
            at += 1
        if is_indented(lines, at):
            body, after = block(lines, at)
            self._write_code(body)
            return after
        after = at
        if at < len(lines) and ADORNMENT.match(lines[at][0]):
            while after < len(lines) and lines[after][:1] == lines[at][0]:
                after += 1
        self._write_code(lines[at:after])
        return after

    def _write_code(self, lines: list[str]) -> None:
        self._end_lead()
        self._composer.add("code", "\n".join(lines), self._lists)

    def _write_drawn_table(self, lines: list[str], at: int) -> int:
        after = run(lines, at) if GRID.match(lines[at]) else end_of_simple(lines, at)
        if not after:
            return self._write_text(lines, at)
        rows = read_grid(lines[at:after]) if GRID.match(lines[at]) else read_simple(lines[at:after])
        if rows:
            self._write_rows(rows)
        else:
            self._write_code(lines[at:after])
        return after

    def _write_rows(self, rows: list[Row]) -> None:
        self._end_lead()
        texts = [[self._cell(cell) for cell in row] for row, _ in rows]
        header = None if any(named for _, named in rows) else find_header(texts)
        for at, ((_, named), row) in enumerate(zip(rows, texts, strict=True)):
            self._composer.add_row(row, header=named or at == header)

    def _cell(self, lines: list[str]) -> str:
        """The text of a cell, which is a body of its own."""
        composer = Composer()
        writer = BodyWriter(composer, self._plain, self._label)
        writer._depth = self._depth
        writer.write(lines)
        return composer.finish("").text

    def _write_explicit(self, lines: list[str], at: int) -> int:
        """A note or a directive; targets, substitutions and comments are not seen."""
        first = lines[at][3:]
        if lines[at] == ".." and not is_indented(lines, at + 1):
            return at + 1
        if lines[at].startswith("__") or first.startswith("_"):
            return run(lines, at)
        body, after = block(lines, at + 1)
        if note := _NOTE.match(first):
            self._write_inside([first[note.end() :], *body], lead=f"[{self._label(note[1])}]")
        elif not first.startswith("|") and (directive := read_directive(first, body)):
            self._write_directive(directive)
        return after

    def _write_directive(self, directive: Directive) -> None:
        name, argument, content = directive.name, directive.argument, directive.content
        if name in UNSEEN or name.startswith("auto"):
            return
        if name in CODE:
            lines = [*argument.split("\n"), *content] if name == "math" else content
            self._write_code([self._plain(line) for line in lines] if name == "parsed-literal" else lines)
        elif name in PICTURES:
            alternative = directive.options.get("alt", "")
            self._write_inside([], lead=self._plain(alternative) if " " in alternative else "")
            self._write_inside(content)
        elif name in LABELS:
            version, text = [*argument.split(None, 1), "", ""][:2] if name in VERSIONS else ("", argument)
            self._write_inside([*text.split("\n"), *content], lead=f"{LABELS[name]} {version}".strip() + ":")
        elif name in ("csv-table", "list-table"):
            self._add_text(argument)
            self._write_rows(read_listed(name, directive.options, content))
        elif name in QUOTES:
            self._write_inside([*argument.split("\n"), *content])
        else:
            self._write_inside([] if name in SILENT else argument.split("\n"))
            self._write_inside(content)
