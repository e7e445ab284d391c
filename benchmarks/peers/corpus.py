"""Drawn passages, questions and the exact answers, written once to a folder that every system then reads.

    FOLDER/texts       one passage a line
    FOLDER/vectors     float32 (passages, DIMENSIONS), of length 1
    FOLDER/groups.npy  int16 (documents, 4), padded with -1
    FOLDER/questions.json, questions.npy, truth.npz

- A document has PASSAGES_EACH passages of one of TOPICS topics. A passage is 80 to 160 words; two in three are drawn by
  the law of Zipf and Mandelbrot from 50,000, the others in the same way from the 400 words of its topic.
- Its vector is its topic's centre and noise whose dimensions fade as those of encoders do, so vectors lie in clusters.
- A document has one to three of GROUPS groups as its readers, and `group:staff`; one in a thousand has `group:rare`.
- A question is six words of a passage, none of the 100 most frequent, and its vector with noise.

The first passages of a larger corpus are those of a smaller one. Needs NumPy alone: it runs in the peers' environments.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

DIMENSIONS = 384
WORDS, TOPICS, WORDS_OF_TOPIC = 50_000, 500, 400
SHORTEST, LONGEST = 80, 160
PASSAGES_EACH = 10
GROUPS = 50
STOP_WORDS, QUESTION_WORDS = 100, 6
QUESTIONS = 220
LIMIT = 10
BLOCK = 4_000
"""Passages drawn from one seed; a multiple of PASSAGES_EACH."""

STAFF, RARE = "group:staff", "group:rare"
AUDIENCES: dict[str, list[str]] = {"everything": [STAFF], "8%": ["group:3", "group:17"], "0.1%": [RARE]}
"""Who asks, by the share of passages they may read."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """The files in `folder`, of which the first `passages` count."""

    folder: Path
    passages: int

    def batches(self, size: int = BLOCK) -> Iterator[tuple[range, list[str], Floats]]:
        """Row numbers, texts and vectors of passages, in order."""
        with (self.folder / "texts").open(encoding="utf-8") as lines:
            for start in range(0, self.passages, size):
                rows = range(start, min(start + size, self.passages))
                yield rows, [next(lines).rstrip("\n") for _ in rows], self.vectors(rows)

    def vectors(self, rows: range) -> Floats:
        """Read, not mapped: the memory of a process is to show what the system under test holds."""
        with (self.folder / "vectors").open("rb") as file:
            file.seek(rows.start * DIMENSIONS * 4)
            return np.fromfile(file, np.float32, len(rows) * DIMENSIONS).reshape(-1, DIMENSIONS)

    def readers(self, row: int) -> list[str]:
        """The principals of the document that passage `row` is of."""
        document = row // PASSAGES_EACH
        named = [f"group:{number}" for number in self._groups[document].tolist() if number >= 0]
        return [STAFF, *named, *([RARE] if document % 1000 == 7 else [])]

    @cached_property
    def _groups(self) -> npt.NDArray[np.int16]:
        groups: npt.NDArray[np.int16] = np.load(self.folder / "groups.npy")
        return groups

    @cached_property
    def questions(self) -> list[tuple[str, Floats]]:
        """Words and vector of each."""
        texts = json.loads((self.folder / "questions.json").read_text())
        return list(zip(texts, np.load(self.folder / "questions.npy"), strict=True))

    def truth(self, audience: str) -> list[set[int]]:
        """For each question the rows with the highest inner products that the audience may read, at most LIMIT."""
        rows = np.load(self.folder / "truth.npz")[audience]
        return [set(each.tolist()) for each in rows]


def drawn(folder: Path, passages: int) -> Corpus:
    """The corpus in `folder`, made there unless it is. Raises ValueError for fewer passages than questions."""
    if passages < QUESTIONS:
        raise ValueError(
            f"{passages} passages are too few for {QUESTIONS} questions, each about another: draw more"
        )
    corpus = Corpus(folder, passages)
    if (folder / "truth.npz").exists():
        return corpus
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = _vocabulary()
    documents = -(-passages // PASSAGES_EACH)
    groups = np.concatenate([_groups(block) for block in range(-(-documents // BLOCK))])
    np.save(folder / "groups.npy", groups[:documents])
    with (folder / "texts").open("w", encoding="utf-8") as texts, (folder / "vectors").open("wb") as vectors:
        for block in range(-(-passages // BLOCK)):
            count = min(BLOCK, passages - block * BLOCK)
            for words in _texts(block)[:count]:
                texts.write(" ".join([vocabulary[word] for word in words]) + "\n")
            vectors.write(_vectors(block)[:count].tobytes())
    _ask(corpus, vocabulary)
    return corpus


def _vocabulary() -> list[str]:
    """Words of syllables, the frequent ones short; none is one that search engines drop."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprtvz" for vowel in "aeiou"]
    base = len(syllables)
    return [
        "".join(syllables[(number // base**place) % base] for place in range(2 + (number >= base**2)))
        + ("n" if number < base**2 else "l")
        for number in range(WORDS)
    ]


def _zipf(chance: np.random.Generator, words: int, shape: int) -> npt.NDArray[np.int64]:
    share = np.cumsum(1 / (np.arange(words) + 2.7) ** 1.07)
    drawn: npt.NDArray[np.int64] = np.searchsorted(share, chance.random(shape) * share[-1])
    return drawn


def _topics(block: int) -> npt.NDArray[np.int64]:
    """One topic for each passage of a block; those of a document share it."""
    chance = np.random.default_rng([1, block])
    return np.repeat(chance.integers(0, TOPICS, BLOCK // PASSAGES_EACH), PASSAGES_EACH)


def _texts(block: int) -> list[list[int]]:
    chance = np.random.default_rng([2, block])
    of_topic = np.random.default_rng(3).integers(STOP_WORDS, WORDS, (TOPICS, WORDS_OF_TOPIC))
    shape = BLOCK * LONGEST
    common = _zipf(chance, WORDS, shape).reshape(BLOCK, LONGEST)
    own = _zipf(chance, WORDS_OF_TOPIC, shape).reshape(BLOCK, LONGEST)
    own = np.take_along_axis(of_topic[_topics(block)], own, axis=1)
    words = np.where(chance.random((BLOCK, LONGEST)) < 2 / 3, common, own)
    lengths = chance.integers(SHORTEST, LONGEST + 1, BLOCK).tolist()
    return [row[:length] for row, length in zip(words.tolist(), lengths, strict=True)]


def _noise(chance: np.random.Generator, count: int) -> Floats:
    fading = (np.arange(DIMENSIONS, dtype=np.float32) + 10) ** np.float32(-0.4)
    return _unit(chance.standard_normal((count, DIMENSIONS), dtype=np.float32) * fading)


def _vectors(block: int) -> Floats:
    centres = _noise(np.random.default_rng(4), TOPICS)
    chance = np.random.default_rng([5, block])
    documents = np.repeat(_noise(chance, BLOCK // PASSAGES_EACH), PASSAGES_EACH, axis=0)
    mixed = np.float32(0.6) * centres[_topics(block)] + np.float32(0.4) * documents
    return _unit(mixed + np.float32(0.7) * _noise(chance, BLOCK))


def _groups(block: int) -> npt.NDArray[np.int16]:
    """For BLOCK documents; a group may come twice, which counts once."""
    chance = np.random.default_rng([6, block])
    groups = chance.integers(0, GROUPS, (BLOCK, 4)).astype(np.int16)
    groups[np.arange(4) >= chance.integers(1, 4, BLOCK)[:, None]] = -1
    return groups


def _ask(corpus: Corpus, vocabulary: Sequence[str]) -> None:
    chance = np.random.default_rng(7)
    rank = {word: number for number, word in enumerate(vocabulary)}
    wanted = sorted(chance.choice(corpus.passages, QUESTIONS, replace=False).tolist())
    texts, vectors = [], []
    for rows, lines, block in corpus.batches():
        for row in (row for row in wanted if row in rows):
            words = [word for word in lines[row - rows.start].split() if rank[word] >= STOP_WORDS]
            texts.append(" ".join(words[:QUESTION_WORDS]))
            vectors.append(block[row - rows.start])
    order = chance.permutation(QUESTIONS)
    questions = _unit(np.array(vectors)[order] + np.float32(0.6) * _noise(chance, QUESTIONS))
    np.save(corpus.folder / "questions.npy", questions)
    (corpus.folder / "questions.json").write_text(json.dumps([texts[place] for place in order]))
    exact = _exact(corpus, questions)
    np.savez(corpus.folder / "truth.npz", **exact)  # type: ignore[arg-type]  # takes any name for `allow_pickle`


def _exact(corpus: Corpus, questions: Floats) -> dict[str, npt.NDArray[np.int64]]:
    best = {name: (np.empty((QUESTIONS, 0)), np.empty((QUESTIONS, 0), np.int64)) for name in AUDIENCES}
    for start in range(0, corpus.passages, 20_000):
        rows = range(start, min(start + 20_000, corpus.passages))
        scores = questions @ corpus.vectors(rows).T
        held = [set(corpus.readers(row)) for row in rows]
        for name, principals in AUDIENCES.items():
            readable = np.flatnonzero([not readers.isdisjoint(principals) for readers in held])
            known, keys = best[name]
            known = np.hstack([known, scores[:, readable]])
            keys = np.hstack([keys, np.broadcast_to(readable + start, (QUESTIONS, len(readable)))])
            order = np.argsort(-known, axis=1)[:, :LIMIT]
            best[name] = np.take_along_axis(known, order, 1), np.take_along_axis(keys, order, 1)
    return {name: keys for name, (_, keys) in best.items()}


def _unit(vectors: Floats) -> Floats:
    divided: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return divided
