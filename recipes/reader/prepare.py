"""Readings for the bundled reader: our own material, and openly licensed question sets read from a given folder.

Every question is shown with the passage that answers it and, as `NOT_HERE`, with passages of the same pool that BM25
ranks high for it but that do not hold its answer. Contexts are held out for validation by the hash of their text.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from wellread.ingest.parse import parse
from wellread.models.prompts import NOT_HERE
from wellread.tune.collate import Reading

WORDS_PER_WINDOW = 140
LONGEST_ANSWER = 30
"""Words; longer spans are dropped."""


@dataclass(frozen=True)
class Stage:
    """What one stage of training reads, and how many wrong passages it is shown per answerable question."""

    files: str
    """Letters of the files in `material/`."""
    wrong: int
    wrong_xquad: int
    covidqa_seed: int | None
    """Which two questions of a COVID-QA text are taken; None leaves COVID-QA out."""


STAGES = {
    1: Stage("ab", wrong=1, wrong_xquad=2, covidqa_seed=3),
    2: Stage("ab", wrong=1, wrong_xquad=1, covidqa_seed=None),
    3: Stage("ab", wrong=2, wrong_xquad=2, covidqa_seed=4),
    4: Stage("cdefghi", wrong=1, wrong_xquad=2, covidqa_seed=None),
}


@dataclass(frozen=True)
class Asked:
    """A question of one pool: its context's position, and the answer or None."""

    context: int
    question: str
    answer: str | None


@dataclass(frozen=True)
class Pool:
    """Texts that questions of one origin are about."""

    name: str
    contexts: list[tuple[str, str]]
    asked: list[Asked]
    wrong: int
    """Wrong passages shown per answerable question."""


def rows(path: Path) -> Iterator[dict]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            yield json.loads(line)


def material(folder: Path, wrong: int, files: str = "a-z") -> Pool:
    """The made-up texts; `files` are the letters of those wanted."""
    contexts, asked = [], []
    for path in sorted(folder.glob(f"[{files}].jsonl")):
        for row in rows(path):
            text = as_stored(row["text"])
            for item in row["questions"]:
                answer = item["answer"] and " ".join(item["answer"].split())
                if answer and answer not in text:
                    continue  # it ran across markup that is not kept
                asked.append(Asked(len(contexts), item["question"], answer))
            contexts.append((row["title"], text))
    return Pool("material", contexts, asked, wrong)


def as_stored(text: str) -> str:
    """A Markdown text as a workspace would store it: what a reader is served, without markup and hard wraps."""
    stored = parse("page.md", text.encode()).text
    return "\n".join(" ".join(line.split()) for line in stored.splitlines() if line.strip())


def reading_set(folder: Path, name: str, *, wrong: int, per_context: int, seed: int) -> Pool:
    texts = {row["id"]: row for row in rows(folder / f"{name}_contexts.jsonl.gz")}
    by_context: dict[str, list[dict]] = {}
    for row in rows(folder / f"{name}_questions.jsonl.gz"):
        by_context.setdefault(row["context"], []).append(row)
    contexts: list[tuple[str, str]] = []
    asked: list[Asked] = []
    randomly = random.Random(seed)
    for identity, questions in sorted(by_context.items()):
        text, title = texts[identity]["text"], str(texts[identity]["title"]).replace("_", " ")
        randomly.shuffle(questions)
        windows: dict[tuple[int, int], int] = {}
        for row in questions[:per_context]:
            answer = row["answers"][0]
            if len(answer["text"].split()) > LONGEST_ANSWER:
                continue
            span = _window(text, answer["start"], answer["start"] + len(answer["text"]), randomly)
            if span not in windows:
                windows[span] = len(contexts)
                contexts.append((title, text[span[0] : span[1]]))
            asked.append(Asked(windows[span], row["question"], answer["text"]))
    return Pool(name, contexts, asked, wrong)


def _window(text: str, start: int, end: int, randomly: random.Random) -> tuple[int, int]:
    """About WORDS_PER_WINDOW words around the answer, cut at sentence ends; the whole text when it is short."""
    if len(text.split()) <= WORDS_PER_WINDOW * 1.6:
        return 0, len(text)
    cuts = [0, *(m.end() for m in re.finditer(r"[.!?]\s+|\n+", text)), len(text)]
    first = max(i for i, cut in enumerate(cuts) if cut <= start)
    last = min(i for i, cut in enumerate(cuts) if cut >= end)
    while len(text[cuts[first] : cuts[last]].split()) < WORDS_PER_WINDOW:
        if (randomly.random() < 0.5 and first > 0) or last == len(cuts) - 1:
            first -= 1
        else:
            last += 1
        if first <= 0 and last >= len(cuts) - 1:
            break
    return cuts[max(first, 0)], cuts[last]


def readings(pool: Pool) -> list[tuple[int, Reading]]:
    """Every reading of a pool with the position of its context."""
    nearest = _Nearest([f"{title}\n{text}" for title, text in pool.contexts])
    found = []
    for item in pool.asked:
        title, text = pool.contexts[item.context]
        if item.answer is not None and item.answer not in text:
            raise ValueError(f"{pool.name}: {item.answer!r} does not stand in {text[:80]!r}")
        found.append((item.context, Reading(title, text, item.question, item.answer or NOT_HERE)))
        if item.answer is None:
            continue
        wrong = 0
        for other in nearest(item.question, 12):
            title, text = pool.contexts[other]
            if wrong == pool.wrong or other == item.context or item.answer.lower() in text.lower():
                continue
            wrong += 1
            found.append((other, Reading(title, text, item.question, NOT_HERE)))
    return found


class _Nearest:
    """BM25 over a pool's texts."""

    def __init__(self, texts: list[str]) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
        schema.add_integer_field("row", stored=True)
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer()
        for number, text in enumerate(texts):
            writer.add_document(tantivy.Document(text=text, row=number))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def __call__(self, question: str, limit: int) -> list[int]:
        query = self._index.parse_query(" ".join(re.findall(r"\w+", question.lower())), ["text"])
        return [
            self._searcher.doc(address)["row"][0] for _, address in self._searcher.search(query, limit).hits
        ]


def held_out(text: str) -> bool:
    """One context in twelve, by the hash of its text."""
    return hashlib.sha256(text.encode()).digest()[0] < 256 // 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, default=Path(__file__).parent / "material")
    parser.add_argument("--reading", type=Path, help="folder with xquad_en and covidqa")
    parser.add_argument("--stage", type=int, choices=tuple(STAGES), default=1)
    parser.add_argument("--out", type=Path, required=True, help="folder for train.jsonl and validation.jsonl")
    arguments = parser.parse_args()
    stage = STAGES[arguments.stage]
    pools = [material(arguments.material, stage.wrong, stage.files)]
    if arguments.reading:
        pools.append(
            reading_set(arguments.reading, "xquad_en", wrong=stage.wrong_xquad, per_context=99, seed=1)
        )
    if arguments.reading and stage.covidqa_seed is not None:
        pools.append(
            reading_set(arguments.reading, "covidqa", wrong=1, per_context=2, seed=stage.covidqa_seed)
        )
    arguments.out.mkdir(parents=True, exist_ok=True)
    with (
        (arguments.out / "train.jsonl").open("w") as train,
        (arguments.out / "validation.jsonl").open("w") as validation,
    ):
        for pool in pools:
            counts = {"train": 0, "validation": 0, "not here": 0}
            for _, reading in readings(pool):
                out = validation if held_out(reading.text) else train
                counts["validation" if out is validation else "train"] += 1
                counts["not here"] += reading.target == NOT_HERE
                out.write(json.dumps({"pool": pool.name, **asdict(reading)}, ensure_ascii=False) + "\n")
            print(pool.name, len(pool.contexts), "contexts,", counts)


if __name__ == "__main__":
    main()
