"""How well search finds, on every judged collection there is: by words, by meaning, fused, and as Wellread ranks.

    python benchmarks/retrieval.py [--collections scifact hotpotqa ...] [--vectors FOLDER] [--json]

The collections are those of judged.py. Each is indexed with the default embedder (its weights are fetched when absent)
and asked through the search that people use. Beside it, over the same index: each half alone, reciprocal rank fusion
with k = 60, and the sum of scores brought to 0..1 within each list. The second figure is the difference from that sum
in nDCG@10; `*` says that its interval (paired bootstrap over the questions, 95%) is above zero, `!` below.
`--vectors` keeps the passages' vectors between runs.
"""

import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from judged import Judged, Text, chosen, options
from wellread.evaluate.metrics import ndcg, recall
from wellread.index.embedded import EmbeddedIndex
from wellread.models.protocols import Embedder, Vectors
from wellread.models.registry import open_embedder
from wellread.models.weights import EMBEDDER
from wellread.records.knowledge import Entry, Passage, Restriction
from wellread.records.naming import name_words
from wellread.records.people import Principal
from wellread.retrieve import evidence, search
from wellread.retrieve.search import DEPTH, Searcher

READERS = frozenset({"everyone"})
DEEP = 40
"""Passages ranked; of a collection judged by document, the first of each document count."""
SHOWN = 5
"""Passages whose characters are compared with marked spans."""
RESAMPLES = 5_000

Scores = dict[str, npt.NDArray[np.float64]]
"""By measure: one value a question."""
Rank = Callable[[str, Vectors], list[int]]


def main() -> int:
    """Parse, measure, print."""
    parser = options(__doc__)
    parser.add_argument(
        "--slips", action="store_true", help="exchange two letters of each question's longest word"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    wanted = chosen(arguments)
    if wanted is None:
        return 3
    embedder = open_embedder(EMBEDDER)
    try:
        figures = {
            name: measure(read(), embedder, arguments.vectors, arguments.slips)
            for name, read in wanted.items()
        }
    finally:
        embedder.close()
    print(json.dumps(figures, indent=2) if arguments.json else "\n\n".join(map(table, figures.values())))
    return 0


@dataclass(frozen=True)
class Shelf:
    """What a search asks of the catalogue, over passages that everybody may read."""

    passages: dict[int, Passage]

    def confirm(
        self, keys: Iterable[int], principals: frozenset[Principal], within: Restriction
    ) -> dict[int, Passage]:
        """All of them are there."""
        assert principals and not within
        return {key: self.passages[key] for key in keys}

    def keys_within(self, within: Restriction, _: frozenset[Principal], limit: int) -> Collection[int]:
        """Never asked: no question of a collection has a filter."""
        raise AssertionError(f"{within} {limit}")


def measure(judged: Judged, embedder: Embedder, kept: Path | None, slips: bool) -> dict[str, Any]:
    """Index the passages, ask every question in every way, and score."""
    vectors = embedded(judged, embedder, kept)
    known = cache(lambda text: embedder.embed([text])[0])
    questions = [slipped(text) if slips else text for text in judged.questions.values()]
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex.open(Path(folder) / "index", embedder.dimensions, writable=True)
        with index:
            index.rebuild(1, [([entry(key, one) for key, one in numbered(judged)], vectors)])
            ranks = rankings(
                index, Shelf({key: passage(key, one) for key, one in numbered(judged)}), known, embedder.knows
            )
            scores = {
                name: score(judged, [rank(text, known(text)) for text in questions])
                for name, rank in ranks.items()
            }
    return {
        "collection": judged.name,
        "passages": len(judged.passages),
        "questions": len(judged.questions),
        "rankings": {
            name: {measure: float(values.mean()) for measure, values in each.items()}
            | difference(scores["minimum to maximum"]["ndcg@10"], each["ndcg@10"])
            for name, each in scores.items()
        },
    }


def slipped(question: str) -> str:
    """With two letters in the middle of its longest word exchanged."""
    word = max(re.findall(r"[a-zA-Z]+", question), key=len)
    at = len(word) // 2
    return question.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)


def embedded(judged: Judged, embedder: Embedder, kept: Path | None) -> Vectors:
    """The passages' vectors, from the folder where they are kept if they are."""
    path = kept / f"{judged.name}.npy" if kept else None
    if path is not None and path.is_file():
        vectors: Vectors = np.load(path)
        if len(vectors) == len(judged.passages):
            return vectors
    vectors = embedder.embed([with_headings(one) for one in judged.passages])
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
    return vectors


def with_headings(text: Text) -> str:
    """What a synchronisation embeds of a passage."""
    above = " > ".join(part for part in dict.fromkeys((text.title, text.heading)) if part)
    return f"{above}\n{text.text}" if above else text.text


def numbered(judged: Judged) -> Iterable[tuple[int, Text]]:
    """A passage's key is its place, from 1."""
    return enumerate(judged.passages, 1)


def file_name(text: Text) -> str:
    """Of a document that is a file; others have none."""
    return text.document if "." in text.document else ""


def entry(key: int, text: Text) -> Entry:
    """As the index takes it."""
    return Entry(
        key=key,
        title=text.title,
        heading=text.heading,
        text=text.text,
        readers=READERS,
        name=name_words(file_name(text)),
    )


def passage(key: int, text: Text) -> Passage:
    """As the catalogue gives it."""
    return Passage(
        key=key,
        id=str(key),
        document=text.document,
        version="",
        uri=file_name(text),
        title=text.title,
        heading=tuple(text.heading.split(" > ")) if text.heading else (),
        start=text.start,
        end=text.start + len(text.text),
        text=text.text,
    )


def rankings(
    index: EmbeddedIndex, shelf: Shelf, known: Callable[[str], Vectors], knows: Callable[[str], bool]
) -> dict[str, Rank]:
    """Every way of ranking, by name."""
    remembering: Any = SimpleNamespace(embed=lambda texts: [known(text) for text in texts], knows=knows)
    catalogue: Any = SimpleNamespace(knowledge=shelf)
    searcher = Searcher(catalogue, index, remembering)

    def terms(text: str, _: Vectors) -> list[int]:
        return [one.key for one in index.search_terms(text, READERS, DEEP)]

    def vectors(_: str, vector: Vectors) -> list[int]:
        return [one.key for one in index.search_vectors(vector, READERS, DEEP)]

    def reciprocal(text: str, vector: Vectors) -> list[int]:
        scores: defaultdict[int, float] = defaultdict(float)
        for keys in (terms(text, vector), vectors(text, vector)):
            for rank, key in enumerate(keys, 1):
                scores[key] += 1 / (60 + rank)
        return best_first(scores)

    def minimum_to_maximum(text: str, vector: Vectors) -> list[int]:
        scores: defaultdict[int, float] = defaultdict(float)
        both = (
            index.search_terms(text, READERS, DEPTH),
            index.search_vectors(vector, READERS, DEPTH),
        )
        for found in both:
            low, high = found[-1].score if found else 0.0, found[0].score if found else 0.0
            for one in found:
                scores[one.key] += (one.score - low) / (high - low) if high > low else 1.0
        return best_first(scores)

    def ours(text: str, _: Vectors, *, linked: bool = False) -> list[int]:
        hits = searcher.search(text, READERS, DEEP, linked=linked).hits
        # Copies are shown with the passage that they stand behind.
        return [one.key for hit in hits for one in (hit.passage, *hit.copies)]

    def without(*parts: str) -> Rank:
        def rank(text: str, vector: Vectors) -> list[int]:
            with leaving_out(parts):
                return ours(text, vector)

        return rank

    return {
        "by words (BM25)": terms,
        "by meaning (vectors)": vectors,
        "reciprocal rank, k=60": reciprocal,
        "minimum to maximum": minimum_to_maximum,
        "Wellread, both halves alone": without("near", "named", "respelled", "copies"),
        "Wellread without nearness": without("near"),
        "Wellread without names": without("named"),
        "Wellread without respelling": without("respelled"),
        "Wellread with copies apart": without("copies"),
        "Wellread": ours,
        "Wellread, names followed": partial(ours, linked=True),
    }


@contextmanager
def leaving_out(parts: Sequence[str]) -> Any:
    """Search without these parts of it."""
    nothing: dict[str, Any] = {
        "near": patch.object(evidence, "NEAR", 0.0),
        "named": patch.object(search, "NAMED", 0.0),
        "respelled": patch.object(search, "doubtful", lambda _: []),
        "copies": patch.object(search, "gathered", lambda hits, limit: hits[:limit]),
    }
    for part in parts:
        nothing[part].start()
    try:
        yield
    finally:
        for part in parts:
            nothing[part].stop()


def best_first(scores: dict[int, float]) -> list[int]:
    """Keys by score, equal ones by key."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def score(judged: Judged, ranked: Sequence[Sequence[int]]) -> Scores:
    """Each measure of each question."""
    values = defaultdict[str, list[float]](list)
    for keys, grades in zip(ranked, judged.grades.values(), strict=True):
        found, right = named_results(judged, keys, grades)
        values["ndcg@10"].append(ndcg(found, right, 10))
        values["recall@5"].append(recall(found, right, 5))
        values["recall@10"].append(recall(found, right, 10))
    for question, keys in zip(judged.questions, ranked, strict=True):
        if question in (judged.marked or {}):
            covered, marked, shown = characters(judged, question, keys[:SHOWN])
            values["characters recalled@5"].append(covered / marked)
            values["characters precise@5"].append(covered / shown if shown else 0.0)
    return {name: np.array(each) for name, each in values.items()}


def characters(judged: Judged, question: str, keys: Sequence[int]) -> tuple[int, int, int]:
    """Characters that are marked and shown, that are marked, and that are shown."""
    assert judged.marked is not None
    marked = {(name, at) for name, start, end in judged.marked[question] for at in range(start, end)}
    shown = {
        (one.document, at)
        for one in (judged.passages[key - 1] for key in keys)
        for at in range(one.start, one.start + len(one.text))
    }
    return len(marked & shown), len(marked), len(shown)


def named_results(
    judged: Judged, keys: Sequence[int], grades: dict[int, float]
) -> tuple[list[str], dict[str, float]]:
    """What was found and what is right: passages, or documents by their first passage."""
    if judged.by_document:
        documents = dict.fromkeys(judged.passages[key - 1].document for key in keys)
        return list(documents), {judged.passages[place].document: 1.0 for place in grades}
    return [str(key) for key in keys], {str(place + 1): grade for place, grade in grades.items()}


def difference(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> dict[str, float]:
    """The mean of the paired differences and the ends of its interval."""
    pairs = after - before
    draws = np.random.default_rng(0).choice(pairs, (RESAMPLES, len(pairs))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return {"difference": float(pairs.mean()), "low": float(low), "high": float(high)}


def table(figures: dict[str, Any]) -> str:
    """For docs/design/ranking.md."""
    rows = figures["rankings"]
    more = [name for name in next(iter(rows.values())) if name.startswith("characters")]
    head = f"{figures['collection']}: {figures['passages']:,} passages, {figures['questions']} questions"
    columns = ["nDCG@10", "", "recall@5", "recall@10", *more]
    lines = [f"| {head} | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    for name, row in rows.items():
        sign = "*" if row["low"] > 0 else "!" if row["high"] < 0 else ""
        cells = [f"{row['ndcg@10']:.3f}", f"{row['difference']:+.3f}{sign}"]
        cells += [f"{row[measure]:.3f}" for measure in ("recall@5", "recall@10", *more)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
