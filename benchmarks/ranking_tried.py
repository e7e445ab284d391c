"""What was tried for ranking, each step beside the one before it, on every judged collection there is.

    python benchmarks/ranking_tried.py [--collections scifact hotpotqa ...] [--vectors FOLDER]

Every passage gets a score by BM25 and one by its vector, without an index and without lists that end: so a step is
judged for itself. A line is a step; a column gives the mean nDCG@10 of a collection and the difference from the line
that it is compared with (named behind it); `*` says that the interval of the difference (paired bootstrap over the
questions, 95%) is above zero, `!` below. Prints the Markdown of docs/design/ranking.md.
"""

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from judged import Judged, Text, chosen, options
from retrieval import difference, embedded, file_name, named_results, with_headings
from wellread.evaluate.metrics import ndcg
from wellread.index.protocol import Weights
from wellread.index.words import analyzer, encodable, terms_of
from wellread.models.protocols import Embedder, Vectors
from wellread.models.registry import open_embedder
from wellread.models.weights import EMBEDDER
from wellread.records.naming import name_words
from wellread.retrieve.evidence import Nearness, named

Matrix = npt.NDArray[np.float32]
"""Shape (questions, passages)."""
K1, B = 1.2, 0.75
CANDIDATES = 60
"""Of each half, for the steps that read texts."""
READ = 40
SHORT_FORM = re.compile(r"\(([A-Z]{2,6})s?\)")
PLAIN_WORD = re.compile(r"\w+")


@dataclass
class Bench:
    """One collection with all that the steps are made of, each worked out once."""

    judged: Judged
    passages: Vectors
    questions: Vectors
    memory: dict[Any, Matrix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        analyse = analyzer().analyze
        texts = self.judged.passages
        self.asked = [terms_of(text) for text in self.judged.questions.values()]
        self.name = [analyse(encodable(name_words(file_name(one)))) for one in texts]
        self.title = [analyse(encodable(one.title)) for one in texts]
        self.body = [analyse(encodable(f"{one.heading}\n{one.text}")) for one in texts]
        places: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(texts):
            places[one.document].append(place)
        self.places = list(places.values())

    def once(self, key: Any, make: Callable[[], Matrix]) -> Matrix:
        """The matrix of that key, made when first asked for."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]

    def words(self, names: bool = True) -> Matrix:
        """BM25 over name, title, headings and text."""
        return self.once(("words", names), lambda: bm25(self.asked, self.all_words(names)))

    def all_words(self, names: bool = True) -> list[list[str]]:
        """The terms of every passage."""
        return [
            [*(name if names else []), *title, *body]
            for name, title, body in zip(self.name, self.title, self.body, strict=True)
        ]

    def meaning(self) -> Matrix:
        """Cosines."""
        return self.once("meaning", lambda: np.asarray(self.questions @ self.passages.T, dtype=np.float32))

    def both(self) -> Matrix:
        """Each half over its best, and their sum."""
        both: Matrix = np.asarray(over_best(self.words()) + over_best(self.meaning()), dtype=np.float32)
        return both


def bm25(asked: Sequence[Sequence[str]], texts: Sequence[Sequence[str]], b: float = B) -> Matrix:
    """As the index has it."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, text in enumerate(texts):
        for term, count in Counter(text).items():
            postings[term].append((place, count))
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    norm = K1 * (1 - b + b * lengths / max(float(lengths.mean()), 1e-9))
    scores = np.zeros((len(asked), len(texts)), dtype=np.float32)
    for row, terms in enumerate(asked):
        for term in terms:
            if found := postings.get(term):
                at, counts = (np.array(each) for each in zip(*found, strict=True))
                rarity = math.log1p((len(texts) - len(at) + 0.5) / (len(at) + 0.5))
                scores[row, at] += rarity * counts * (K1 + 1) / (counts + norm[at])
    return scores


def over_best(scores: Matrix) -> Matrix:
    """Each question's scores over its best."""
    best = np.maximum(scores.max(axis=1, keepdims=True), 1e-9)
    shares: Matrix = np.divide(scores, best, dtype=np.float32)
    return shares


def minimum_to_maximum(scores: Matrix, depth: int = CANDIDATES) -> Matrix:
    """Within each question's best `depth`, from 0 to 1; 0 elsewhere."""
    depth = min(depth, scores.shape[1])
    least = np.partition(scores, -depth, axis=1)[:, -depth][:, None]
    spread = np.maximum(scores.max(axis=1, keepdims=True) - least, 1e-9)
    return np.where(scores >= least, (scores - least) / spread, 0).astype(np.float32)


def reciprocal(scores: Matrix, k: int = 60) -> Matrix:
    """1 / (k + rank)."""
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    return (1 / (k + 1 + ranks)).astype(np.float32)


def weights(bench: Bench) -> list[Weights]:
    """Of every question's terms."""
    having = Counter(term for text in bench.all_words() for term in set(text))
    count = len(bench.judged.passages)

    def rarity(n: int) -> float:
        return math.log1p((count - n + 0.5) / (n + 0.5))

    return [
        Weights({term: rarity(having[term]) for term in terms if having[term]}, rarity(1))
        for terms in bench.asked
    ]


def nearness(bench: Bench) -> Matrix:
    """Of the READ best candidates, what Nearness says; 0 of others."""
    first, scores = bench.both(), np.zeros_like(bench.words())
    for row, each in enumerate(weights(bench)):
        near = Nearness(each.terms)
        for place in np.argsort(-first[row], kind="stable")[:READ]:
            scores[row, place] = near.of(with_headings(bench.judged.passages[place]))
    return scores


def names(bench: Bench) -> Matrix:
    """Of every passage, what `named` says."""
    texts = [(one.title, name_words(file_name(one))) for one in bench.judged.passages]
    of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, pair in enumerate(texts):
        of[pair].append(place)
    scores = np.zeros_like(bench.words())
    for row, each in enumerate(weights(bench)):
        for pair, places in of.items():
            scores[row, places] = named(each, *pair)
    return scores


def feedback_by_meaning(bench: Bench, share: float = 0.3, first: int = 3) -> Matrix:
    """The question moved towards the best passages found (Rocchio)."""
    best = np.argsort(-bench.both(), axis=1)[:, :first]
    moved = (1 - share) * bench.questions + share * bench.passages[best].mean(axis=1)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved @ bench.passages.T)


def feedback_by_words(bench: Bench, added: int = 10, first: int = 5) -> Matrix:
    """BM25 by the telling words of the best passages found (after RM3)."""
    texts = bench.all_words()
    having = Counter(term for text in texts for term in set(text))
    best = np.argsort(-bench.both(), axis=1)[:, :first]
    more = []
    for row in best:
        found = Counter(term for place in row for term in texts[place])
        telling = {term: count * math.log(len(texts) / having[term]) for term, count in found.items()}
        more.append(sorted(telling, key=lambda term: -telling[term])[:added])
    return bm25(more, texts)


def whole_documents(bench: Bench) -> Matrix:
    """BM25 of the document that a passage is from."""
    texts = bench.all_words()
    scores = bm25(
        bench.asked, [[term for place in places for term in texts[place]] for places in bench.places]
    )
    return spread(bench, scores)


def spread(bench: Bench, scores: Matrix) -> Matrix:
    """From documents to their passages."""
    of = np.empty(len(bench.judged.passages), dtype=int)
    for number, places in enumerate(bench.places):
        of[places] = number
    return scores[:, of]


def neighbours(bench: Bench) -> Matrix:
    """The better of the passages before and behind, in the same document."""
    both, scores = bench.both(), np.zeros_like(bench.words())
    for places in bench.places:
        for before, behind in pairwise(places):
            scores[:, before] = np.maximum(scores[:, before], both[:, behind])
            scores[:, behind] = np.maximum(scores[:, behind], both[:, before])
    return scores


def acronyms(texts: Sequence[Text]) -> dict[str, frozenset[str]]:
    """What short forms stand for, and long ones are shortened to, where a text says so: `Lower Case Name (LCN)`."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in texts:
        for match in SHORT_FORM.finditer(one.text):
            short = match[1]
            words = one.text[max(0, match.start() - 200) : match.start()].split()[-len(short) :]
            if [word[:1].lower() for word in words] == list(short.lower()):
                long = " ".join(words).strip(".,;:()").lower()
                found[short.lower()].add(long)
                found[long].add(short.lower())
    return {form: frozenset(others) for form, others in found.items()}


def with_acronyms(bench: Bench) -> Matrix:
    """BM25 of the question with the other forms of the acronyms in it."""
    known = acronyms(bench.judged.passages)
    asked = []
    for question, terms in zip(bench.judged.questions.values(), bench.asked, strict=True):
        words = f" {' '.join(PLAIN_WORD.findall(question.lower()))} "
        others = [other for form, those in known.items() if f" {form} " in words for other in sorted(those)]
        asked.append(list(dict.fromkeys([*terms, *(term for other in others for term in terms_of(other))])))
    return bm25(asked, bench.all_words())


def document_vectors(bench: Bench, share: float = 0.2) -> Matrix:
    """Each passage's vector moved towards the mean of its document."""
    moved = bench.passages.copy()
    for places in bench.places:
        moved[places] += share * bench.passages[places].mean(axis=0)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(bench.questions @ moved.T)


def steps() -> dict[str, tuple[str, Callable[[Bench], Matrix]]]:
    """By name: the step it is compared with, and its scores."""

    def half(words: Matrix, meaning: Matrix, share: float = 0.5) -> Matrix:
        scores: Matrix = (1 - share) * over_best(words) + share * over_best(meaning)
        return scores

    def near(bench: Bench) -> Matrix:
        return bench.once("near", lambda: nearness(bench))

    def called(bench: Bench) -> Matrix:
        return bench.once("names", lambda: names(bench))

    def final(bench: Bench, meaning: Matrix | None = None, share: float = 0.5) -> Matrix:
        meaning = bench.meaning() if meaning is None else meaning
        return half(bench.words() + near(bench), meaning, share) + 0.2 * called(bench)

    def partly(bench: Bench, other: Matrix, share: float) -> Matrix:
        words = (1 - share) * over_best(bench.words() + near(bench)) + share * over_best(other)
        return half(words, bench.meaning()) + 0.2 * called(bench)

    first, fused, ours = "minimum to maximum, 60 of each", "over the best, all scored", "Wellread"
    return {
        "words alone": (first, lambda b: b.words(names=False)),
        "meaning alone": (first, Bench.meaning),
        "reciprocal rank, k=60": (first, lambda b: reciprocal(b.words(False)) + reciprocal(b.meaning())),
        first: (first, lambda b: minimum_to_maximum(b.words(False)) + minimum_to_maximum(b.meaning())),
        fused: (first, lambda b: half(b.words(False), b.meaning())),
        "+ words of file names": (fused, Bench.both),
        "+ nearness": ("+ words of file names", lambda b: half(b.words() + near(b), b.meaning())),
        ours: ("+ nearness", final),
        "meaning 40%": (ours, lambda b: final(b, share=0.4)),
        "meaning 60%": (ours, lambda b: final(b, share=0.6)),
        "+ feedback by meaning": (ours, lambda b: final(b, feedback_by_meaning(b))),
        "+ feedback by words": (ours, lambda b: partly(b, feedback_by_words(b), 0.2)),
        "+ the whole document's words": (ours, lambda b: partly(b, whole_documents(b), 0.2)),
        "+ the better neighbour": (ours, lambda b: final(b) + 0.05 * neighbours(b)),
        "+ acronyms, as texts introduce them": (
            ours,
            lambda b: half(with_acronyms(b) + near(b), b.meaning()) + 0.2 * called(b),
        ),
        "+ vectors moved to their document's": (ours, lambda b: final(b, document_vectors(b))),
    }


def main() -> int:
    """Parse, measure, print."""
    arguments = options(__doc__).parse_args()
    wanted = chosen(arguments)
    if wanted is None:
        return 3
    embedder = open_embedder(EMBEDDER)
    try:
        columns = [column(read(), embedder, arguments.vectors) for read in wanted.values()]
    finally:
        embedder.close()
    print(f"| step | {' | '.join(wanted)} | compared with |")
    print(f"| --- |{' --- |' * len(wanted)} --- |")
    for step, (other, _) in steps().items():
        print(
            f"| {step} | {' | '.join(column[step] for column in columns)} | {other if other != step else ''} |"
        )
    return 0


def column(judged: Judged, embedder: Embedder, kept: Path | None) -> dict[str, str]:
    """The cells of one collection, by step."""
    bench = Bench(judged, embedded(judged, embedder, kept), embedder.embed(list(judged.questions.values())))
    values = {step: evaluated(bench, make(bench)) for step, (_, make) in steps().items()}
    cells = {}
    for step, (other, _) in steps().items():
        found = difference(values[other], values[step])
        sign = "*" if found["low"] > 0 else "!" if found["high"] < 0 else ""
        behind = f" {found['difference']:+.3f}{sign}" if step != other else ""
        cells[step] = f"{values[step].mean():.3f}{behind}"
    return cells


def evaluated(bench: Bench, scores: Matrix) -> npt.NDArray[np.float64]:
    """nDCG@10 of every question."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :200] + 1
    return np.array(
        [
            ndcg(*named_results(bench.judged, keys.tolist(), grades), 10)
            for keys, grades in zip(best, bench.judged.grades.values(), strict=True)
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
