"""From a question and a reader to confirmed passages.

    understand -> filter -> search by words and by meaning -> fuse -> confirm -> weigh the text -> put copies together
                -> follow names, where that is asked for -> read again, where a reranker is set

The reader's principals go into both index queries, so they shape what is found before anything is ranked; the
catalogue then confirms every proposal, so that a passage deleted or closed a moment ago is never returned, however far
the index lags. Nothing is looked at after that but what was confirmed.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from wellread.catalogue.catalogue import Catalogue
from wellread.errors import ModelError
from wellread.index.protocol import Index, Proposal, Searched, Weights
from wellread.models.protocols import Embedder, Vectors
from wellread.records.knowledge import Hit, Passage, Restriction
from wellread.records.naming import name_words
from wellread.records.people import Principal
from wellread.records.periods import readers_at
from wellread.retrieve.copies import gathered
from wellread.retrieve.evidence import Nearness, named
from wellread.retrieve.fuse import MEANING, WORDS, over_best
from wellread.retrieve.linked import LINKED, Leads, leads_of
from wellread.retrieve.query import Query, doubtful, fold, understood
from wellread.retrieve.rerank import Rereading

DEPTH = 60
"""Proposals asked of each half before fusion."""
WEIGHED = 20
"""Confirmed passages whose text is weighed, at least; the best by both halves."""
MOST_FOR_COPIES = 10
"""Times as many are weighed, at most, where so many are copies of each other that too few are left to be shown."""
NAMED = 0.2
"""What a question that calls a document by its whole name adds to the score of its passages."""
QUOTED = 0.2
"""What a passage that has all phrases of the question gets."""
DEEPEST = 4_000
"""Proposals of each half among which a phrase is looked for; what has its words stands near the top."""
MOST_AMONG = 50_000
"""Passages up to which a restriction goes into the index queries; a wider one is left to the confirmation."""


@dataclass(frozen=True, slots=True)
class Found:
    """Confirmed hits, best first, how long the parts took, in milliseconds, and what to tell the reader."""

    hits: tuple[Hit, ...]
    embed_ms: float
    search_ms: float
    notes: tuple[str, ...] = ()
    """Sentences on how the question was taken, such as a phrase that no passage has."""


Confirm = Callable[[Sequence[int]], dict[int, Passage]]
"""Which of these keys this reader may see, with their passages."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question by one reader, and all that both halves are asked with."""

    query: Query
    index: Searched
    readers: frozenset[Principal]
    """What the index's entries are filtered by."""
    confirm: Confirm
    vector: Vectors
    weights: Weights
    among: Collection[int] | None


@dataclass(slots=True)
class _Candidates:
    """Scores by key: of every proposal by both halves."""

    words: Mapping[int, float]
    meaning: Mapping[int, float]
    ranks: Mapping[int, Mapping[str, int]]
    exhausted: bool
    """Whether there are no more to be had."""

    def best_first(self) -> list[int]:
        words, meaning = over_best(self.words), over_best(self.meaning)
        score = {key: WORDS * words.get(key, 0.0) + MEANING * meaning.get(key, 0.0) for key in self.ranks}
        return sorted(score, key=lambda key: (-score[key], key))


@dataclass(frozen=True, slots=True)
class Searcher:
    """Search over one catalogue and the index derived from it."""

    catalogue: Catalogue
    index: Index
    embedder: Embedder
    past: Index | None = None
    """Of what documents said before; needed for searches as of a moment alone."""
    rereading: Rereading | None = None
    """Where a reranker is set."""

    def search(
        self,
        question: str,
        principals: frozenset[Principal],
        limit: int,
        as_of: str | None = None,
        *,
        document: str | None = None,
        linked: bool = False,
    ) -> Found:
        """At most `limit` passages that `principals` may read. No principals, an empty question: no hits.

        With `as_of`, a moment (`records.periods`), those that held then, of the sources that keep their history. With
        `document`, an id, only passages of that one. `linked` also looks for documents that the best hits call by name.
        Raises UsageError for a filter in the question that means nothing (see `query`). Where the reranker fails, the
        hits come as they were found, with a note.
        """
        query = understood(question)
        if document is not None:
            query = replace(query, restriction=replace(query.restriction, document=document))
        if not principals or not query.text or limit < 1:
            return Found((), 0.0, 0.0)
        begun = time.perf_counter()
        notes = []
        index, readers = self._searched(principals, as_of)
        confirm = self._confirm(query, principals, as_of)
        words = [word for word in doubtful(query.text) if not self.embedder.knows(word)]
        respelled = index.respelled(words, readers)
        if respelled:
            query = replace(query, text=_with(respelled, query.text))
            notes += [f"no passage has {old!r}: looked for {new!r}" for old, new in respelled.items()]
        before = time.perf_counter()
        vector = self.embedder.embed([query.text])[0]
        embedding = time.perf_counter() - before
        weights, among = index.weights(query.text, readers), self._among(query, principals, as_of)
        asked = _Asked(query, index, readers, confirm, vector, weights, among)
        wanted = max(limit, self.rereading.most if self.rereading else 0, WEIGHED if linked else 0)
        hits, found = self._hits(asked, query.phrases if query.only_phrases else (), wanted)
        if not hits and query.only_phrases:
            notes.append(_without(query.phrases))
            hits, found = self._hits(asked, (), wanted)
        if linked and not query.only_phrases:
            hits = self._following(leads_of(hits, query.text), hits, found, asked)
        if self.rereading:
            try:
                hits = self.rereading.of(query.text, hits)
            except ModelError as error:
                notes.append(f"in the order in which they were found, without the reranker: {error}")
        searching = time.perf_counter() - begun - embedding
        return Found(tuple(hits[:limit]), embedding * 1000, searching * 1000, tuple(notes))

    def passages_of(
        self, document: str, principals: frozenset[Principal], as_of: str | None = None
    ) -> list[Passage]:
        """All that `principals` may read of one document, in text order; with `as_of`, as it held then."""
        if as_of is None:
            return self.catalogue.knowledge.passages(document, principals)
        within = Restriction(document=document)
        keys = self.catalogue.past.keys_within(within, principals, as_of, MOST_AMONG)
        found = self.catalogue.past.confirm(list(keys), principals, as_of, within)
        return sorted(found.values(), key=lambda one: (one.start, one.end))

    def _searched(
        self, principals: frozenset[Principal], as_of: str | None
    ) -> tuple[Searched, frozenset[Principal]]:
        """The index that is asked, and what its entries are filtered by."""
        if as_of is None:
            return self.index.now(), principals
        assert self.past is not None, "a search as of a moment needs the index of the past"
        return self.past.now(), readers_at(principals, as_of)

    def _confirm(self, query: Query, principals: frozenset[Principal], as_of: str | None) -> Confirm:
        if as_of is None:
            return partial(self.catalogue.knowledge.confirm, principals=principals, within=query.restriction)
        return partial(self.catalogue.past.confirm, principals=principals, at=as_of, within=query.restriction)

    def _among(
        self, query: Query, principals: frozenset[Principal], as_of: str | None
    ) -> Collection[int] | None:
        if not query.restriction:
            return None
        if as_of is None:
            keys = self.catalogue.knowledge.keys_within(query.restriction, principals, MOST_AMONG + 1)
        else:
            keys = self.catalogue.past.keys_within(query.restriction, principals, as_of, MOST_AMONG + 1)
        return keys if len(keys) <= MOST_AMONG else None

    def _hits(self, asked: _Asked, phrases: Sequence[str], limit: int) -> tuple[list[Hit], _Candidates]:
        depth = max(DEPTH, 2 * limit)
        while True:
            found = self._candidates(asked, depth)
            hits, too_few = self._shown(found, asked, phrases, limit)
            if not too_few or found.exhausted or (phrases and depth >= DEEPEST):
                return hits, found
            depth *= 4  # the index lags far behind deletions, or few have what was asked for: look deeper

    def _shown(
        self, found: _Candidates, asked: _Asked, phrases: Sequence[str], limit: int
    ) -> tuple[list[Hit], bool]:
        """The best that are confirmed, copies put together; whether they are too few, though all were looked at."""
        keys, wanted = found.best_first(), max(limit, WEIGHED)
        confirmed: list[Passage] = []
        for start in range(0, len(keys), wanted):
            confirmed += self._confirmed(keys[start : start + wanted], asked, phrases)
            if len(confirmed) < wanted:
                continue
            hits = gathered(_weighed(confirmed, found, asked), limit)
            if len(hits) >= limit or len(confirmed) >= MOST_FOR_COPIES * wanted:
                return hits, False
        hits = gathered(_weighed(confirmed, found, asked), limit)
        return hits, len(hits) < limit

    def _following(self, leads: Leads, hits: Sequence[Hit], found: _Candidates, asked: _Asked) -> list[Hit]:
        """`hits` and the passages of documents that are called by name in the best of them, best first."""
        if not leads.leads:
            return list(hits)
        passages = {one.key: one for hit in hits for one in (hit.passage, *hit.copies)}
        weights = asked.index.weights(leads.text, asked.readers)
        named = asked.index.search_terms(leads.text, asked.readers, DEPTH, asked.among)
        confirmed = asked.confirm([one.key for one in named if one.key not in passages])
        passages |= {key: one for key, one in confirmed.items() if leads.worth(one, weights) > 0}
        more = self._scored([key for key in passages if key not in found.ranks], asked)
        known = _Candidates(
            {**found.words, **more.words}, {**found.meaning, **more.meaning}, found.ranks, exhausted=True
        )
        extra = {key: LINKED * leads.worth(one, weights) for key, one in passages.items()}
        again = _weighed(list(passages.values()), known, asked, {"linked": extra})
        return gathered(again, len(again))

    def _candidates(self, asked: _Asked, depth: int) -> _Candidates:
        text, who, among, index = asked.query.text, asked.readers, asked.among, asked.index
        terms = index.search_terms(text, who, depth, among)
        vectors = index.search_vectors(asked.vector, who, depth, among)
        words, meaning = _scores(terms), _scores(vectors)
        # What only one half proposed is scored by the other one too: nothing is worse for being just below its list.
        by_words, by_meaning = meaning.keys() - words.keys(), words.keys() - meaning.keys()
        more_terms = index.search_terms(text, who, len(by_words), by_words)
        more_vectors = index.search_vectors(asked.vector, who, len(by_meaning), by_meaning)
        return _Candidates(
            words | _scores(more_terms),
            meaning | _scores(more_vectors),
            _ranks({"terms": terms, "vectors": vectors}),
            exhausted=len(terms) < depth and len(vectors) < depth,
        )

    def _scored(self, keys: Sequence[int], asked: _Asked) -> _Candidates:
        """These keys, by both halves of the question."""
        text, who = asked.query.text, asked.readers
        terms = asked.index.search_terms(text, who, len(keys), keys)
        vectors = asked.index.search_vectors(asked.vector, who, len(keys), keys)
        return _Candidates(_scores(terms), _scores(vectors), {}, exhausted=True)

    def _confirmed(self, keys: Sequence[int], asked: _Asked, phrases: Sequence[str]) -> list[Passage]:
        """Those that the catalogue confirms and that have the phrases."""
        passages = asked.confirm(keys)
        return [
            passages[key]
            for key in keys
            if key in passages and (not phrases or _share(passages[key], phrases) == 1)
        ]


def _weighed(
    passages: Sequence[Passage],
    found: _Candidates,
    asked: _Asked,
    extra: Mapping[str, Mapping[int, float]] = MappingProxyType({}),
) -> list[Hit]:
    """The passages as hits, best first, by both halves, by what their text says for them, and by `extra` signals."""
    nearness = Nearness(asked.weights.terms)
    words = {
        one.key: found.words.get(one.key, 0.0) + nearness.of(f"{one.heading_line}\n{one.text}")
        for one in passages
    }
    by_words = over_best(words)
    by_meaning = over_best({one.key: found.meaning.get(one.key, 0.0) for one in passages})
    hits = []
    for one in passages:
        signals = {
            "words": WORDS * by_words.get(one.key, 0.0),
            "meaning": MEANING * by_meaning.get(one.key, 0.0),
            "named": NAMED * named(asked.weights, one.title, name_words(one.uri)),
            "quoted": QUOTED * _share(one, asked.query.phrases),
        } | {name: by_key[one.key] for name, by_key in extra.items()}
        ranks = found.ranks.get(one.key, {})
        hits.append(Hit(passage=one, score=sum(signals.values()), ranks=ranks, signals=signals))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.key))


def _share(passage: Passage, phrases: Sequence[str]) -> float:
    """Of the phrases, those that the passage has; 0 of none."""
    if not phrases:
        return 0.0
    text = fold(f"{passage.heading_line}\n{passage.text}")
    return sum(phrase in text for phrase in phrases) / len(phrases)


def _with(respelled: Mapping[str, str], text: str) -> str:
    words = "|".join(re.escape(word) for word in respelled)
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda match: respelled[match[0]], text)


def _without(phrases: Sequence[str]) -> str:
    quoted = " and ".join(f'"{phrase}"' for phrase in phrases)
    return f"no passage has {quoted} word for word: looked for the words by themselves"


def _scores(proposals: Sequence[Proposal]) -> dict[int, float]:
    return {one.key: one.score for one in proposals}


def _ranks(lists: Mapping[str, Sequence[Proposal]]) -> dict[int, dict[str, int]]:
    ranks: dict[int, dict[str, int]] = {}
    for name, proposals in lists.items():
        for rank, proposal in enumerate(proposals, start=1):
            ranks.setdefault(proposal.key, {})[name] = rank
    return ranks
