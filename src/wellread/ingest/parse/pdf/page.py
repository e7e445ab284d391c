"""One page from words to elements in reading order."""

import re
from collections.abc import Sequence
from dataclasses import replace

from wellread.ingest.parse.pdf.columns import Item, regions
from wellread.ingest.parse.pdf.grids import Grid, take_grids
from wellread.ingest.parse.pdf.lines import Row, Run, joined, rows
from wellread.ingest.parse.pdf.paragraphs import Code, Element, Paragraph, paragraphs
from wellread.ingest.parse.pdf.rules import Rules
from wellread.ingest.parse.pdf.table import Table
from wellread.ingest.parse.pdf.tables import tables
from wellread.ingest.parse.pdf.words import ASLANT, Box, turned

_LEAST_CODE = 2
"""Lines in a typewriter font that are code; a single one is a name in the text."""

_ENTRY = re.compile(r"(\S[^.…]*?(?:[.](?!\s?[.])[^.…]*?)*)\s*(?:[.…]\s?){5,}\s*(\d{1,4}|[ivxlc]{1,7})(?!\S)")
"""A line of a table of contents: title, leader and page."""

_LEADERS = ("...", ". .", "…")
_LONGEST_ENTRIES = 300


def elements(sheets: Sequence[tuple[int, Sequence[Run]]], rules: Rules) -> list[Element]:
    """Paragraphs, tables and code of a page from its runs by quarter turns.

    What is written in another direction than the most is notes, which follow the rest in the file's order.
    """
    if not sheets:
        return []
    (quarters, found), *others = sheets
    made = _main_elements(found, _turned(rules, quarters))
    for turns, sideways in others:
        notes = sideways if turns == ASLANT else _flow(rows(sideways))
        made += [
            replace(note, size=0.0) if isinstance(note, Paragraph) else note for note in paragraphs(notes)
        ]
    return made


def _main_elements(found: Sequence[Run], rules: Rules) -> list[Element]:
    grids, rest = take_grids(found, rules)
    items: list[Item] = [*rest, *grids]
    typed = sum(run.fixed for run in found)
    lines: list[Run | Table | Code] = []
    for region in regions(items, rules.horizontal):
        lines += _lines(region, rules.horizontal, code=2 * typed < len(found))
    return paragraphs(lines)


def _lines(region: Sequence[Item], rules: Sequence[Box], *, code: bool) -> list[Run | Table | Code]:
    """The lines of a region from the top, with its tables and its code as one each."""
    left = sorted((item for item in region if isinstance(item, Grid)), key=lambda grid: -grid.top)
    made: list[Run | Table | Code] = []
    pending: list[Row] = []
    for row in rows(item for item in region if isinstance(item, Run)):
        while left and left[0].top > (row[0].top + row[0].bottom) / 2:
            made += _without_grids(pending, rules, code=code)
            pending = []
            made.append(left.pop(0).table)
        pending.append(row)
    return [*made, *_without_grids(pending, rules, code=code), *(grid.table for grid in left)]


def _without_grids(of: list[Row], rules: Sequence[Box], *, code: bool) -> list[Run | Table | Code]:
    made: list[Run | Table | Code] = []
    at = 0
    while at < len(of):
        kind = _kind(of[at], code=code)
        end = at
        while end < len(of) and _kind(of[end], code=code) == kind:
            end += 1
        if kind == "contents":
            made.append(Table([], [entry for row in of[at:end] for entry in _entries(row)]))
        elif kind == "code" and end - at >= _LEAST_CODE:
            made.append(_code(of[at:end]))
        else:
            made += _with_tables(of[at:end], rules)
        at = end
    return made


def _kind(row: Row, *, code: bool) -> str:
    if code and row[0].words[0].fixed and all(run.fixed for run in row):
        return "code"
    return "contents" if _entries(row) else "text"


def _entries(row: Row) -> list[list[str]]:
    """Title and page of a line of a table of contents, or of several side by side in an index."""
    text = " ".join(run.text for run in row)
    if len(text) > _LONGEST_ENTRIES or not any(sign in text for sign in _LEADERS):
        return []
    made, end = [], 0
    for entry in _ENTRY.finditer(text):
        if text[end : entry.start()].strip():
            return []
        made.append([entry.group(1).strip(), entry.group(2)])
        end = entry.end()
    rest = text[end:].strip()
    return [*made, [rest]] if made and rest else made


def _with_tables(of: list[Row], rules: Sequence[Box]) -> list[Run | Table | Code]:
    made: list[Run | Table | Code] = []
    at = 0
    for start, end, table in tables(of, rules) if any(len(row) > 1 for row in of) else ():
        made += _flow(of[at:start])
        made.append(table)
        at = end
    return [*made, *_flow(of[at:])]


def _flow(of: list[Row]) -> list[Run]:
    """Rows as lines.

    What the file draws one after the other in a row is one line, and so is what follows a colon, as in a form
    that was filled in; other things that stand side by side keep the order of the file.
    """
    made: list[Run] = []
    beside: list[Run] = []
    for row in of:
        lines: list[Run] = []
        for run in row:
            if lines and (lines[-1].at + len(lines[-1].words) == run.at or lines[-1].text.endswith(":")):
                lines[-1] = joined((lines[-1], run))
            else:
                lines.append(run)
        if len(lines) > 1:
            beside += lines
            continue
        made += [*sorted(beside, key=lambda run: run.at), *lines]
        beside = []
    return [*made, *sorted(beside, key=lambda run: run.at)]


def _code(of: list[Row]) -> Code:
    """Each run in the column of characters where it stands."""
    first = min(run.left for row in of for run in row)
    letter = max((run.right - run.left) / len(run.text) for row in of for run in row)
    lines = []
    for number, row in enumerate(of):
        if number and min(run.bottom for run in of[number - 1]) - row[0].top > 0.9 * row[0].size:
            lines.append("")
        line = ""
        for run in row:
            line = line.ljust(min(round((run.left - first) / letter), 200)) + run.text
        lines.append(line)
    return Code("\n".join(lines))


def _turned(rules: Rules, quarters: int) -> Rules:
    if quarters % 4 == 0:
        return rules
    across = [turned(line, quarters) for line in rules.horizontal]
    down = [turned(line, quarters) for line in rules.vertical]
    return Rules(across, down) if quarters == 2 else Rules(down, across)
