"""Takes one system's figures, in a process of its own.

    python -m peers.measure SYSTEM ingest RESULT PLACE FILES WEIGHTS [OWN]
    python -m peers.measure SYSTEM build|search RESULT PLACE CORPUS PASSAGES

RESULT gets a JSON line for every figure as soon as it
is there, so what a process has measured is kept should it be stopped.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from peers.corpus import AUDIENCES, LIMIT, PASSAGES_EACH, RARE, STAFF, Corpus
from peers.system import CannotError, Model, System

SYSTEMS = {
    "Wellread": "peers.wellread_system:Wellread",
    "LlamaIndex": "peers.llamaindex_system:LlamaIndex",
    "LlamaIndex + LanceDB": "peers.llamaindex_lancedb_system:LlamaIndexLance",
    "Haystack": "peers.haystack_system:Haystack",
    "txtai": "peers.txtai_system:Txtai",
}
WARM_UP = 20
SECONDS_A_ROW = 60.0
"""A row of searches ends after this long, however many were done."""
FEWEST_SEARCHES = 5
CHANGES = 5


class Result:
    """A file of figures."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, name: str, value: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"figure": name, "value": value}) + "\n")

    def attempt(self, name: str, call: Callable[[], object]) -> None:
        """The figure, or the reason why the system has none."""
        try:
            self.add(name, call())
        except CannotError as reason:
            self.add(name, str(reason))


def main(name: str, stage: str, *paths: str) -> None:
    """Take one stage's figures."""
    result, place, source, further, *own = paths
    module, _, kind = SYSTEMS[name].partition(":")
    system: System = getattr(importlib.import_module(module), kind)()
    figures = Result(Path(result))
    figures.add("note", system.note)
    if stage == "ingest":
        model = Model(Path(further), Path(own[0]) if own else None)
        ingest(system, figures, Path(place), Path(source), model)
    else:
        measure = {"build": build, "search": search}[stage]
        measure(system, figures, Path(place), Corpus(Path(source), int(further)))


def ingest(system: System, figures: Result, place: Path, folder: Path, model: Model) -> None:
    """Files a second."""
    files = sum(1 for path in folder.iterdir() if path.is_file())
    started = time.perf_counter()
    passages, words = system.ingest(folder, place, model)
    figures.add(
        f"documents ingested a second{', own embedder' * bool(model.own)}",
        files / (time.perf_counter() - started),
    )
    figures.add("passages made", passages)
    figures.add("words a passage", words)


def build(system: System, figures: Result, place: Path, corpus: Corpus) -> None:
    """What it takes to get everything in."""
    figures.add("building, s", seconds(lambda: system.build(corpus, place)))
    figures.add("peak memory of building, MB", memory("VmHWM"))
    figures.add("disk, MB", sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 1e6)


def search(system: System, figures: Result, place: Path, corpus: Corpus) -> None:
    """Searches by everybody, then changes."""
    figures.add("opening, s", seconds(lambda: system.open(corpus, place)))
    for text, vector in in_time(corpus.questions[:WARM_UP]):
        system.search(text, vector, None, LIMIT)
    figures.add("resident after loading, MB", memory("VmRSS"))
    for audience, held in AUDIENCES.items():
        principals = None if held == [STAFF] else held
        figures.attempt(f"search, {audience}", partial(searches, system, corpus, principals))
        figures.attempt(f"recall, {audience}", partial(recall, system, corpus, audience, principals))
    figures.add("resident after searching, MB", memory("VmRSS"))
    figures.attempt("changes", partial(changes, system, corpus))
    figures.add("peak memory of searching, MB", memory("VmHWM"))


def searches(system: System, corpus: Corpus, principals: list[str] | None) -> dict[str, float]:
    """Percentiles in milliseconds, how many there were, and the mean of passages found."""
    for text, vector in corpus.questions[:3]:
        system.search(text, vector, principals, LIMIT)
    spent, found = [], []
    for text, vector in in_time(corpus.questions[WARM_UP:]):
        started = time.perf_counter()
        rows = system.search(text, vector, principals, LIMIT)
        spent.append(1e3 * (time.perf_counter() - started))
        found.append(len(rows))
        if principals is not None and any(set(principals).isdisjoint(corpus.readers(row)) for row in rows):
            raise RuntimeError(f"a passage that {principals} may not read was found")
    p50, p95, p99 = np.quantile(spent, [0.5, 0.95, 0.99]).tolist()
    return {"p50": p50, "p95": p95, "p99": p99, "searches": len(spent), "found": float(np.mean(found))}


def recall(system: System, corpus: Corpus, audience: str, principals: list[str] | None) -> float:
    """Share of the exact nearest that are found by vectors alone."""
    found = wanted = 0
    pairs = list(zip(corpus.questions, corpus.truth(audience), strict=True))[WARM_UP:]
    for (_, vector), exact in in_time(pairs):
        found += len(exact & set(system.nearest(vector, principals, LIMIT)))
        wanted += len(exact)
    return found / wanted


class Changes:
    """Milliseconds of changes by their names, or the reason why a change cannot be made."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._spent: dict[str, list[float]] = {}
        self._reasons: dict[str, str] = {}

    def time(self, name: str, change: Callable[[], None], shown: Callable[[], bool]) -> None:
        """Make a change, look whether searches show it, make it durable."""
        if name in self._reasons:
            return
        started = time.perf_counter()
        try:
            change()
        except CannotError as reason:
            self._reasons[name] = str(reason)
            return
        if not shown():
            raise RuntimeError(f"{name}: the search after it does not show it")
        self._spent.setdefault(name, []).append(1e3 * (time.perf_counter() - started))
        self._system.persist()
        self._spent.setdefault(f"{name}, on disk", []).append(1e3 * (time.perf_counter() - started))

    def medians(self) -> dict[str, float | str]:
        """All of it."""
        return {name: float(np.median(each)) for name, each in self._spent.items()} | self._reasons


def changes(system: System, corpus: Corpus) -> dict[str, float | str]:
    """A document is added, closed to some of its readers and deleted, several times."""
    measured = Changes(system)
    [(_, texts, vectors)] = Corpus(corpus.folder, CHANGES * PASSAGES_EACH).batches(CHANGES * PASSAGES_EACH)
    for number in in_time(range(CHANGES), fewest=1):
        document = -(-corpus.passages // PASSAGES_EACH) + number
        part = slice(number * PASSAGES_EACH, (number + 1) * PASSAGES_EACH)
        word = f"zanzibar{number}"  # in no other passage
        written = [f"{word} {text}" for text in texts[part]]
        add = partial(system.add, document, written, vectors[part], [STAFF, "group:3"])
        close = partial(system.set_readers, document, [STAFF, RARE])
        found = partial(finds, system, corpus, document, word)
        measured.time("adding", add, partial(found, principal="group:3", expected=True))
        measured.time("permission", close, partial(found, principal="group:3", expected=False))
        measured.time(
            "deleting", partial(system.delete, document), partial(found, principal=STAFF, expected=False)
        )
    return measured.medians()


def finds(
    system: System, corpus: Corpus, document: int, word: str, *, principal: str, expected: bool
) -> bool:
    """Whether it is as `expected` that somebody's search for `word` finds the document."""
    rows = set(range(document * PASSAGES_EACH, (document + 1) * PASSAGES_EACH))
    _, vector = corpus.questions[0]
    return bool(rows & set(system.search(word, vector, [principal], LIMIT))) == expected


def in_time(items: Iterable[Any], fewest: int = FEWEST_SEARCHES) -> Iterable[Any]:
    """Those that SECONDS_A_ROW allow, `fewest` at least."""
    started = time.perf_counter()
    for number, item in enumerate(items):
        if number >= fewest and time.perf_counter() - started > SECONDS_A_ROW:
            return
        yield item


def seconds(call: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def memory(name: str) -> float:
    """VmRSS or VmHWM of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"the kernel does not tell {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
