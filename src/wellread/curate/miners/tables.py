"""Cells of tables, asked for by the name of their row and their column."""

import re
from collections.abc import Iterator

from wellread.curate.clause import parse
from wellread.curate.facts import Candidate
from wellread.curate.lexicon import base_of
from wellread.curate.miners.candidate import propose, said_end, spoken
from wellread.curate.outline import Outline, Table
from wellread.curate.plain import OPAQUE, Plain
from wellread.curate.wording import ask
from wellread.screen.quantities import DATE, DURATION

_DATED = re.compile(rf"^(?:(?:by|on|before)\s)?{DATE}\b", re.IGNORECASE)
_TIMED = re.compile(rf"{DURATION}")
_NOUN = re.compile(r"^[A-Za-z][\w\s/&'’-]{2,34}$")
_EMPTY = re.compile(
    r"items?|notes?|comments?|steps?|details?|links?|resources?|value|type|name", re.IGNORECASE
)
_QUESTION_WORDS = re.compile(
    r"^(?:what|when|where|who|why|how|which|do|does|is|are|if|less|more|you|i)\b", re.IGNORECASE
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """Each short cell beyond the first column; dates in the first column are asked for by the text beside
    them."""
    for table in outline.tables:
        if len(table.header) < 2 or not table.header[0].strip():
            continue
        for row in table.rows:
            line = _line(row)
            if line is None:
                continue
            if len(row) == 2 and _DATED.match(row[0].text) and 3 <= len(row[1].text.split()) <= 16:
                event = row[1].text.rstrip(".")
                yield propose(row[0], _dated(event), (0, len(row[0].text)), line)
                continue
            yield from _cells(table, row, line)


def _cells(table: Table, row: tuple[Plain, ...], line: Plain) -> Iterator[Candidate]:
    key = row[0].text.strip()
    if (
        not 1 <= len(key.split()) <= 9
        or OPAQUE in key
        or len(key) < 3
        or not key[0].isalpha()
        or base_of(key.split()[-1]) in [(w, "s") for w in ("show", "include", "contain", "require")]
    ):
        return
    for header, cell in zip(table.header[1:], row[1:], strict=True):
        text = cell.text
        if (
            not text
            or OPAQUE in text
            or text.lower() in ("n/a", "yes", "no", "none", "-", "tbd")
            or len(text) < 2
        ):
            continue
        questions = _asked(header, key, text)
        if questions:
            end = said_end(text)
            yield propose(cell, questions, (0, end), line)


def _asked(header: str, key: str, value: str) -> tuple[str, ...]:
    if not _NOUN.match(header) or _QUESTION_WORDS.match(header):
        return ()
    named = f"“{key}”" if len(key.split()) >= 4 and not key.istitle() else key
    if re.fullmatch(r"use|uses|used for", header, re.IGNORECASE):
        return (f"What is {named} used for?",)
    if re.fullmatch(r"purpose|description|about", header, re.IGNORECASE):
        return f"What is {named} about?", f"What is {named}?"
    column = spoken(header)
    return () if _EMPTY.fullmatch(column) else _of_column(column, named, value)


def _of_column(column: str, named: str, value: str) -> tuple[str, ...]:
    if re.search(r"time|duration|length|period", column):
        timed = f"How long does it take for {named}?", f"How much time is allowed for {named}?"
        return timed if _TIMED.search(value) else ()
    if column.endswith("s") and not column.endswith(("ss", "us", "is")):
        return () if value.isdigit() else (f"What are the {column} for {named}?",)
    if re.search(r"contact|owner|lead|poc|approver", column, re.IGNORECASE):
        return (f"Who is the {column} for {named}?",)
    return f"What is the {column} for {named}?", f"For {named}, what is the {column}?"


def _dated(event: str) -> tuple[str, ...]:
    clause = parse(event + ".")
    if clause is not None and not clause.imperative:
        return (ask("when", clause, clause.rest), ask("on what date", clause, clause.rest))
    return (f"What is the date for “{event}”?", f"On what date is “{event}”?")


def _line(row: tuple[Plain, ...]) -> Plain | None:
    """The whole row as one quote: from its first character to its last."""
    filled = [cell for cell in row if cell.text]
    if not filled:
        return None
    first, last = filled[0], filled[-1]
    return Plain(first.text + last.text, first.origins + last.origins)
