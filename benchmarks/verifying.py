"""What the rules that verify statements catch, and what they refuse wrongly, on real texts.

    python benchmarks/verifying.py [--part test] [--sentences 300] [--collections xquad ...] [--into FILE] [--json]

From questions whose answer is marked in a text the sentence that answers is taken, and statements are made from it:
right ones in other words, and ones with one thing wrong (`changed_statements.py`). Two things are asked of each:

- **by the sentence**: do the rules find something unsupported, given the sentence alone and the title above it?
- **in an answer**: given the sentence and three around it on both sides, is the statement shown as it is? If not, it is
  replaced by the source's own sentence or dropped, as a chat model's answer would be.

The rules were made while looking at every other text (`--part made`); of the rest (`--part test`) only the figures were
looked at. Intervals are Wilson's, 95%. With `--into docs/benchmarks.md` the table takes its place there.
"""

import json
import random
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from changed_statements import RIGHT, WRONG, Change, Evidence
from judged import data_folder, json_rows
from kept_tables import keep
from wellread.answer.statements import check
from wellread.answer.verify.verifier import Source, unsupported
from wellread.evaluate.statistics import wilson_interval
from wellread.ingest.parse import parse
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences

COLLECTIONS = ("xquad", "policyqa", "covidqa", "handbook")
FILES = {"xquad": "xquad_en", "policyqa": "policyqa", "covidqa": "covidqa"}
AROUND = 3
"""Sentences on both sides."""
LONGEST, SHORTEST = 60, 6
"""Words of a sentence that is taken."""


def marked(folder: Path, name: str) -> Iterator[tuple[str, str, str, str, int]]:
    """Text, its title, question, answer and where it stands, of one collection."""
    if name == "handbook":
        for row in json_rows(folder / "handbook" / "questions.jsonl"):
            if row["answer"]:
                parsed = parse("page.md", (folder / "handbook" / row["page"]).read_bytes())
                words = " ".join(row["evidence"].split())
                flat = " ".join(parsed.text.split())
                if (at := flat.find(words)) >= 0:
                    yield flat, parsed.title, row["question"], row["answer"], flat.index(row["answer"], at)
        return
    texts = {row["id"]: row for row in json_rows(folder / "reading" / f"{FILES[name]}_contexts.jsonl.gz")}
    for row in json_rows(folder / "reading" / f"{FILES[name]}_questions.jsonl.gz"):
        context, answer = texts[row["context"]], row["answers"][0]
        title = (context["title"] or "").replace("_", " ")
        yield context["text"], title, row["question"], answer["text"], answer["start"]


def evidence(folder: Path, name: str, part: str, most: int) -> list[Evidence]:
    """At most `most` sentences of every other text, none twice, drawn by a fixed seed."""
    found: dict[tuple[str, str], Evidence] = {}
    numbers: dict[str, int] = {}
    cut: dict[str, list[tuple[int, int]]] = {}
    for text, title, question, answer, start in marked(folder, name):
        if numbers.setdefault(text, len(numbers)) % 2 != (part == "test"):
            continue
        spans = cut.setdefault(text, sentences(text))
        at = next((at for at, (first, last) in enumerate(spans) if first <= start < last), None)
        if at is None or start + len(answer) > spans[at][1]:
            continue
        sentence = text[slice(*spans[at])]
        if SHORTEST <= len(sentence.split()) <= LONGEST:
            begin, end = spans[max(0, at - AROUND)][0], spans[min(len(spans) - 1, at + AROUND)][1]
            made = Evidence(question, answer, sentence, text[begin:end], title, "")
            found.setdefault((text, sentence), made)
    drawn = random.Random(7).sample(sorted(found), min(most, len(found)))
    others = [(text, sentence) for text, sentence in reversed(drawn)]
    return [
        Evidence(one.question, one.answer, one.sentence, one.passage, one.title, other)
        for key in drawn
        for one in [found[key]]
        for other in [next((other for text, other in others if text != key[0]), "")]
    ]


def passage(evidence: Evidence) -> Passage:
    """The text around a sentence as it would have been retrieved."""
    return Passage(
        key=1,
        id="psg_1",
        document="doc_1",
        version="ver_1",
        uri="text.txt",
        title=evidence.title,
        heading=(),
        start=0,
        end=len(evidence.passage),
        text=evidence.passage,
    )


def measured(cases: Sequence[Evidence], change: Change) -> tuple[Counter[str], list[tuple[str, str, str]]]:
    """How many statements there are, in how many the rules find something, and how many are not shown; and each that
    was found or not shown, with what was found."""
    counts, told = Counter[str](), []
    for number, one in enumerate(cases):
        statement = change(one, random.Random(number))
        if not statement or statement == one.sentence:
            continue
        wrong = unsupported(statement, [Source(one.sentence, one.title)])
        shown = check(statement, [passage(one)], one.question)
        kept = shown is not None and shown.text == statement.strip()
        counts.update(statements=1, found=bool(wrong), hidden=not kept)
        told.append((one.sentence, statement, f"{[(each.sort, each.text) for each in wrong]} {kept}"))
    return counts, told


def run(folder: Path, names: Sequence[str], part: str, most: int) -> dict[str, Any]:
    """Counts by collection and kind of change."""
    figures: dict[str, Any] = {}
    for name in names:
        cases = evidence(folder, name, part, most)
        figures[name] = {"sentences": len(cases)} | {
            kind: dict(measured(cases, change)[0]) for kind, change in {**RIGHT, **WRONG}.items()
        }
    return figures


def table(figures: dict[str, Any], command: str) -> str:
    """The Markdown tables."""
    sizes = ", ".join(f"{one['sentences']} of {name}" for name, one in figures.items())
    lines = [f"`{command}`: {sizes} sentences.", ""]
    for heading, kinds in (("Right statements refused", RIGHT), ("Wrong statements caught", WRONG)):
        lines += [f"| {heading} | statements | by the sentence | in an answer |", "| --- | --- | --- | --- |"]
        lines += [_line(kind, _total(figures, [kind])) for kind in kinds]
        if kinds is WRONG:
            lines += [_line("all of these", _total(figures, list(kinds)))]
        lines += [""]
    lines += ["| Collection | right refused | wrong caught | precision |", "| --- | --- | --- | --- |"]
    for name, one in figures.items():
        right, wrong = (_total({name: one}, list(kinds)) for kinds in (RIGHT, WRONG))
        precision = _share(wrong["hidden"], wrong["hidden"] + right["hidden"])
        lines.append(
            f"| {name}, in an answer | {_share(right['hidden'], right['statements'])} "
            f"| {_share(wrong['hidden'], wrong['statements'])} | {precision} |"
        )
    right, wrong = _total(figures, list(RIGHT)), _total(figures, list(WRONG))
    lines += [
        "",
        f"Precision of what is refused, over {right['statements']} right and {wrong['statements']} wrong ",
    ]
    lines[-1] += f"statements: {_share(wrong['found'], wrong['found'] + right['found'])} by the sentence, "
    lines[-1] += f"{_share(wrong['hidden'], wrong['hidden'] + right['hidden'])} in an answer."
    return "\n".join(lines)


def _total(figures: dict[str, Any], kinds: Sequence[str]) -> Counter[str]:
    total = Counter[str]()
    for one in figures.values():
        for kind in kinds:
            total.update(one.get(kind, {}))
    return total


def _line(kind: str, counts: Counter[str]) -> str:
    shares = (_share(counts[column], counts["statements"]) for column in ("found", "hidden"))
    return f"| {kind} | {counts['statements']} | {' | '.join(shares)} |"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    interval = wilson_interval(part, whole)
    return f"{part / whole:.1%} ({interval.low:.1%}–{interval.high:.1%})"


def main() -> int:
    """Make, judge, print."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--collections", nargs="+", choices=COLLECTIONS, default=list(COLLECTIONS))
    parser.add_argument("--part", choices=("test", "made"), default="test")
    parser.add_argument("--sentences", type=int, default=300, help="of each collection, at most")
    parser.add_argument(
        "--show", metavar="KIND", help="print the statements of one kind instead, with what was found"
    )
    parser.add_argument("--into", type=Path, help="Markdown file that keeps the table")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "reading").is_dir():
        print(f"no reading in {arguments.data}: name its folder with --data", file=sys.stderr)
        return 2
    if arguments.show:
        for name in arguments.collections:
            cases = evidence(arguments.data, name, arguments.part, arguments.sentences)
            for sentence, statement, found in measured(cases, {**RIGHT, **WRONG}[arguments.show])[1]:
                print(f"{sentence!r}\n  {statement!r}\n  {found}")
        return 0
    figures = run(arguments.data, arguments.collections, arguments.part, arguments.sentences)
    command = f"python benchmarks/verifying.py --sentences {arguments.sentences}"
    made = table(figures, command)
    if arguments.into:
        keep(arguments.into, "verifying", made)
    print(json.dumps(figures, indent=2) if arguments.json else made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
