"""BM25 with tantivy over title, heading and text; who may read is part of the query.

    must   const_score(0)   any of the asker's principals is among the entry's readers
    must                    any term of the question                                  (the score)

Title, heading and text are three values of one field, so their words count alike: on SciFact nDCG@10 is .69
that way, and .67 with a field each, where a short title's words weigh too much.

The index also carries one document that is no entry: key 0 with the State of the whole generation. It is
replaced in the same commit as the entries, so a snapshot of the terms always tells which rows belong to it.

BM25: Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework"; k1 = 1.2, b = 0.75.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from wellread.errors import UsageError
from wellread.index.protocol import Proposal
from wellread.index.state import State
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

MOST_TERMS = 256
"""Distinct terms of a question that are looked up; a pasted page does not need more to be found again."""

_STATE_KEY = 0
_ANALYZER = "english"
_LEAST_HEAP = 32_000_000
"""Bytes. Tantivy takes 15 MB, but then cuts a few thousand passages into many small segments."""


@cache
def analyzer(*, without_stop_words: bool = False) -> Any:
    """Letters and digits in lower case without accents, English stems; tokens over 40 bytes are dropped."""
    tokens = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if without_stop_words:
        tokens = tokens.filter(tantivy.Filter.stopword("English"))
    return tokens.filter(tantivy.Filter.stemmer("English")).build()


def encodable(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 store takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def terms_of(query: str) -> list[str]:
    """The distinct terms of a question in their order, at most MOST_TERMS. Punctuation is never syntax.

    The index keeps stop words; a question loses "the", "of", "is" and their like, which nearly every entry
    has, unless it consists of nothing else.
    """
    query = encodable(query)
    terms = analyzer(without_stop_words=True).analyze(query) or analyzer().analyze(query)
    return list(dict.fromkeys(terms))[:MOST_TERMS]


class TermsSnapshot:
    """The entries of one commit; stays as it is while the index moves on."""

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @property
    def entries(self) -> int:
        """Entries held."""
        return int(self._searcher.num_docs) - 1

    def state(self) -> State:
        """The State that was committed with these entries."""
        return State.from_bytes(bytes(self._document(_STATE_KEY)["state"][0]))

    def search(self, query: str, principals: Iterable[Principal] | None, limit: int) -> list[Proposal]:
        """Best first, equal scores by key; only entries that share a principal with `principals`.

        None stands for somebody who may read all of them.
        """
        limit = min(limit, self.entries)
        terms = terms_of(query)
        readers = None if principals is None else [encodable(principal) for principal in principals]
        if limit < 1 or not terms or readers == []:
            return []
        hits = self._searcher.search(self._question(terms, readers), limit, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        found = [Proposal(int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]
        return sorted(found, key=lambda proposal: (-proposal.score, proposal.key))

    def stored(self, key: int) -> dict[str, str]:
        """Title, heading and text of an entry that is held."""
        title, heading, text = self._document(key)["words"]
        return {"title": title, "heading": heading, "text": text}

    def _document(self, key: int) -> Any:
        query = tantivy.Query.term_query(self._schema, "key", key, "basic")
        [(_, address)] = self._searcher.search(query, 1, count=False).hits
        return self._searcher.doc(address)

    def _question(self, terms: list[str], readers: list[str] | None) -> Any:
        query = tantivy.Query
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        any_term = query.boolean_query(
            [(should, query.term_query(self._schema, "words", term, "freq")) for term in terms]
        )
        if readers is None:
            return any_term
        permitted = query.const_score_query(query.term_set_query(self._schema, "readers", readers), 0.0)
        return query.boolean_query([(must, permitted), (must, any_term)])


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

    def snapshot(self) -> TermsSnapshot:
        """The latest commit; what is staged is not in it."""
        self._index.reload()
        return TermsSnapshot(self._index)

    def add(self, entry: Entry) -> None:
        """Stage an entry. An earlier one under the same key has to be dropped first."""
        document = tantivy.Document()
        document.add_integer("key", entry.key)
        for words in (entry.title, entry.heading, entry.text):
            document.add_text("words", encodable(words))
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


def check_key(key: int) -> int:
    """`key`. Raises UsageError outside 1 to 2**63 - 1: 0 is the State's, tantivy's integers are signed."""
    if not 0 < key < 2**63:
        raise UsageError(f"{key} is not a passage key: keys are from 1 to 2**63 - 1")
    return key


def _schema() -> Any:
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("key", indexed=True, fast=True)
    schema.add_text_field("readers", tokenizer_name="raw", index_option="basic")
    # Stored, because tantivy can only change the readers of an entry by adding it again.
    schema.add_text_field("words", stored=True, tokenizer_name=_ANALYZER, index_option="freq")
    schema.add_bytes_field("state", stored=True)
    return schema.build()
