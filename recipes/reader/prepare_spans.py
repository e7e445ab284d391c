"""Rows for the span reader: a text, a question, and where in the text the answer stands, or that it does not.

The pools of `prepare.py` and one set more, PolicyQA. Wrong passages are what a search would bring: as there those near
by words, and the one that the embedder finds nearest. What is held out:

    made-up texts    one in twelve, by the hash of the text (as for the adapter)
    XQuAD            a quarter of the contexts for the test, an eighth for validation, by the hash of the text
    PolicyQA         half of the policies for the test, a tenth for validation, by the hash of the name
    COVID-QA         nothing: all of it is read
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
from prepare import Pool, held_out, material, reading_set, readings

from wellread.models.prompts import NOT_HERE
from wellread.models.registry import open_embedder
from wellread.models.weights import EMBEDDER

WRONG_MATERIAL, WRONG_XQUAD, WRONG_OTHER = 2, 3, 1
"""Wrong passages prepared for an answerable question; training draws from them."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--material", type=Path, default=Path(__file__).parent / "material")
    parser.add_argument("--files", default="a-z", help="letters of the files of the material")
    parser.add_argument(
        "--reading", type=Path, required=True, help="folder with xquad_en, policyqa and covidqa"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for train, validation and test.jsonl")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = {
        part: (arguments.out / f"{part}.jsonl").open("w", encoding="utf-8")
        for part in ("train", "validation", "test")
    }
    for pool in pools(arguments.material, arguments.files, arguments.reading):
        for part, row in (*rows(pool), *near_by_meaning(pool)):
            files[part].write(json.dumps(row, ensure_ascii=False) + "\n")
    for file in files.values():
        file.close()


def pools(folder: Path, files: str, reading: Path) -> list[Pool]:
    return [
        material(folder, WRONG_MATERIAL, files),
        reading_set(reading, "xquad_en", wrong=WRONG_XQUAD, per_context=99, seed=1),
        reading_set(reading, "covidqa", wrong=WRONG_OTHER, per_context=99, seed=1),
        reading_set(reading, "policyqa", wrong=WRONG_OTHER, per_context=99, seed=1),
    ]


def rows(pool: Pool) -> Iterator[tuple[str, dict]]:
    """Every row of a pool with the part it belongs to. An answer is looked for from the beginning of its text."""
    for _, one in readings(pool):
        start = -1 if one.target == NOT_HERE else one.text.index(one.target)
        yield _row(pool.name, one.heading, one.text, one.question, (start, start + len(one.target)))


def near_by_meaning(pool: Pool) -> Iterator[tuple[str, dict]]:
    """For every question with an answer, the text of the pool without that answer that the embedder finds nearest."""
    with closing(open_embedder(EMBEDDER)) as embedder:
        texts = embedder.embed([f"{title}. {text}" for title, text in pool.contexts])
        asked = [one for one in pool.asked if one.answer is not None]
        for begin in range(0, len(asked), 1000):
            some = asked[begin : begin + 1000]
            likeness = embedder.embed([one.question for one in some]) @ texts.T
            nearest = np.argsort(-likeness, axis=1)[:, :10]
            for one, order in zip(some, nearest, strict=True):
                answer = str(one.answer).casefold()
                wrong = (
                    pool.contexts[number]
                    for number in order
                    if number != one.context and answer not in pool.contexts[number][1].casefold()
                )
                for title, text in islice(wrong, 1):
                    yield _row(pool.name, title, text, one.question, (-1, -1))


def _row(pool: str, heading: str, text: str, question: str, span: tuple[int, int]) -> tuple[str, dict]:
    start, end = span if span[0] >= 0 else (-1, -1)
    row = {"pool": pool, "heading": heading, "text": text, "question": question, "start": start, "end": end}
    return part(pool, heading, text), row


def part(pool: str, title: str, text: str) -> str:
    """train, validation or test."""
    if pool == "xquad_en":
        first = hashlib.sha256(text.encode()).digest()[0]
        return "test" if first < 256 // 4 else "validation" if first < 256 * 3 // 8 else "train"
    if pool == "policyqa":
        drawn = int(hashlib.sha256(title.encode()).hexdigest(), 16) % 10
        return "test" if drawn % 2 == 0 else "validation" if drawn == 1 else "train"
    if pool == "covidqa":
        return "train"
    return "validation" if held_out(text) else "train"


if __name__ == "__main__":
    main()
