"""How long `wellread quality` looks through a knowledge base, and how much memory it takes.

    python benchmarks/quality.py [--documents 5000] [--words 400] [--json]

Documents are drawn by a fixed seed from made-up words, each with a template of its own department, one sentence with a
value and, in one of twenty, most of the text of an earlier one. They are put into a catalogue; vectors are drawn too,
with 384 columns. A new process then looks through them: seconds are of its processor, memory is its peak, catalogue and
NumPy included.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.flows.quality import Quality, QualityRequest, quality
from wellread.ingest.chunk import chunk
from wellread.ingest.parse import parse
from wellread.models.protocols import Vectors
from wellread.records.identity import digest, document_id, version_id
from wellread.records.knowledge import Chunk, Document
from wellread.records.people import EVERYONE

COLUMNS = 384


def drawn(count: int, words: int) -> Iterator[tuple[Document, list[Chunk]]]:
    """Documents with their passages, the same every time."""
    draw = random.Random(7)
    vocabulary = [
        "".join(draw.choices("bdfgklmnprst", k=2)) + draw.choice("aeiou") + str(n) for n in range(20_000)
    ]
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    earlier: list[list[str]] = []
    for number in range(count):
        text = draw.choices(vocabulary, weights, k=words)
        if earlier and number % 20 == 0:
            text = [*draw.choice(earlier)[: words * 9 // 10], *text[: words // 10]]
        earlier = [*earlier[-200:], text]
        sections = [" ".join(text[at : at + 12]).capitalize() + "." for at in range(0, words, 12)]
        department = number % 50
        sections.append(
            f"Each order of {vocabulary[department]} may cost {draw.randint(2, 900)} euros a year."
        )
        sections.append(" ".join(vocabulary[department * 40 : department * 40 + 40]))
        body = "\n\n".join(
            f"## Part {at}\n\n{' '.join(sections[at : at + 6])}" for at in range(0, len(sections), 6)
        )
        parsed = parse("page.md", f"# Page {vocabulary[number % 20_000]}\n\n{body}\n".encode())
        identity = document_id("drawn", f"{number}.md")
        yield (
            Document(
                id=identity,
                version=version_id(identity, digest(parsed.text)),
                source="drawn",
                uri=f"{number}.md",
                title=parsed.title,
                text=parsed.text,
                content_digest=digest(parsed.text),
                readers=frozenset([EVERYONE]),
                modified=f"202{number % 6}-0{number % 9 + 1}-01T00:00:00+00:00",
            ),
            chunk(parsed.text, parsed.blocks),
        )


def vectors(keys: Sequence[int]) -> dict[int, Vectors]:
    """A unit vector for each key, the same every time."""
    found = {}
    for key in keys:
        row = np.random.default_rng(key).standard_normal(COLUMNS, dtype=np.float32)
        found[key] = row / np.linalg.norm(row)
    return found


def measure(file: Path) -> dict[str, float]:
    """Every figure of the table, by its name."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Catalogue.open(file) as catalogue:
        began = time.process_time()
        work = Quality(
            catalogue=catalogue, vectors=vectors, principals=frozenset([EVERYONE]), today=date(2026, 6, 1)
        )
        report = quality(work, QualityRequest())
        spent = time.process_time() - began
    return {
        "documents": report.documents,
        "words": report.words,
        "findings": len(report.findings),
        "seconds": spent,
        "documents a second": report.documents / spent,
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "of which before, MB": before / 1024,
    }


def main() -> int:
    """Draw, measure in a new process, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--words", type=int, default=400, help="words of a document")
    parser.add_argument("--catalogue", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.catalogue:
        print(json.dumps(measure(arguments.catalogue)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalogue.db"
        with Catalogue.open(file) as catalogue:
            catalogue.knowledge.add_source("drawn", "folder", "/drawn", [EVERYONE], "benchmark")
            catalogue.knowledge.put_many(drawn(arguments.documents, arguments.words), "benchmark")
        again = [sys.executable, *sys.argv, "--catalogue", str(file)]
        figures = json.loads(subprocess.run(again, capture_output=True, text=True, check=True).stdout)
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        print(
            "\n".join(
                ["| what | figure |", "| --- | --- |", *(f"| {k} | {v:,.4g} |" for k, v in figures.items())]
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
