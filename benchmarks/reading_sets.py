"""Questions with the passage that holds their answer, as the product would cut it, that a bundled reader never read.

| name | texts | which questions, for the LoRA adapter | and for the span reader |
| --- | --- | --- | --- |
| xquad | paragraphs of an encyclopedia | of the contexts that its recipe holds out; all are test | likewise, and more |
| policyqa | sections of privacy policies | all; it saw none. Halves by the policy | the test half is the same |
| covidqa | research papers | whose passage overlaps no window it learnt. Halves by the paper | none: it learnt all |
| madeup | the recipe's own texts | of those held out, on which the refusal limit was set; all are dev | likewise |

A context is parsed and cut as a synchronisation does it; the passage is the one that holds most of the first gold
answer.
"""

import gzip
import hashlib
import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.ingest.chunk import chunk
from wellread.ingest.parse import parse
from wellread.records.knowledge import Passage

RECIPE = Path(__file__).parents[1] / "recipes" / "reader"
sys.path.append(str(RECIPE))
ADAPTER, SPANS = "reader-1", "reader-2"
COVIDQA_SEEDS = (3, 4)
"""Of the recipe's stages that read COVID-QA: which questions and windows they drew."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, its passage, and the answers that people marked."""

    id: str
    question: str
    passage: Passage
    golds: tuple[str, ...]
    whole: bool
    """Whether the passage is all of its context."""


def collection(name: str, folder: Path, part: str, reader: str) -> list[Asked]:
    """The questions of `name` that are fair to `reader` in its `dev` or `test` part, in an order drawn by hash;
    `folder` has the sets."""
    if name == "madeup":
        found = list(_made_up(reader)) if part == "dev" else []
    elif name == "xquad":
        unread = _unread_by_spans if reader == SPANS else importlib.import_module("prepare").held_out
        found = list(_questions(folder, "xquad_en", unread)) if part == "test" else []
    elif reader == SPANS and (name == "covidqa" or part == "dev"):
        found = []
    else:
        found = [
            one
            for one in _questions(folder, name)
            if (_digest(_group(name, one)) % 2 == 0) == (part == "test")
        ]
    return sorted(found, key=lambda one: _digest(one.id))


def _unread_by_spans(text: str) -> bool:
    return bool(importlib.import_module("prepare_spans").part("xquad_en", "", text) == "test")


def _group(name: str, asked: Asked) -> str:
    return asked.passage.title if name == "policyqa" else asked.passage.document


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _questions(folder: Path, name: str, unread: Callable[[str], bool] = lambda text: True) -> Iterator[Asked]:
    """Of the contexts that are `unread`."""
    recipe = importlib.import_module("prepare")
    trained = _trained_windows(recipe, folder) if name == "covidqa" else {}
    cut: dict[str, _Cut] = {}
    texts = {str(row["id"]): row for row in _rows(folder / f"{name}_contexts.jsonl.gz")}
    for row in _rows(folder / f"{name}_questions.jsonl.gz"):
        context, first = str(row["context"]), row["answers"][0]
        text = texts[context]["text"]
        if not unread(text):
            continue
        if context not in cut:
            cut[context] = _Cut(context, str(texts[context]["title"]).replace("_", " "), text)
        passage, place = cut[context].around(first["start"], first["start"] + len(first["text"]))
        if any(start < place[1] and place[0] < end for start, end in trained.get(text, ())):
            continue
        yield Asked(
            id=f"{name}-{row['id']}",
            question=row["question"],
            passage=passage,
            golds=tuple(dict.fromkeys(answer["text"] for answer in row["answers"])),
            whole=len(cut[context].passages) == 1,
        )


def _trained_windows(recipe: Any, folder: Path) -> dict[str, list[Span]]:
    """By paper: where the windows lie that the reader was trained on, in characters of the paper."""
    papers = [row["text"] for row in _rows(folder / "covidqa_contexts.jsonl.gz")]
    spans: dict[str, list[Span]] = defaultdict(list)
    for seed in COVIDQA_SEEDS:
        pool = recipe.reading_set(folder, "covidqa", wrong=1, per_context=2, seed=seed)
        for _, window in pool.contexts:
            if recipe.held_out(window):
                continue
            for paper in papers:
                start = paper.find(window)
                if start >= 0:
                    spans[paper].append((start, start + len(window)))
    return spans


def _made_up(reader: str) -> Iterator[Asked]:
    recipe = importlib.import_module("prepare")
    pool = recipe.material(RECIPE / "material", 0, "a-z" if reader == SPANS else "a-i")
    for number, asked in enumerate(pool.asked):
        title, text = pool.contexts[asked.context]
        if asked.answer is None or not recipe.held_out(text):
            continue
        made = _Cut(f"madeup-{asked.context}", title, text)
        start = text.index(asked.answer)
        passage, _ = made.around(start, start + len(asked.answer))
        yield Asked(
            id=f"madeup-{number}",
            question=asked.question,
            passage=passage,
            golds=(asked.answer,),
            whole=len(made.passages) == 1,
        )


class _Cut:
    """One context in passages, and where each lies in the context as it was given."""

    def __init__(self, name: str, title: str, text: str) -> None:
        self._text = text
        parsed = parse("context.txt", text.encode())
        given, kept = _letters(text), _letters(parsed.text)
        if len(given) != len(kept):
            raise ValueError(
                f"{name}: parsing kept {len(kept)} of {len(given)} letters, so that no place can be told"
            )
        place = dict(zip(kept, given, strict=True))
        self.passages: list[tuple[Passage, Span]] = []
        for number, made in enumerate(chunk(parsed.text, parsed.blocks)):
            passage = Passage(
                key=number,
                id=f"{name}-{number}",
                document=name,
                version="1",
                uri=name,
                title=title,
                heading=made.heading,
                start=made.start,
                end=made.end,
                text=parsed.text[made.start : made.end],
            )
            self.passages.append((passage, (place[made.start], place[made.end - 1] + 1)))

    def around(self, start: int, end: int) -> tuple[Passage, Span]:
        """The passage that holds most of `text[start:end]`, and its place."""

        def held(one: tuple[Passage, Span]) -> int:
            return min(end, one[1][1]) - max(start, one[1][0])

        return max(self.passages, key=held)


def _letters(text: str) -> Sequence[int]:
    return [at for at, letter in enumerate(text) if not letter.isspace()]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
