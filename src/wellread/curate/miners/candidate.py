"""Candidates from spans of plain text, and the adjuncts of clauses that most miners ask about."""

import re
from collections.abc import Callable, Iterator

from wellread.curate.clause import Clause
from wellread.curate.facts import Candidate
from wellread.curate.outline import Outline, Statement
from wellread.curate.plain import Plain

_SHOUTED = frozenset(["TIME", "DATE", "COST", "ROLE", "TASK", "STEP", "DUE", "NAME", "TEAM"])
Miner = Callable[[Outline], Iterator[Candidate]]

_BREAK = re.compile(
    r"[,;:(]|[a-z]\.\s|\s[-–—]\s|—|\b(?:if|when|unless|because|that|which|who|while|although|where|"
    r"and|or|but|so|whether|since|until|than|how|what|not)\b",
    re.IGNORECASE,
)


def propose(
    source: Plain, questions: tuple[str, ...], span: tuple[int, int], quote: Plain | None = None
) -> Candidate:
    """A candidate whose answer is `source.text[span]` and whose quote is all of `quote` (default:
    `source`)."""
    first, last = span
    if (
        re.search(r"\b[ap]\.m$", source.text[first:last], re.IGNORECASE)
        and source.text[last : last + 1] == "."
    ):
        last += 1
    start, end = source.original(first, last)
    around = source if quote is None else quote
    quote_start, quote_end = around.original(0, len(around.text))
    return Candidate(
        questions=questions,
        start=start,
        end=end,
        quote_start=min(start, quote_start),
        quote_end=max(end, quote_end),
    )


def clauses(outline: Outline) -> Iterator[tuple[Statement, Clause]]:
    """Every statement that parses, with its clause."""
    for statement in outline.statements:
        if statement.clause is not None:
            yield statement, statement.clause


def said_end(text: str) -> int:
    """Where `text` ends without its full stop; the stop of an abbreviation (`p.m.`, `Inc.`) belongs to it."""
    stripped = text.rstrip()
    if re.search(r"(?:\b[A-Za-z]\.[A-Za-z]\.|\b(?:etc|Inc|Jr|Sr|St|Ave|No)\.)$", stripped):
        return len(stripped)
    return len(stripped.rstrip(".!; "))


def spoken(name: str) -> str:
    """A column's or label's name as it is said inside a sentence: only abbreviations keep their capitals."""
    return " ".join(word if _is_abbreviation(word) else word.lower() for word in name.split())


def _is_abbreviation(word: str) -> bool:
    short = word.isupper() and len(word.strip("()")) <= 4 and word not in _SHOUTED
    return short or (any(character.isupper() for character in word.lstrip("(")[1:]) and not word.isupper())


def hangs_together(text: str) -> bool:
    """Whether no other clause, list or parenthesis begins inside `text`."""
    return _BREAK.search(text) is None


def adjuncts(clause: Clause, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Matches in the clause's rest that belong to its own verb: nothing breaks off before them."""
    for match in pattern.finditer(clause.rest):
        if match.start() >= clause.exact and hangs_together(clause.rest[: match.start()]):
            yield match


def placed(clause: Clause, match: re.Match[str], group: str | int = 0) -> tuple[int, int]:
    """The span of a match in the clause's rest, as a span of the sentence."""
    start, end = match.span(group)
    return start + clause.shift, end + clause.shift
