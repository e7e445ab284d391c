"""Rows for the span reader: a text, a question, and where in the text the answer stands, or that it does not.

The pools of `prepare.py` and one set more, PolicyQA. Wrong passages are found as there. What is held out:

    made-up texts    one in twelve, by the hash of the text (as for the adapter)
    XQuAD            a quarter of the contexts for the test, an eighth for validation, by the hash of the text
    PolicyQA         half of the policies for the test, a tenth for validation, by the hash of the name
    COVID-QA         nothing: all of it is read
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from prepare import Pool, held_out, material, reading_set, readings

from wellread.models.prompts import NOT_HERE

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
    parser.add_argument("--out", type=Path, required=True, help="folder for train.jsonl and validation.jsonl")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = {
        part: (arguments.out / f"{part}.jsonl").open("w", encoding="utf-8")
        for part in ("train", "validation")
    }
    for pool in pools(arguments.material, arguments.files, arguments.reading):
        for part, row in rows(pool):
            if part in files:
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
        row = {
            "pool": pool.name,
            "heading": one.heading,
            "text": one.text,
            "question": one.question,
            "start": start,
            "end": start if start < 0 else start + len(one.target),
        }
        yield part(pool.name, one.heading, one.text), row


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
