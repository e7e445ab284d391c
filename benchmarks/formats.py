"""What becomes of real files of many kinds, the broken and the encrypted among them.

    python benchmarks/formats.py [--data DIR] [--all] [--json]

DIR holds `manifest.jsonl`: one object a line with `path`, `kind`, `expected` (text, encrypted, broken, empty) and
`snippet`, a string that must stand in the text once runs of white space are joined; by default
$WELLREAD_SHARED_DATA/formats or ../shared/data/formats. Every file is read as a synchronisation reads it, in a confined
process of its own, whose memory and time are measured. What did not come out as expected is listed; --all lists every
file.

    as expected      text: has text, with the snippet if there is one; encrypted and broken: a reason, or for a broken
                     file some text; empty: accepted, without text
    most memory      resident megabytes of the largest reading process
    slowest          seconds of wall time, the start of the process included
"""

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from wellread.errors import ParseError
from wellread.ingest.parse.worker import Workers


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file: what was expected, what came out, and how long it took."""

    path: str
    kind: str
    expected: str
    as_expected: bool
    told: str
    seconds: float


def main() -> int:
    """Parse, read every file, print. 1 when a file did not come out as expected."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--all", action="store_true", help="list every file")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    manifest = arguments.data / "manifest.jsonl"
    if not manifest.is_file():
        print(f"there is no {manifest}: name the folder with --data", file=sys.stderr)
        return 1
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    outcomes = [outcome(arguments.data, row) for row in rows]
    figures = summary(outcomes)
    print(json.dumps(figures) if arguments.json else table(outcomes, figures, everything=arguments.all))
    return 0 if all(one.as_expected for one in outcomes) else 1


def default_data() -> Path:
    """Where the files are looked for."""
    shared = os.environ.get("WELLREAD_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data"
    return Path(shared) / "formats"


def outcome(folder: Path, row: dict[str, str]) -> Outcome:
    """Read one file as a synchronisation does."""
    data = (folder / row["path"]).read_bytes()
    began = time.perf_counter()
    text, reason = None, ""
    with Workers() as workers:
        try:
            found = workers.read(row["path"], data)
            text = " ".join(" ".join(one.parsed.text for one in found if one.parsed).split())
        except ParseError as error:
            reason = str(error)
    seconds = time.perf_counter() - began
    good = as_expected(row["expected"], row["snippet"], text)
    told = reason or f"{len(text or ''):,} characters"
    if text and row["snippet"] and not good:
        told += f", without {row['snippet']!r}"
    return Outcome(row["path"], row["kind"], row["expected"], good, told, seconds)


def as_expected(expected: str, snippet: str | None, text: str | None) -> bool:
    """Whether `text` (None: refused with a reason) is what should come out."""
    if expected == "text":
        return bool(text) and " ".join((snippet or "").split()) in (text or "")
    if expected == "empty":
        return text == ""
    return text is None or (expected == "broken" and bool(text))


def summary(outcomes: list[Outcome]) -> dict[str, float]:
    """Counts by what was expected, and the most that a process took."""
    figures: dict[str, float] = {}
    for expected, number in Counter(one.expected for one in outcomes).items():
        figures[f"{expected}, files"] = number
        figures[f"{expected}, as expected"] = sum(
            one.as_expected for one in outcomes if one.expected == expected
        )
    figures["most memory, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    figures["slowest, s"] = max(one.seconds for one in outcomes)
    return figures


def table(outcomes: list[Outcome], figures: dict[str, float], *, everything: bool) -> str:
    """For people."""
    listed = [
        f"{'ok ' if one.as_expected else 'BAD'} {one.kind:5} {one.seconds:6.2f} s  {one.path}: {one.told}"
        for one in outcomes
        if everything or not one.as_expected
    ]
    return "\n".join([*listed, *(f"{name:24} {value:.4g}" for name, value in figures.items())])


if __name__ == "__main__":
    raise SystemExit(main())
