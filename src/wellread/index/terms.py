"""BM25 with tantivy over title, heading and text; who may read is part of the query.

    must   const_score(0)   any of the asker's principals is among the entry's readers
    must   const_score(0)   the key is among those asked about, where a search is limited to some
    must                    any term of the question                                  (the score)

Title, heading, name and text are values of one field, so their words count alike: on SciFact nDCG@10 is .69
that way, and .67 with a field each, where a short title's words weigh too much.

How rare a term is gets counted over the entries that the asker may read, so that a score says nothing of the others:
tantivy's own weight, which counts all, is multiplied away. What is left of those others is their length: BM25
compares an entry's words with the average of all. words.py says what a term is.

The index also carries one document that is no entry: key 0 with the State of the whole generation. It is
replaced in the same commit as the entries, so a snapshot of the terms always tells which rows belong to it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from wellread.index.protocol import Proposal, Weights
from wellread.index.respelling import respelled
from wellread.index.state import State
from wellread.index.words import analyzer, encodable, rarity, terms_of, texts_of
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

MOST_WEIGHTS = 10_000
"""Terms' weights that a snapshot remembers, each for one set of principals."""

MOST_TERMS = 256
"""Of one field that are asked for by a query each. A set of terms goes through the whole field's, which takes tantivy
six times as long for sixty of them, and as long for a thousand."""

_STATE_KEY = 0
_NO_KEY = -1
_ANALYZER = "english"
_LEAST_HEAP = 32_000_000
"""Bytes. Tantivy takes 15 MB, but then cuts a few thousand passages into many small segments."""


class TermsSnapshot:
    """The entries of one commit; stays as it is while the index moves on."""

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._weights: dict[tuple[str, frozenset[Principal] | None], float] = {}
        self._readable: dict[frozenset[Principal], int] = {}

    @property
    def entries(self) -> int:
        """Entries held."""
        return int(self._searcher.num_docs) - 1

    def state(self) -> State:
        """The State that was committed with these entries."""
        return State.from_bytes(bytes(self._document(_STATE_KEY)["state"][0]))

    def search(
        self,
        query: str,
        principals: frozenset[Principal],
        limit: int,
        among: Collection[int] | None = None,
        *,
        all_readable: bool = False,
    ) -> list[Proposal]:
        """Best first, equal scores by key; only entries that share a principal with `principals`.

        `among` limits the search to these keys. `all_readable` says that all entries do share one, which is then not
        asked of them; terms have tantivy's own weights, since there is nothing to hide.
        """
        limit = min(limit, self.entries if among is None else len(among))
        if limit < 1 or not principals:
            return []
        if all_readable:
            terms = dict.fromkeys(terms_of(query), 1.0)
        else:
            weights = self.weights(query, principals).terms
            terms = {term: weight / self._own_weight(term) for term, weight in weights.items()}
        if not terms:
            return []
        question = self._question(terms, None if all_readable else principals, among)
        hits = self._searcher.search(question, limit, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        found = [Proposal(int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]
        return sorted(found, key=lambda proposal: (-proposal.score, proposal.key))

    def weights(self, query: str, principals: frozenset[Principal] | None) -> Weights:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) for every term of the question that n > 0 of N readable entries have.

        None stands for somebody who may read all of them, which is then not asked of each.
        """
        readable = self._count_readable(principals)
        weights = {term: self._weight(term, principals) for term in terms_of(query)} if readable else {}
        return Weights(
            {term: weight for term, weight in weights.items() if weight}, rarity(1, max(readable, 1))
        )

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """For those of `words` that no readable entry has: the word most like it that one has, if any is."""
        found = {word: self._respelled(encodable(word), principals) for word in words if principals}
        return {word: other for word, other in found.items() if other}

    def _respelled(self, word: str, principals: frozenset[Principal]) -> str | None:
        [*stems] = terms_of(word)
        if len(stems) != 1 or self._weight(stems[0], principals):
            return None
        permitted = self._permitted(principals)

        def stems_from(beginning: str, wanted: Callable[[str], bool]) -> list[str]:
            found = self._searcher.terms_with_prefix("words", beginning, permitted)
            return [term for term, count in found if count and wanted(term)]

        def texts_with(stem: str, most: int) -> Iterator[str]:
            both = [(tantivy.Occur.Must, each) for each in (permitted, self._with_term(stem))]
            hits = self._searcher.search(tantivy.Query.boolean_query(both), most, count=False).hits
            for _, address in hits:
                yield from self._searcher.doc(address)["words"]

        return respelled(word, stems_from, texts_with)

    def _weight(self, term: str, principals: frozenset[Principal] | None) -> float:
        known = self._weights.get((term, principals))
        if known is None:
            count = self._count(self._with_term(term), principals)
            known = rarity(count, self._count_readable(principals)) if count else 0.0
            if len(self._weights) >= MOST_WEIGHTS:
                self._weights.clear()
            self._weights[term, principals] = known
        return known

    def _count_readable(self, principals: frozenset[Principal] | None) -> int:
        if principals is None:
            return self.entries
        if principals not in self._readable:
            if len(self._readable) >= MOST_WEIGHTS:
                self._readable.clear()
            self._readable[principals] = self._count(None, principals)
        return self._readable[principals]

    def _count(self, query: Any | None, principals: frozenset[Principal] | None) -> int:
        permitted = [] if principals is None else [self._permitted(principals)]
        both = permitted + ([query] if query is not None else [])
        must = [(tantivy.Occur.Must, each) for each in both]
        return int(self._searcher.search(tantivy.Query.boolean_query(must), 1, count=True).count)

    def stored(self, key: int) -> dict[str, str]:
        """Title, heading, name and text of an entry that is held."""
        return dict(zip(("title", "heading", "name", "text"), self._document(key)["words"], strict=True))

    def _document(self, key: int) -> Any:
        query = tantivy.Query.term_query(self._schema, "key", key, "basic")
        [(_, address)] = self._searcher.search(query, 1, count=False).hits
        return self._searcher.doc(address)

    def _question(
        self,
        terms: Mapping[str, float],
        principals: frozenset[Principal] | None,
        among: Collection[int] | None,
    ) -> Any:
        """`terms` with what each one's own weight is multiplied by; no principals where all may be read."""
        query = tantivy.Query
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        parts = [] if principals is None else [self._permitted(principals)]
        if among is not None:
            parts.append(self._with_any("key", list(among)))
        any_term = query.boolean_query(
            [
                (should, self._with_term(term) if by == 1.0 else query.boost_query(self._with_term(term), by))
                for term, by in terms.items()
            ]
        )
        return query.boolean_query([(must, part) for part in (*parts, any_term)]) if parts else any_term

    def _permitted(self, principals: frozenset[Principal]) -> Any:
        return self._with_any("readers", [encodable(principal) for principal in principals])

    def _with_any(self, field: str, values: Sequence[str] | Sequence[int]) -> Any:
        """Entries that have any of `values`, none of which is worth more than another."""
        query = tantivy.Query
        if len(values) <= MOST_TERMS:
            each = [
                (tantivy.Occur.Should, query.term_query(self._schema, field, one, "basic")) for one in values
            ]
            return query.const_score_query(query.boolean_query(each), 0.0)
        return query.const_score_query(query.term_set_query(self._schema, field, list(values)), 0.0)

    def _with_term(self, term: str) -> Any:
        return tantivy.Query.term_query(self._schema, "words", term, "freq")

    def _own_weight(self, term: str) -> float:
        """What tantivy itself takes for the term: it counts every document it holds, removed ones too."""
        return rarity(self._searcher.doc_freq("words", term), self._documents)

    @cached_property
    def _documents(self) -> int:
        """tantivy tells this number nowhere but in its account of a score."""
        query = tantivy.Query.term_query(self._schema, "key", _STATE_KEY, "basic")
        [(_, address)] = self._searcher.search(query, 1, count=False).hits
        account = json.loads(query.explain(self._searcher, address).to_json())
        return int(_find(account, "N, total number of docs"))


def _find(account: dict[str, Any], description: str) -> float:
    """The value that is so described in a tree of them."""
    if account["description"] == description:
        return float(account["value"])
    found = [_find(part, description) for part in account.get("details", ())]
    return next((value for value in found if value), 0.0)


class TermsReader:
    """Follows the commits of one directory."""

    def __init__(self, directory: Path) -> None:
        """Raises ValueError (tantivy's) when there is no index in `directory`."""
        self._index = tantivy.Index.open(str(directory))
        self._index.config_reader("manual")

    def snapshot(self) -> TermsSnapshot:
        """The latest commit."""
        self._index.reload()
        return TermsSnapshot(self._index)


class TermsWriter:
    """Stages changes and commits them with the State they lead to. One per directory."""

    def __init__(self, directory: Path, *, heap: int = _LEAST_HEAP) -> None:
        """`heap` is what may be staged in memory before tantivy spills to disk, in bytes."""
        self._index = tantivy.Index(_schema(), str(directory))
        self._index.register_tokenizer(_ANALYZER, analyzer())
        self._index.config_reader("manual")
        self._writer: Any = self._index.writer(max(heap, _LEAST_HEAP), 1)
        # A killed commit leaves files whose names count on from the commit before, so the same change, made
        # again, would find its names taken and fail, now and for ever.
        self._writer.garbage_collect_files()
        # The first operation gets the number that the last commit has. Were it the deletion of an entry, a merge of
        # what is committed would already make it, before its own commit, or pass over it for ever.
        self.drop(_NO_KEY)

    def snapshot(self) -> TermsSnapshot:
        """The latest commit; what is staged is not in it."""
        self._index.reload()
        return TermsSnapshot(self._index)

    def add(self, entry: Entry) -> None:
        """Stage an entry. An earlier one under the same key has to be dropped first."""
        document = tantivy.Document()
        document.add_integer("key", entry.key)
        for words in texts_of(entry):
            document.add_text("words", words)
        for principal in entry.readers:
            document.add_text("readers", encodable(principal))
        self._writer.add_document(document)

    def drop(self, key: int) -> None:
        """Stage the removal of whatever was added under `key` so far."""
        self._writer.delete_documents_by_term("key", key)

    def commit(self, state: State) -> None:
        """Make everything staged durable in one step, together with `state`."""
        self.drop(_STATE_KEY)
        document = tantivy.Document()
        document.add_integer("key", _STATE_KEY)
        document.add_bytes("state", state.to_bytes())
        self._writer.add_document(document)
        self._writer.commit()

    def finish(self) -> None:
        """Wait for merges and let go; the writer is of no use afterwards."""
        self._writer.wait_merging_threads()

    def abandon(self) -> None:
        """Let go at once; what is staged is lost. Harmless after `finish`."""
        self._writer = None


def _schema() -> Any:
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("key", indexed=True, fast=True)
    schema.add_text_field("readers", tokenizer_name="raw", index_option="basic")
    # Stored, because tantivy can only change the readers of an entry by adding it again.
    schema.add_text_field("words", stored=True, tokenizer_name=_ANALYZER, index_option="freq")
    schema.add_bytes_field("state", stored=True)
    return schema.build()
