"""Documents that say what others say: copies, other versions, parts of one another, and words that lie too open.

Candidates come from shared shingles without those of templates and footers; what is then said of a pair is measured on
both whole texts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wellread.govern.matching import Shelf
from wellread.govern.shelf import Kept, quote, readers_in_words, wider
from wellread.govern.shingles import Overlap, longest_run, overlap, shingles
from wellread.records.quality import Confidence, Finding, Quote

COPY = 0.8
"""Jaccard from which on two texts are copies of one another."""
VERSION = 0.5
"""Jaccard from which on they are versions of one text."""
CONTAINED = 0.8
"""Share of the smaller text from which on it is contained in the larger."""
EXPOSED_WORDS = 25
"""Words in a row that a restricted and an open document share from which on it is no chance."""
_FEWEST_SHINGLES = 20
"""Shorter texts are compared whole or not at all."""
_OWN = 0.3
"""Share of the smaller text's own shingles, without template, that must be shared for a pair to be looked at."""
_FEWEST_SHARED = 3
_TEMPLATE = 0.01
"""Share of the documents from which on a shingle belongs to a template, at least in ten."""
MOST_PAIRS = 20_000
"""Pairs that are measured on their texts, the most alike first."""

Texts = Callable[[int], str]
"""The text of a document by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents by number that share words of their own. Of `shared` is known how many sampled shingles."""

    first: int
    second: int
    shared: int
    share: float
    """Of the own sampled shingles of the smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A pair as it was measured."""

    first: int
    second: int
    measured: Overlap


def template_limit(documents: int) -> int:
    """In how many documents a shingle may stand before it is taken for a template's."""
    return max(10, int(documents * _TEMPLATE))


def exact(documents: Sequence[Kept]) -> list[list[Kept]]:
    """Groups of documents with the same text but for white space; empty and very short ones are left out."""
    groups: dict[bytes, list[Kept]] = defaultdict(list)
    for one in documents:
        if one.shingles:
            groups[one.digest].append(one)
    return [group for group in groups.values() if len(group) > 1]


def candidates(shelf: Shelf, documents: Sequence[Kept]) -> list[Pair]:
    """Pairs worth measuring, those that share most first."""
    first, second, shared, own = shelf.pairs(template_limit(len(documents)))
    if not len(first):
        return []
    share = shared / np.maximum(np.minimum(own[first], own[second]), 1)
    kept = np.flatnonzero(shared >= _FEWEST_SHARED)
    order = kept[np.lexsort((second[kept], first[kept], -share[kept]))]
    return [
        Pair(first=int(first[at]), second=int(second[at]), shared=int(shared[at]), share=float(share[at]))
        for at in order
    ]


def measured(pairs: Sequence[Pair], documents: Sequence[Kept], texts: Texts) -> Iterator[Alike]:
    """The pairs that are copies, versions or parts, measured on their texts; of a group of copies not every pair."""
    leader = list(range(len(documents)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    taken = 0
    for pair in pairs:
        one, two = documents[pair.first], documents[pair.second]
        small = min(one.shingles, two.shingles)
        together = lead(pair.first) == lead(pair.second)
        if pair.share < _OWN or small < _FEWEST_SHINGLES or one.digest == two.digest or together:
            continue
        taken += 1
        if taken > MOST_PAIRS:
            return
        found = overlap(shingles(texts(pair.first)), shingles(texts(pair.second)))
        if found.jaccard >= COPY:
            leader[lead(pair.second)] = lead(pair.first)
        if found.jaccard >= VERSION or max(found.first_in_second, found.second_in_first) >= CONTAINED:
            yield Alike(first=pair.first, second=pair.second, measured=found)


def exact_finding(group: Sequence[Kept], text: str) -> Finding:
    """One finding for all copies."""
    ordered = newest_first(group)
    return Finding(
        kind="duplicate",
        confidence="certain",
        documents=tuple(one.concerned for one in ordered),
        quotes=tuple(_beginning(one, text) for one in ordered[:1]),
        because=f"{len(group)} documents have the same text, word for word. {_compared(ordered)}",
        advice="Keep one, and let the others go or point to it: whoever corrects one copy leaves the others wrong.",
        figures={"jaccard": 1.0, "words": ordered[0].words},
    )


def alike_finding(alike: Alike, documents: Sequence[Kept], texts: Texts) -> Finding:
    """What the two are to one another, with the longest stretch that they share."""
    one, two = documents[alike.first], documents[alike.second]
    found = alike.measured
    ordered = newest_first((one, two))
    figures: dict[str, float | str] = {
        "jaccard": round(found.jaccard, 3),
        "first_in_second": round(found.first_in_second, 3),
        "second_in_first": round(found.second_in_first, 3),
    }
    quotes = _shared_words(one, two, texts)
    small, large = (one, two) if one.shingles <= two.shingles else (two, one)
    part = max(found.first_in_second, found.second_in_first)
    tail = _compared(ordered)
    small_title, large_title = small.concerned.title, large.concerned.title
    concerned = tuple(kept.concerned for kept in ordered)
    if found.jaccard >= COPY:
        return Finding(
            kind="duplicate",
            confidence="certain",
            documents=concerned,
            quotes=quotes,
            because=f"They share {found.jaccard:.0%} of their words in the same order. {tail}",
            advice="Compare what differs, keep the right one, and let the other go or point to it.",
            figures=figures,
        )
    if part >= CONTAINED:
        return Finding(
            kind="contained",
            confidence="certain",
            documents=(small.concerned, large.concerned),
            quotes=quotes,
            because=f"“{small_title}” stands with {part:.0%} of its words inside “{large_title}”. {tail}",
            advice="Let the part refer to the whole, or the whole to the part, so that a change is made in one place.",
            figures=figures,
        )
    return Finding(
        kind="version",
        confidence="likely",
        documents=concerned,
        quotes=quotes,
        because=f"They share {found.jaccard:.0%} of their words in the same order: versions of one text. {tail}",
        advice="Say in the older one that it is superseded, or let it go; where both are meant, say for whom each is.",
        figures=figures,
    )


def exposures(
    pairs: Sequence[Pair], groups: Sequence[Sequence[Kept]], documents: Sequence[Kept], texts: Texts
) -> Iterator[Finding]:
    """Words of a document that few may read in one that more may read."""
    for group in groups:
        ordered = sorted(group, key=lambda one: one.number)
        for restricted in ordered:
            opened = next((one for one in ordered if wider(one.readers, restricted.readers)), None)
            if opened is not None:
                yield _exposed(restricted, opened, texts, 1.0, restricted.words)
    taken = 0
    for pair in pairs:
        one, two = documents[pair.first], documents[pair.second]
        if one.readers == two.readers or one.digest == two.digest:
            continue
        restricted, opened = (one, two) if wider(two.readers, one.readers) else (two, one)
        if not wider(opened.readers, restricted.readers):
            continue
        taken += 1
        if taken > MOST_PAIRS:
            return
        hashes = shingles(texts(restricted.number)), shingles(texts(opened.number))
        run = longest_run((texts(restricted.number), texts(opened.number)), hashes)
        if run is not None and run.words >= EXPOSED_WORDS:
            yield _exposed(restricted, opened, texts, overlap(*hashes).first_in_second, run.words)


def newest_first(group: Sequence[Kept]) -> list[Kept]:
    """By date of change, equal ones by uri."""
    return sorted(
        sorted(group, key=lambda one: one.concerned.uri), key=lambda one: one.concerned.modified, reverse=True
    )


def _exposed(restricted: Kept, opened: Kept, texts: Texts, share: float, words: int) -> Finding:
    confidence: Confidence = "certain" if share >= VERSION else "likely"
    if share < VERSION and restricted.concerned.modified > opened.concerned.modified:
        confidence = "possible"  # the restricted document, being younger, may quote the open one
    return Finding(
        kind="exposed",
        confidence=confidence,
        documents=(restricted.concerned, opened.concerned),
        quotes=_shared_words(restricted, opened, texts),
        because=(
            f"“{restricted.concerned.title}” is for {readers_in_words(restricted.readers)}, but {words:,} of its words "
            f"in a row stand in “{opened.concerned.title}”, which is for {readers_in_words(opened.readers)}."
        ),
        advice="Close the second document or take the words out of it; if they may be known, open the first one.",
        figures={"words": words, "restricted_in_open": round(share, 3)},
    )


def _shared_words(one: Kept, two: Kept, texts: Texts) -> tuple[Quote, ...]:
    both = texts(one.number), texts(two.number)
    run = longest_run(both, (shingles(both[0]), shingles(both[1])))
    if run is None:
        return ()
    return (
        quote(one.concerned.document, both[0], *run.first),
        quote(two.concerned.document, both[1], *run.second),
    )


def _beginning(one: Kept, text: str) -> Quote:
    start = len(text) - len(text.lstrip())
    return quote(one.concerned.document, text, start, len(text.rstrip()))


def _compared(ordered: Sequence[Kept]) -> str:
    return f"{_which_is_newest(ordered)}{_readers(ordered)}"


def _which_is_newest(ordered: Sequence[Kept]) -> str:
    dates = [one.concerned.modified[:10] for one in ordered]
    if not dates[0] or dates[0] == dates[1]:
        return "Their dates do not tell which is newer."
    return f"The newest is “{ordered[0].concerned.uri}”, of {dates[0]}."


def _readers(ordered: Sequence[Kept]) -> str:
    held = {readers_in_words(one.readers) for one in ordered}
    return "" if len(held) == 1 else f" Their readers differ: {'; '.join(sorted(held))}."
