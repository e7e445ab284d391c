"""Other sources that answer the same with another value, or deny what the answer says.

What contradicts what is told as for the report on documents (`screen/contradictions.py`), and then more strictly,
because here nobody asked for a list to look through. The other sentence must be about all that the question is about;
it must stand in another document, which is no other edition, no other of a kind, and does not say itself that it is
over.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from wellread.answer.cite import cite
from wellread.answer.inert import inert
from wellread.answer.outdated import is_outdated
from wellread.records.conversation import Citation, Statement
from wellread.records.knowledge import Passage
from wellread.screen.claims import Claim, claims
from wellread.screen.contradictions import compare
from wellread.screen.terms import terms
from wellread.screen.values import values

MOST_SIDES = 3
"""That are shown, the answer's own among them."""
_SERIES = 3
"""Contradictions between two passages from which on they are of one series, such as the reports of two quarters."""
_SPECIFIC = 5
"""Terms that two sentences share under titles and headings that share none."""
_EDITION = re.compile(r"(?:19|20)\d\d|\b[QH][1-4]\b|\bv?\d+\.\d+|\bv\d+\b", re.IGNORECASE)


def other_sides(
    question: str, statement: Statement, passages: Sequence[Passage], today: date
) -> list[Statement]:
    """What other documents among `passages` answer instead, each value once, in the order of `passages`."""
    own = next(((one, at) for at in statement.citations for one in passages if one.id == at.passage), None)
    if own is None:
        return []
    passage, citation = own
    mine = _claim(passage, citation)
    if mine is None:
        return []
    sides: list[Statement] = []
    said = {mine.answer}
    for other in passages:
        for claim in _against(question, statement, (passage, mine), other):
            span = claim.start - other.start, claim.end - other.start
            if claim.answer in said and claim.negated == mine.negated:
                continue
            if not is_outdated(question, other, span, passages, today):
                said.add(claim.answer)
                sides.append(Statement(inert(" ".join(claim.text.split())), (cite(other, *span),)))
    return sides[: MOST_SIDES - 1]


def _claim(passage: Passage, citation: Citation) -> Claim | None:
    """The claim that a citation is of."""
    return next(
        (
            one
            for one in claims(0, passage.title, [passage])
            if one.start < citation.end and citation.start < one.end
        ),
        None,
    )


def _against(
    question: str, statement: Statement, own: tuple[Passage, Claim], other: Passage
) -> Iterator[Claim]:
    passage, mine = own
    if other.document == passage.document or _of_a_kind(passage, other):
        return
    titles = passage.title, other.title
    theirs = list(claims(1, other.title, [other]))
    here = claims(0, passage.title, [passage])
    if sum(compare(one, two, titles) is not None for one in here for two in theirs) >= _SERIES:
        return
    asked = frozenset(terms(question))
    for claim in theirs:
        found = compare(mine, claim, titles)
        if found is None or found.confidence != "likely":
            continue
        subject = asked & (mine.terms | mine.scope)
        if not subject <= claim.terms | claim.scope or not _one_subject(asked, mine, claim):
            continue
        if found.sort == "denial" or _shows(statement, mine, claim):
            yield claim


def _one_subject(asked: frozenset[str], one: Claim, other: Claim) -> bool:
    """Whether titles and headings share a word, or each sentence says enough without them."""
    alone = all(asked <= frozenset(terms(claim.text)) for claim in (one, other))
    return alone or bool(one.scope & other.scope) or len(one.terms & other.terms) >= _SPECIFIC


def _shows(statement: Statement, mine: Claim, other: Claim) -> bool:
    """Whether the value that differs is one that the answer states."""
    differing = {one[:2] for one, two in zip(mine.answer, other.answer, strict=True) if one != two}
    return not differing.isdisjoint((value.kind, value.amount) for value in values(statement.text))


def _of_a_kind(one: Passage, other: Passage) -> bool:
    """Two editions by their titles or names; or the same file name in folders beside each other, as of two offices."""
    names = [
        f"{passage.title} {PurePosixPath(passage.uri).name.replace('_', ' ')}" for passage in (one, other)
    ]
    if len({tuple(sorted(set(_EDITION.findall(name.lower())))) for name in names}) > 1:
        return True
    paths = [PurePosixPath(passage.uri).parts for passage in (one, other)]
    beside = len(paths[0]) == len(paths[1]) and paths[0][-1:] == paths[1][-1:]
    return beside and sum(a != b for a, b in zip(*paths, strict=True)) == 1
