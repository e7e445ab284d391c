"""How soon search shows a change at a source, for every kind of source.

    python benchmarks/freshness.py [--repeats 5] [--documents 20] [--kinds NAME,...] [--embedder NAME] [--json]

Every kind gets a workspace, a real source of its own (servers run on this machine) and `--documents` documents. Then,
again and again, a document is inserted, updated, closed to its readers and deleted at the source. After each change the
source is synchronised, or a watch sees it, and somebody searches through a second opening of the workspace that is
open all the while. Seconds are from the end of the change at the source to the end of the first search that shows it.

A kind without permissions of its own is closed by adding its location again with other readers, as a user would. The
row `a person` is somebody who leaves a group, and `a document` one whose readers are set in the catalogue, or which is
removed there, without any synchronisation.

`late` counts requests that came after a synchronisation had returned, or after the command that took a permission away,
and still showed the state before. There must be none: the exit status is 1 otherwise.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import wellread
from freshness_sources import CLOSED, KINDS, OPEN, Site
from latencies import LOOKS, spread, watching
from wellread.workspace import Workspace

CHANGES = ("insert", "update", "permission", "delete")
STAFF, HR = "ann", "eve"
SOON = 60.0
LIMIT = 10


@dataclass
class Row:
    """What came out for one kind, or why nothing did."""

    kind: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    late: int = 0
    absent: str = ""


class Timing:
    """One source, seen by staff and by hr."""

    def __init__(self, row: Row, site: Site, writer: Workspace, reader: Workspace) -> None:
        self.row, self.site, self.writer, self.reader = row, site, writer, reader
        self.name = row.kind.split(",")[0]

    def add(self, readers: str) -> None:
        """Register the source, or give it other readers, and bring it in."""
        report = self.writer.add(
            self.site.location,
            readers,
            self.name,
            kind=self.site.kind,
            options=dict(self.site.options) or None,
        )
        if report.failed:
            raise SystemExit(f"{self.row.kind}: {report.failed}")

    def change(self, kind: str, act: Callable[[], None], shown: dict[str, bool], person: str = STAFF) -> None:
        """Change something, have it seen, and time it. `shown`: by word, whether `person` must find it."""
        act()
        began = time.perf_counter()
        if kind == "permission" and self.site.closed_by is None:
            self.add(CLOSED)
        elif not self.site.is_watched:
            [report] = self.writer.sync(self.name)
            if report.failed:
                raise SystemExit(f"{self.row.kind}: {report.failed}")
        self.wait(shown, person)
        self.row.seconds.setdefault(kind, []).append(time.perf_counter() - began)

    def wait(self, shown: dict[str, bool], person: str) -> None:
        """Search until it is as it must be. Where nobody watches, the first request must show it."""
        until = time.perf_counter() + SOON
        while not all(self.finds(word, person) == wanted for word, wanted in shown.items()):
            if not self.site.is_watched:
                self.row.late += 1
            if time.perf_counter() > until:
                raise SystemExit(f"{self.row.kind}: {person} does not see {shown} after {SOON:g} s")
            time.sleep(LOOKS)

    def finds(self, word: str, person: str) -> bool:
        """Whether a passage with `word` is shown to `person`."""
        return any(word in hit.passage.text for hit in self.reader.search(word, LIMIT, person).hits)

    def repeat(self, number: int) -> None:
        """One document from its insertion to its deletion."""
        name, first, second = f"note{number}", f"kestrel{number}", f"osprey{number}"
        put, remove, close = self.site.put, self.site.remove, self.site.closed_by
        self.change("insert", lambda: put(name, said(first)), {first: True})
        self.change("update", lambda: put(name, said(second)), {first: False, second: True})
        self.change("permission", lambda: close(name, CLOSED) if close else None, {second: False})
        self.wait({second: True}, HR)
        self.change("delete", lambda: remove(name), {second: False}, HR)
        if close is None:
            self.add(OPEN)


def main() -> int:
    """Parse, time every kind, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--documents", type=int, default=20, help="that are there all the while")
    parser.add_argument("--kinds", default=",".join(KINDS).replace(", ", " "), help="separated by commas")
    parser.add_argument("--embedder", default="", help="by default the product's; `fake` for speed")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.embedder:
        os.environ["WELLREAD_EMBEDDER"] = arguments.embedder
    wanted = [kind for kind in KINDS if kind.replace(",", "") in arguments.kinds.split(",")]
    rows = [timed(kind, arguments.documents, arguments.repeats) for kind in wanted]
    rows += at_once(arguments.repeats)
    print(json.dumps([shape(row) for row in rows], indent=2) if arguments.json else table(rows))
    return 1 if any(row.late for row in rows) else 0


def timed(kind: str, documents: int, repeats: int) -> Row:
    """All changes of one kind."""
    row = Row(kind)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            site = stack.enter_context(KINDS[kind](place / "source"))
        except LookupError as absent:
            row.absent = str(absent)
            return row
        writer, reader = stack.enter_context(workspaces(place / "workspace"))
        for number in range(documents):
            site.put(f"page{number}", said(f"plover{number}"))
        timing = Timing(row, site, writer, reader)
        timing.add(OPEN)
        with watching(writer.root) if site.is_watched else nullcontext():
            for number in range(repeats):
                timing.repeat(number)
    return row


def at_once(repeats: int) -> list[Row]:
    """Changes that need no synchronisation: somebody leaves a group, a document's readers are set, it is removed."""
    person, document = Row("a person"), Row("a document")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = stack.enter_context(KINDS["folder"](place / "source"))
        writer, reader = stack.enter_context(workspaces(place / "workspace"))
        for number in range(repeats):
            site.put(f"page{number}", said(f"plover{number}"))
        timing = Timing(document, site, writer, reader)
        timing.add(OPEN)
        knowledge, people = writer.catalogue.knowledge, writer.catalogue.people
        known = {one.uri: one.id for one in knowledge.visible_documents(None)}

        def gone(row: Row, kind: str, word: str, act: Callable[[], object]) -> None:
            began = time.perf_counter()
            act()
            row.late += timing.finds(word, STAFF)
            row.seconds.setdefault(kind, []).append(time.perf_counter() - began)

        for number in range(repeats):
            word, id_ = f"plover{number}", known[f"page{number}/page.md"]
            gone(person, "permission", word, partial(people.leave, STAFF, "staff"))
            people.add_person(STAFF, ["staff"])
            gone(document, "permission", word, partial(knowledge.set_readers, id_, [CLOSED], "operator"))
            knowledge.set_readers(id_, [OPEN], "operator")
            gone(document, "delete", word, partial(knowledge.remove, id_, "operator"))
    return [person, document]


@contextmanager
def workspaces(root: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """A new workspace with its people, opened twice: to write and to read."""
    with wellread.init(root) as writer, wellread.open(root) as reader:
        writer.add_person(STAFF, [OPEN.removeprefix("group:")])
        writer.add_person(HR, [CLOSED.removeprefix("group:")])
        yield writer, reader


def said(word: str) -> str:
    """A short document about nothing else."""
    return f"The {word} nests on the cliff below the lamp. Nobody is to disturb the {word} before the end of June."


def shape(row: Row) -> dict[str, object]:
    """For programs."""
    figures = {
        key: value for kind, found in row.seconds.items() for key, value in spread(kind, found).items()
    }
    return {"kind": row.kind, "late": row.late, "absent": row.absent, **figures}


def table(rows: Sequence[Row]) -> str:
    """For people: p50 / p95 in seconds."""
    lines = [f"| source | {' | '.join(CHANGES)} | late |", f"| --- |{' --- |' * (len(CHANGES) + 1)}"]
    for row in rows:
        cells = []
        for change in CHANGES:
            figures = spread("", row.seconds.get(change, []))
            cells.append(f"{figures[', p50 s']:.2f} / {figures[', p95 s']:.2f}" if len(figures) > 1 else "")
        told = [f"not here: {row.absent}", "", "", "", ""] if row.absent else [*cells, str(row.late)]
        lines.append(f"| {row.kind} | {' | '.join(told)} |")
    return "\n".join([*lines, "", "p50 / p95 in seconds"])


if __name__ == "__main__":
    sys.exit(main())
