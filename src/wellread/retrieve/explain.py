"""Why a passage was found where it was, and why a document that was expected is not there.

A reader learns nothing here about documents they may not read: one that is closed to them gets the very words of one
that does not exist.
"""

from dataclasses import dataclass

from wellread.index.protocol import Proposal
from wellread.records.knowledge import Hit, Passage
from wellread.records.people import Principal
from wellread.retrieve.search import Found, Searcher

DEEP = 1000
"""How far down each list an expected document is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The hits, a sentence for each, and what became of the document that was expected."""

    found: Found
    reasons: tuple[str, ...]
    expected: str | None


def explain(
    searcher: Searcher, question: str, principals: frozenset[Principal], limit: int, expected: str | None
) -> Explanation:
    """`expected` is a document's id, uri or title."""
    found = searcher.search(question, principals, limit)
    return Explanation(
        found=found,
        reasons=tuple(_reason(hit) for hit in found.hits),
        expected=_missing(searcher, question, principals, found, expected) if expected else None,
    )


_SIGNALS = {
    "words": "its words",
    "meaning": "its meaning",
    "named": "the question names its document",
    "quoted": "it has the quoted words",
    "linked": "a better hit names its document",
    "reread": "the reranker, which read it again",
}


def _reason(hit: Hit) -> str:
    halves = {"terms": "by its words (BM25)", "vectors": "by its meaning (vectors)"}
    ways = [f"{halves[name]} at rank {rank}" for name, rank in sorted(hit.ranks.items())]
    found = " and ".join(ways) or "by its name in another hit"
    parts = " + ".join(f"{value:.3f} {_SIGNALS[name]}" for name, value in hit.signals.items() if value)
    return f"found {found}; score {hit.score:.3f} = {parts}; {_standing(hit.passage)}"


def _standing(passage: Passage) -> str:
    """What the reader may weigh beside the score, which it has no part in."""
    changed = f"on {passage.changed[:10]}" if passage.changed else "nobody knows when"
    return f"its document last changed {changed}, its source's trust is {passage.trust}"


def _missing(
    searcher: Searcher, question: str, principals: frozenset[Principal], found: Found, expected: str
) -> str:
    documents = searcher.catalogue.knowledge.find(expected, principals)
    if not documents:
        return f"{expected}: there is no document of this id, uri or title that this reader may see"
    wanted = {one.id for one in documents}
    for rank, hit in enumerate(found.hits, start=1):
        if hit.passage.document in wanted:
            return f"{hit.passage.uri}: found, at rank {rank}"
    document = documents[0]
    keys = {passage.key for passage in searcher.catalogue.knowledge.passages(document.id, principals)}
    if not keys:
        return f"{document.uri}: it holds no text"
    if not keys & searcher.index.keys():
        return f"{document.uri}: not yet indexed; run `wellread sync`"
    vector = searcher.embedder.embed([question])[0]
    terms = _first(searcher.index.search_terms(question, principals, DEEP), keys)
    vectors = _first(searcher.index.search_vectors(vector, principals, DEEP), keys)
    by_words = f"at rank {terms}" if terms else f"not among the first {DEEP}"
    by_meaning = f"at rank {vectors}" if vectors else f"not among the first {DEEP}"
    return (
        f"{document.uri}: its best passage is {by_words} by its words and {by_meaning} by its meaning; "
        f"the {len(found.hits)} shown came before it"
    )


def _first(proposals: list[Proposal], keys: set[int]) -> int | None:
    return next((rank for rank, one in enumerate(proposals, start=1) if one.key in keys), None)
