"""Which documents may contradict one another: claims are found again by the words that are left of their sentences.

Of a claim only hashes and its place are kept, so a large knowledge base is read once as a stream; the few documents
that share the words of a claim are read again for the comparison.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from wellread.govern.matching import Shelf, word_hash
from wellread.govern.shelf import Kept, quote
from wellread.records.knowledge import Passage
from wellread.records.quality import Confidence, Finding, Quote
from wellread.screen.claims import Claim, claims
from wellread.screen.contradictions import Contradiction, compare

_BLOCKED_BY = 6
"""Terms of a claim, the longest, of which each two are looked up together."""
_SHARED_PAIRS = 3
"""Pairs of terms that two claims must share: those of three terms."""
_MOST_CLAIMS = 40
"""Claims with two terms in common from which on those two tell nothing."""
_REPEATED = 3
"""Documents in which the same sentence is compared; of further ones only the number is kept."""
_SERIES = 3
"""Contradictions between two documents from which on they are of one series, such as the reports of two quarters: their
values are meant to differ."""
_MASK = (1 << 64) - 1

Reread = Callable[[int], tuple[str, Sequence[Passage]]]
"""The title and passages of a document by its number."""


class ClaimShelf:
    """Claims of many documents, as hashes."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._documents = array("I")
        self._starts = array("I")
        self._answers = array("Q")
        self._sentences: dict[int, list[int]] = defaultdict(list)

    def add(self, stated: Iterable[Claim]) -> None:
        """Keep where the claims stand. The same sentence is kept a few times only."""
        for claim in stated:
            said = self._sentences[_sentence(claim)]
            said.append(claim.document)
            if len(said) > _REPEATED:
                continue
            number = len(self._documents)
            self._documents.append(claim.document)
            self._starts.append(claim.start)
            self._answers.append(word_hash(repr((claim.answer, claim.negated))))
            self._shelf.add(number, _blocks(claim))

    def contradictions(self, reread: Reread, titles: Callable[[int], str]) -> list[list[Contradiction]]:
        """Contradictions, each list those between the same two statements in different documents."""
        first, second, shared, _ = self._shelf.pairs(_MOST_CLAIMS)
        pairs = [
            (one, two)
            for one, two, count in zip(first.tolist(), second.tolist(), shared.tolist(), strict=True)
            if count >= _SHARED_PAIRS and self._may_differ(one, two)
        ]
        held = self._again({number for pair in pairs for number in pair}, reread)
        by_pair: dict[tuple[int, int], list[Contradiction]] = defaultdict(list)
        for one, two in pairs:
            if one not in held or two not in held:
                continue
            mine, other = sorted((held[one], held[two]), key=lambda claim: (claim.document, claim.start))
            found = compare(mine, other, (titles(mine.document), titles(other.document)))
            if found is not None:
                by_pair[mine.document, other.document].append(found)
        return _merged(found for found in by_pair.values() if len({_key(one) for one in found}) < _SERIES)

    def _may_differ(self, one: int, two: int) -> bool:
        """Claims that say the same need not be read again."""
        return self._answers[one] != self._answers[two]

    def _again(self, numbers: set[int], reread: Reread) -> dict[int, Claim]:
        """The claims with these numbers, each document read once."""
        wanted: dict[int, dict[int, int]] = defaultdict(dict)
        for number in numbers:
            wanted[self._documents[number]][self._starts[number]] = number
        held: dict[int, Claim] = {}
        for document, starts in sorted(wanted.items()):
            title, passages = reread(document)
            for claim in claims(document, title, passages):
                if claim.start in starts:
                    held[starts[claim.start]] = claim
        return held

    def repeated(self, claim: Claim) -> int:
        """In how many places the sentence stands."""
        return len(self._sentences[_sentence(claim)])


def finding(
    group: Sequence[Contradiction], documents: Sequence[Kept], repeated: Callable[[Claim], int]
) -> Finding:
    """One finding for two statements, wherever they stand."""
    sides: tuple[dict[int, Claim], dict[int, Claim]] = ({}, {})
    key = _statement(group[0].first)
    for one in group:
        for claim in (one.first, one.second):
            sides[_statement(claim) != key].setdefault(claim.document, claim)
    ordered = sorted(
        sides, key=lambda side: max(_modified(documents, number) for number in side), reverse=True
    )
    newer, older = (_newest(side, documents) for side in ordered)
    dates = _modified(documents, newer.document)[:10], _modified(documents, older.document)[:10]
    confidence: Confidence = "likely" if any(one.confidence == "likely" for one in group) else "possible"
    said = [max(len(side), repeated(next(iter(side.values())))) for side in ordered]
    return Finding(
        kind="contradiction",
        confidence=confidence,
        documents=tuple(dict.fromkeys(documents[number].concerned for side in ordered for number in side)),
        quotes=tuple(_quote(documents, claim) for side in ordered for claim in side.values()),
        because=_because(group[0], newer, older, dates, said),
        advice="Find out which holds, correct the other, and say from when on it holds.",
        figures={"says_the_first": said[0], "says_the_second": said[1]},
    )


def _because(
    one: Contradiction, newer: Claim, older: Claim, dates: tuple[str, str], said: Sequence[int]
) -> str:
    if one.sort == "denial":
        what = "One says so, the other denies it."
    else:
        mine, other = next(
            (a, b) for a, b in zip(newer.values, older.values, strict=True) if a.amount != b.amount
        )
        what = (
            f"The same statement with “{newer.text[mine.start : mine.end]}” and with "
            f"“{older.text[other.start : other.end]}”."
        )
    if dates[0] == dates[1]:
        when = "Their dates do not tell which is newer."
    else:
        when = f"The first is the newer, of {dates[0]}; the other is of {dates[1]}."
    times = f" The first stands in {said[0]} places, the other in {said[1]}." if max(said) > 1 else ""
    return f"{what} {when}{times}"


def _blocks(claim: Claim) -> list[int]:
    chosen = sorted(claim.terms, key=lambda term: (-len(term), term))[:_BLOCKED_BY]
    sort = word_hash(" ".join(value.kind for value in claim.values))
    return [
        (word_hash(one) * 31 + word_hash(two) + sort) & _MASK for one, two in combinations(sorted(chosen), 2)
    ]


def _statement(claim: Claim) -> tuple[object, ...]:
    return tuple(sorted(claim.terms)), claim.answer, claim.negated


def _sentence(claim: Claim) -> int:
    return word_hash(repr((_statement(claim), sorted(claim.scope) if claim.points_back else "")))


def _key(one: Contradiction) -> frozenset[tuple[object, ...]]:
    return frozenset((_statement(one.first), _statement(one.second)))


def _merged(groups: Iterable[Sequence[Contradiction]]) -> list[list[Contradiction]]:
    merged: dict[frozenset[tuple[object, ...]], list[Contradiction]] = defaultdict(list)
    for group in groups:
        for one in group:
            merged[_key(one)].append(one)
    return list(merged.values())


def _modified(documents: Sequence[Kept], number: int) -> str:
    return documents[number].concerned.modified


def _newest(side: dict[int, Claim], documents: Sequence[Kept]) -> Claim:
    return side[max(side, key=lambda number: _modified(documents, number))]


def _quote(documents: Sequence[Kept], claim: Claim) -> Quote:
    text = claim.text
    made = quote(documents[claim.document].concerned.document, text, 0, len(text))
    return Quote(document=made.document, start=claim.start, end=claim.start + made.end, text=made.text)
