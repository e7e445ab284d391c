"""Sentences of a passage, as spans: the unit of a quotation.

Rules in the order of `sentences`, for prose that may hold lists and tables. The idea of asking whether the
next word usually begins a sentence is that of Punkt (Kiss and Strunk, 2006, doi:10.1162/coli.2006.32.4.485),
with a fixed list instead of a trained one.
"""

import re
from collections.abc import Iterator

_TERMINATOR = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s)|[。！？]+[」』”’）]*")
_BULLET = re.compile(r"[ \t]*(?:[-*•▪●○◦‣·][ \t]+\S|(?P<count>\(?(?:\d{1,3}|[A-Za-z])[.)]|[–+])[ \t]+\S)")
_COUNTER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]")
_LINE_DONE = re.compile(r"[.:;!?…|。][\"'”’)\]]*\s*$")
_CELL = " | "

# Titles, when written with a capital: "Dr." but not "dr.".
_TITLES = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "st", "mt", "rev", "hon", "gen", "gov", "sen", "rep", "capt", "col",
    "lt", "sgt", "messrs",
})  # fmt: skip
# Words that point at a number: "Fig. 3", "No. 12".
_REFERENCES = frozenset({
    "fig", "figs", "eq", "eqs", "sec", "secs", "art", "arts", "ch", "chap", "para", "pp", "p", "vol", "vols",
    "ed", "no", "nos", "ext", "approx", "ca", "min", "max", "est", "tel",
})  # fmt: skip
# Words that point at what follows.
_ALWAYS_OPEN = frozenset({"e.g", "i.e", "cf", "vs", "viz", "incl", "esp", "resp"})
# May end a sentence: it does when the next word is one that begins sentences.
_MAY_END = frozenset({
    "inc", "ltd", "co", "corp", "llc", "plc", "bros", "dept", "univ", "assn", "etc", "al", "jr", "sr",
    "a.m", "p.m", "u.s", "u.k", "u.n", "e.u", "d.c", "ph.d", "m.d", "b.a", "m.a", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri",
    "ave", "blvd", "rd", "hrs", "hr", "dist",
})  # fmt: skip
_STARTERS = frozenset({
    "a", "after", "all", "also", "although", "an", "and", "any", "are", "as", "at", "because", "before",
    "but", "by", "can", "do", "does", "each", "employees", "every", "for", "from", "he", "her", "here",
    "his", "how", "however", "i", "if", "in", "is", "it", "its", "many", "may", "most", "must", "no",
    "not", "now", "of", "on", "once", "one", "only", "or", "other", "our", "people", "please", "see",
    "she", "should", "since", "so", "some", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "those", "thus", "to", "under", "unless", "until", "use", "we", "what", "when",
    "where", "which", "while", "who", "why", "will", "with", "you", "your",
})  # fmt: skip


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, without outer white space.

    They do not overlap, and every character that is not white space is in one. List items, table rows
    and stretches between empty lines are boundaries; a line break alone is not. Abbreviations, initials,
    decimals, ordinals of list items, addresses and ellipses before a small letter do not end a sentence.
    """
    spans = []
    for start, end in stretches(text):
        for first, last in _within(text, start, end):
            stripped = text[first:last].strip()
            if stripped:
                begin = first + len(text[first:last]) - len(text[first:last].lstrip())
                spans.append((begin, begin + len(stripped)))
    return spans


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the parts that no sentence crosses: list items, table rows, paragraphs. Together they are the text."""
    start = at = 0
    previous = ""
    counted = False
    for line in text.splitlines(keepends=True):
        bullet = _BULLET.match(line)
        # "24. After that" at the start of a wrapped line is no list item, but 2. after 1. is one.
        is_item = bool(bullet) and (
            bullet is not None
            and (bullet["count"] is None or counted or bool(_LINE_DONE.search(previous)) or at == start)
        )
        if at > start and (is_item or not line.strip() or _CELL in line or _CELL in previous):
            yield start, at
            start, counted = at, False
        if at == start:
            counted = bool(bullet and bullet["count"])
        elif not line.strip():
            counted = False
        at += len(line)
        previous = line
    if at > start:
        yield start, at


def _within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _TERMINATOR.finditer(text, start, end):
        if _ends(text, start, match.start(), match.end(), end):
            yield start, match.end()
            start = match.end()
    yield start, end


def _ends(text: str, start: int, mark: int, after: int, end: int) -> bool:
    """Whether the terminator at `text[mark:after]` ends the sentence that began at `start`."""
    following = text[after:end].lstrip()
    if not following or text[mark] in "。！？":
        return True
    first = following.lstrip("\"'“‘«([*_")[:1]
    if first.islower():
        return False
    if text[mark] != "." or text[mark : mark + 2] == "..":
        return True
    return _full_stop_ends(text[start:mark].lstrip(), following, first)


def _full_stop_ends(before: str, following: str, first: str) -> bool:
    spelt = re.split(r"[\s(\[\"'“‘/]", before)[-1]
    word = spelt.lower()
    if _COUNTER.fullmatch(before + ".") or word in _ALWAYS_OPEN:
        return False
    if (word in _TITLES and spelt[0].isupper()) or (word in _REFERENCES and first.isdigit()):
        return False
    is_initial = len(word) == 1 and spelt.isupper()
    if is_initial or word in _MAY_END:
        next_word = re.match(r"\W*(\w+)", following)
        return next_word is not None and next_word[1].lower() in _STARTERS
    return True
