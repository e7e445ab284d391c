"""How long, how soon, how far ahead and how often."""

import re
from collections.abc import Iterator

from wellread.curate.clause import Clause
from wellread.curate.facts import Candidate
from wellread.curate.lexicon import base_of
from wellread.curate.miners.candidate import adjuncts, clauses, placed, propose
from wellread.curate.outline import Outline, Statement
from wellread.curate.wording import ask, trimmed
from wellread.screen.quantities import DURATION, FREQUENCY

_WITHIN = re.compile(
    rf"\b(?P<answer>within (?:the (?:first|next) )?{DURATION})(?: (?P<link>of|after|from|before|"
    rf"following) (?P<event>.+))?"
)
_RELATIVE = re.compile(
    rf"(?P<answer>{DURATION})(?:(?: in advance of| prior to)| (?P<link>before|after|from|following)"
    rf") (?P<event>.+)"
)
_AHEAD = re.compile(rf"(?P<answer>{DURATION}) (?:in advance|ahead of time|beforehand)\b(?! of)")
_FOR = re.compile(
    rf"\bfor (?P<answer>{DURATION})(?=\s*(?:$|[,;(]|in |after |before |following |from |at |or more|and ))"
)
_TAKES = re.compile(
    rf"^(?P<verb>take|last)s? (?P<answer>(?:anywhere |between |from )?{DURATION})(?P<after>.*)$"
)
_OFTEN = re.compile(rf"(?P<answer>{FREQUENCY})")
_IS = re.compile(rf"^(?P<answer>{DURATION})(?P<after>$|[,;(]| from | after | before ).*$")
_BEFORE = re.compile(r"in advance of|prior to|before")


def mine(outline: Outline) -> Iterator[Candidate]:
    """Durations that stand as an adjunct of a clause, or after `takes` and `lasts`."""
    for statement, clause in clauses(outline):
        yield from _within(statement, clause)
        yield from _relative(statement, clause)
        yield from _long(statement, clause)
        yield from _often(statement, clause)


def _within(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    for match in adjuncts(clause, _WITHIN):
        before = clause.rest[: match.start()]
        if not before.strip():
            continue
        event = _event(match["event"] or "")
        questions = [ask("how soon", clause, before), ask("within what time", clause, before)]
        if re.match(r"\S+ (?:\S+ )?\w+ing\b", event) and not event.split()[0].endswith("ing"):
            yield propose(statement.plain, tuple(questions), placed(clause, match))
            continue
        if event and match["link"] in ("of", "after", "following"):
            questions = [
                ask(f"how soon after {event}", clause, before),
                ask("how quickly", clause, before, f"after {event}"),
            ]
        elif event:
            questions = [ask("how soon", clause, before, f"{match['link']} {event}")]
        yield propose(statement.plain, tuple(questions), placed(clause, match, "answer"))


def _relative(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    for match in adjuncts(clause, _RELATIVE):
        before = clause.rest[: match.start()]
        event = _event(match["event"])
        if not event or re.search(r"\b(?:for|within|every|the|than|in|of)\s*$", before) or not before.strip():
            continue
        link = match["link"] or "before"
        if re.search(r"\b(?:it|they)\b", event):
            span = clause.shift + match.start(), clause.shift + match.start("event") + len(event)
            yield propose(statement.plain, (ask("when", clause, before),), span)
            continue
        copula = before.strip() in ("be", "")
        noun = (
            link == "before" and not any(base_of(word) for word in event.split()[1:]) and " is " not in event
        )
        far = f"how far ahead of {event}" if noun else f"how long {link} {event}"
        questions: tuple[str, ...] = (
            ask(f"how long {link} {event}", clause, before),
            ask(far, clause, before),
        )
        if not copula:
            yield propose(statement.plain, questions, placed(clause, match, "answer"))
    for match in adjuncts(clause, _AHEAD):
        before = clause.rest[: match.start()]
        if before.strip():
            questions = (
                ask("how far in advance", clause, before),
                ask("how long ahead of time", clause, before),
            )
            yield propose(statement.plain, questions, placed(clause, match, "answer"))


def _long(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    for match in adjuncts(clause, _FOR):
        before = clause.rest[: match.start()]
        if before.strip():
            questions: tuple[str, ...] = (
                ask("how long", clause, before, clause.rest[match.end() :]),
                ask("for how long", clause, before, clause.rest[match.end() :]),
            )
            yield propose(statement.plain, questions, placed(clause, match, "answer"))
    taken = _TAKES.match(clause.rest)
    if (
        taken is not None
        and taken.start("answer") >= clause.exact
        and not clause.imperative
        and clause.subject.lower() not in ("you", "we")
        and not taken["after"].startswith(" of")
    ):
        questions = (ask("how long", clause, taken["verb"], taken["after"]),)
        yield propose(statement.plain, questions, placed(clause, taken, "answer"))
    said = _IS.match(clause.rest)
    if said is not None and clause.auxiliary in ("is", "are") and not clause.lead:
        yield propose(statement.plain, (ask("how long", clause, ""),), placed(clause, said, "answer"))


def _often(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    for match in adjuncts(clause, _OFTEN):
        before = clause.rest[: match.start()]
        if not before.strip() or before.rstrip().endswith((" for", " of", " the", " a", " our", " your")):
            continue
        if clause.rest[match.end() :].strip()[:1].isalpha() and match["answer"].endswith("ly"):
            continue
        if match["answer"] in ("every day", "daily"):
            continue
        questions: tuple[str, ...] = (ask("how often", clause, before), ask("how frequently", clause, before))
        yield propose(statement.plain, questions, placed(clause, match, "answer"))


def _event(text: str) -> str:
    """What a duration is counted from, without what it is for."""
    return re.split(r"\s(?:in order )?to\s(?=[a-z])", trimmed(text))[0]
