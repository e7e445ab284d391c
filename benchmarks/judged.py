"""Collections with questions whose answers' places are known, each as passages, questions and grades.

They are read from a folder of data sets (see `data_folder`) and never copied. Documents are parsed and cut into
passages as a synchronisation does it, where the data set gives documents; where it gives passages, those are taken.

| name | passages | what is right |
| --- | --- | --- |
| scifact | abstracts | the abstracts that were judged to be evidence |
| hotpotqa | paragraphs pooled over the questions | the two that the answer needs |
| handbook | of Markdown pages | those of the page that holds the answer |
| filings | of quarterly reports in PDF | those of the reports that the question is over |
| spans | of three long texts | those that touch a marked span |
| medical | research abstracts | the abstract that the question was written for |
| covid | of research papers | those that hold the marked answer |
| strategy | paragraphs of an encyclopedia | those that the answer needs |
| encyclopedia | paragraphs of an encyclopedia | the one that the question was written for |
"""

import csv
import gzip
import json
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from wellread.ingest.chunk import chunk
from wellread.ingest.parse import parse

Grades = dict[str, dict[int, float]]
"""By question: what each right passage is worth, by its place in `passages`."""


@dataclass(frozen=True, slots=True)
class Text:
    """One passage: what stands above it, its words, and where it is from."""

    document: str
    title: str
    heading: str
    text: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One collection."""

    name: str
    passages: list[Text]
    questions: dict[str, str]
    grades: Grades
    by_document: bool = False
    """Whether any passage of a right document is right, so that documents are ranked by their first passage."""
    marked: dict[str, list[tuple[str, int, int]]] | None = None
    """By question: document, start and end of each marked span in the document's stored text, where spans are marked
    and every one of them was found there."""


def data_folder() -> Path:
    """$WELLREAD_SHARED_DATA, or ../shared/data beside the checkout."""
    shared = os.environ.get("WELLREAD_SHARED_DATA")
    return Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared" / "data"


def collections(folder: Path) -> dict[str, Callable[[], Judged]]:
    """Those whose files are in `folder`, each read when called."""
    readers = {
        "scifact": scifact,
        "hotpotqa": _hotpotqa,
        "handbook": _handbook,
        "filings": _filings,
        "spans": _spans,
        "medical": _medical,
        "covid": _covid,
        "strategy": _strategy,
        "encyclopedia": _encyclopedia,
    }
    inside = {"hotpotqa": "multihop", "strategy": "multihop", "covid": "reading", "encyclopedia": "reading"}
    places = {name: folder / inside.get(name, name) for name in readers}
    return {name: partial(read, places[name]) for name, read in readers.items() if places[name].is_dir()}


def options(description: str | None) -> ArgumentParser:
    """What every benchmark over these collections is asked with."""
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--collections", nargs="+", metavar="NAME", help="by default all that are there")
    parser.add_argument("--vectors", type=Path, metavar="FOLDER", help="where vectors are kept between runs")
    return parser


def chosen(arguments: Namespace) -> dict[str, Callable[[], Judged]] | None:
    """Those that were asked for, in that order, each read when called; None, and it is said, where one is missing."""
    there = collections(arguments.data)
    wanted = arguments.collections or list(there)
    if missing := [name for name in wanted if name not in there]:
        print(f"no {', '.join(missing)} in {arguments.data}: name its folder with --data", file=sys.stderr)
        return None
    return {name: there[name] for name in wanted}


def scifact(folder: Path, split: str = "test") -> Judged:
    """The claims of one split that an abstract was found to be evidence for."""
    passages = [
        Text(row["_id"], row["title"], "", row["text"]) for row in json_rows(folder / "corpus.jsonl.gz")
    ]
    place = {passage.document: at for at, passage in enumerate(passages)}
    grades: Grades = defaultdict(dict)
    with (folder / f"qrels_{split}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if float(row["score"]) > 0:
                grades[row["query-id"]][place[row["corpus-id"]]] = float(row["score"])
    questions = {
        row["_id"]: row["text"] for row in json_rows(folder / "queries.jsonl") if row["_id"] in grades
    }
    return Judged("scifact", passages, questions, dict(grades))


def _hotpotqa(folder: Path) -> Judged:
    rows = list(json_rows(folder / "hotpotqa_corpus.jsonl.gz"))
    place = {row["_id"]: at for at, row in enumerate(rows)}
    asked = list(json_rows(folder / "hotpotqa.jsonl.gz"))
    return Judged(
        "hotpotqa",
        [Text(row["_id"], row["title"], "", row["text"]) for row in rows],
        {row["id"]: row["question"] for row in asked},
        {row["id"]: {place[title]: 1.0 for title in row["supporting_titles"]} for row in asked},
    )


def _handbook(folder: Path) -> Judged:
    pages = sorted((folder / "pages").rglob("*.md"))
    passages = [made for page in pages for made in _cut(str(page.relative_to(folder)), page)]
    asked = [row for row in json_rows(folder / "questions.jsonl") if row["answer"]]
    right = {row["id"]: _of_document(passages, {row["page"]}) for row in asked}
    return Judged(
        "handbook", passages, {row["id"]: row["question"] for row in asked}, right, by_document=True
    )


def _filings(folder: Path) -> Judged:
    passages = [made for path in sorted((folder / "pdf").glob("*.pdf")) for made in _cut(path.name, path)]
    named = {
        passage.document.removesuffix(".pdf").replace("_", " "): passage.document for passage in passages
    }
    grades, questions = {}, {}
    for row in json_rows(folder / "questions.jsonl"):
        wanted = {named.get(name.removesuffix(".pdf").replace("_", " "), name) for name in row["cited"]}
        if found := _of_document(passages, wanted):
            questions[row["id"]], grades[row["id"]] = row["question"], found
    return Judged("filings", passages, questions, grades, by_document=True)


def _spans(folder: Path) -> Judged:
    paths = sorted((folder / "corpora").glob("*.md"))
    passages = [made for path in paths for made in _cut(path.stem, path)]
    files = {path.stem: path.read_text("utf-8") for path in paths}
    stored = {path.stem: parse(path.name, path.read_bytes()).text for path in paths}
    grades: Grades = {}
    questions, marked = dict[str, str](), dict[str, list[tuple[str, int, int]]]()
    for row in json_rows(folder / "questions.jsonl"):
        corpus = row["corpus"]
        wanted = [files[corpus][span["start"] : span["end"]] for span in row["spans"]]
        right = {
            at: 1.0
            for at, passage in enumerate(passages)
            if passage.document == corpus and any(_touches(passage.text, words) for words in wanted)
        }
        if right:
            questions[row["id"]], grades[row["id"]] = row["question"], right
            places = [_place(stored[corpus], words) for words in wanted]
            if all(places):
                marked[row["id"]] = [(corpus, *place) for place in places if place]
    return Judged("spans", passages, questions, grades, marked=marked)


def _place(text: str, words: str) -> tuple[int, int] | None:
    """Start and end of `words` in `text`, whatever white space is between them."""
    places = [at for at, letter in enumerate(text) if not letter.isspace()]
    wanted = "".join(words.split())
    at = "".join(text.split()).find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 and wanted else None


def _medical(folder: Path) -> Judged:
    rows = list(json_rows(folder / "pubmedqa.jsonl.gz"))
    return Judged(
        "medical",
        [Text(row["id"], "", "", "\n".join(row["contexts"])) for row in rows],
        {row["id"]: row["question"] for row in rows},
        {row["id"]: {at: 1.0} for at, row in enumerate(rows)},
    )


def _covid(folder: Path) -> Judged:
    passages, grades, questions = list[Text](), dict[str, dict[int, float]](), dict[str, str]()
    papers = {row["id"]: row["text"] for row in json_rows(folder / "covidqa_contexts.jsonl.gz")}
    places: dict[str, list[int]] = defaultdict(list)
    for name, text in papers.items():
        parsed = parse("paper.txt", text.encode())
        for made in chunk(parsed.text, parsed.blocks):
            places[name].append(len(passages))
            heading = " > ".join(made.heading)
            passages.append(Text(name, "", heading, parsed.text[made.start : made.end], made.start))
    asked = sorted(json_rows(folder / "covidqa_questions.jsonl.gz"), key=lambda row: str(row["id"])[::-1])
    for row in asked[
        :500
    ]:  # of 1,146, by the last digits of their number: the drawing is the same everywhere
        [answer, *_] = row["answers"]
        begin, end = answer["start"], answer["start"] + len(answer["text"])
        words = papers[row["context"]][max(0, begin - 20) : end + 20]
        right = {at: 1.0 for at in places[row["context"]] if _touches(passages[at].text, words)}
        if right:
            questions[row["id"]], grades[row["id"]] = row["question"], right
    return Judged("covid", passages, questions, grades)


def _strategy(folder: Path) -> Judged:
    rows = list(json_rows(folder / "strategyqa_corpus.jsonl.gz"))
    place = {row["_id"]: at for at, row in enumerate(rows)}
    asked = list(json_rows(folder / "strategyqa.jsonl.gz"))
    grades = {row["id"]: {place[one]: 1.0 for one in row["gold_paragraphs"] if one in place} for row in asked}
    return Judged(
        "strategy",
        [Text(row["_id"], row["title"], row.get("section") or "", row["text"]) for row in rows],
        {row["id"]: row["question"] for row in asked if grades[row["id"]]},
        {name: right for name, right in grades.items() if right},
    )


def _encyclopedia(folder: Path) -> Judged:
    rows = list(json_rows(folder / "xquad_en_contexts.jsonl.gz"))
    place = {row["id"]: at for at, row in enumerate(rows)}
    asked = list(json_rows(folder / "xquad_en_questions.jsonl.gz"))
    return Judged(
        "encyclopedia",
        [Text(row["id"], row["title"].replace("_", " "), "", row["text"]) for row in rows],
        {row["id"]: row["question"] for row in asked},
        {row["id"]: {place[row["context"]]: 1.0} for row in asked},
    )


def _cut(name: str, path: Path) -> Iterator[Text]:
    parsed = parse(path.name, path.read_bytes())
    for made in chunk(parsed.text, parsed.blocks):
        text = parsed.text[made.start : made.end]
        yield Text(name, parsed.title, " > ".join(made.heading), text, made.start)


def _of_document(passages: list[Text], wanted: set[str]) -> dict[int, float]:
    return {at: 1.0 for at, passage in enumerate(passages) if passage.document in wanted}


def _touches(text: str, words: str) -> bool:
    """Whether a passage holds a good part of marked words; white space differs between file and stored text."""
    plain, marked = "".join(text.split()), "".join(words.split())
    piece = marked[:40]
    return piece in plain or marked[-40:] in plain or plain in marked


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file, which may be compressed."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in data.split(b"\n"):
        if line:
            yield json.loads(line)
