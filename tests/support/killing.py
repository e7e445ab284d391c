"""Kills a writer of a workspace again and again, in every step of every operation, and looks for what that broke.

    write documents ─► an operation, killed in a chosen step ─► look, before anybody repairs ─► at times repair, look

Looking is done from outside: what search shows to four people is compared with the files as they were before and
after each operation that was not finished, and with what the catalogue's file says of passages and readers.
"""

import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from killed_writer import READING
from left_over import orphans
from writer_to_kill import Target, Writer

import wellread
from wellread.parts import KEPT
from wellread.workspace import Workspace

SETTINGS = 'generator = "fake"\nembedder = "fake"\n'
PEOPLE: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"everyone"}),
    "ann": frozenset({"everyone", "user:ann", "group:hr"}),
    "bob": frozenset({"everyone", "user:bob"}),
    "cem": frozenset({"everyone", "user:cem", "group:ops"}),
}
"""Who looks, and what they hold."""
DOCUMENTS = 16
EVERY_WORD = "holds since"
"""Finds every passage of every document."""
PARTS = 3


@dataclass(frozen=True, slots=True)
class Page:
    """What a document says and to whom; each edition says it in `PARTS` passages."""

    edition: int
    readers: frozenset[str]


States = list[Page | None]
"""What a document may be, in the order in which it was to become so; None: not there."""


@dataclass
class Findings:
    """What was killed, what was looked at, and what was wrong."""

    kills: int = 0
    ended_before: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    repairs: int = 0
    wrong: dict[str, list[str]] = field(
        default_factory=lambda: {"lost": [], "orphaned": [], "forbidden": [], "half done": []}
    )

    def note(self, kind: str, told: Iterable[str]) -> None:
        """Add what is wrong, with the kill after which it was found."""
        self.wrong[kind] += [f"after kill {self.kills}: {one}" for one in told]

    @property
    def in_writes(self) -> int:
        """Kills in a step that was writing."""
        return sum(number for step, number in self.steps.items() if step not in READING)


class Killing:
    """A workspace over two folders, what its documents may say at this moment, and the writer that is killed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self.root = folder / "workspace"
        self.root.mkdir(parents=True)
        (self.root / "wellread.toml").write_text(SETTINGS)
        self._folders = {"pages": folder / "pages", "extra": folder / "extra"}
        self._held: dict[str, Page] = {}
        """What the files say now, by uri."""
        self._possible: dict[str, States] = {}
        """What search may say: more than one thing only of what an operation that was killed concerned."""
        self._edition = 0
        self._closed = "group:hr"
        self._open = {"pages": "everyone", "extra": "group:ops"}
        self._extra = False
        self._known: dict[str, dict[str, tuple[int, float]]] = {}
        self.findings = Findings()
        self._begin()

    def _begin(self) -> None:
        for folder in self._folders.values():
            (folder / "closed").mkdir(parents=True)
        for number in range(DOCUMENTS):
            self._put("pages", number)
        for number in range(DOCUMENTS // 4):
            self._put("extra", number)
        self._let()
        with wellread.open(self.root) as workspace:
            for name, held in PEOPLE.items():
                if name:
                    groups = [one.removeprefix("group:") for one in held if one.startswith("group:")]
                    workspace.add_person(name, groups)
        self._writer = Writer(self.root)
        for operation in (self._add_pages, self._add_extra, self._drop_extra, self._rebuild, self._sync):
            order = operation()
            self._known[order[0]] = self._writer.run(*order)
        self._settled()
        self._reader = wellread.open(self.root)
        self._look(self._reader)

    def close(self) -> None:
        """End the writer."""
        self._reader.close()
        self._writer.close()

    # What the files say.

    def _put(self, source: str, number: int) -> None:
        uri = f"{source}{number}.md" if number % 4 else f"closed/{source}{number}.md"
        self._edition += 1
        self._held[uri] = Page(self._edition, self._readers(uri))
        parts = [f"## Part {part}\n\n{said(uri, self._edition, part)}\n" for part in range(PARTS)]
        (self._folders[source] / uri).write_text(f"# Page {number}\n\n{''.join(parts)}")

    def _readers(self, uri: str) -> frozenset[str]:
        return frozenset({self._closed if uri.startswith("closed") else self._open[_source(uri)]})

    def _let(self, **changed: str) -> None:
        """Say who may read what is in the closed folders, or what is outside of them in a source."""
        self._closed = changed.pop("closed", self._closed)
        self._open |= changed
        for folder in self._folders.values():
            (folder / "closed" / ".readers").write_text(f"{self._closed}\n")
        self._held = {uri: Page(page.edition, self._readers(uri)) for uri, page in self._held.items()}

    # Operations: each changes the files and gives the writer's order.

    def _add_pages(self) -> tuple[str, ...]:
        return "add", str(self._folders["pages"]), "everyone"

    def _add_extra(self) -> tuple[str, ...]:
        self._extra = True
        self._let(extra=self._chance.choice(["group:ops", "group:hr"]))
        return "add", str(self._folders["extra"]), self._open["extra"]

    def _drop_extra(self) -> tuple[str, ...]:
        self._extra = False
        return "drop", "extra"

    def _rebuild(self) -> tuple[str, ...]:
        return ("rebuild",)

    def _sync(self) -> tuple[str, ...]:
        """A third of the pages in a new edition, one new or back, one gone, other readers for some."""
        numbers = list(range(DOCUMENTS))
        self._chance.shuffle(numbers)
        for number in numbers[: DOCUMENTS // 3]:
            self._put("pages", number)
        gone = self._chance.choice([uri for uri in self._held if _source(uri) == "pages"])
        del self._held[gone]
        (self._folders["pages"] / gone).unlink()
        if self._chance.random() < 0.5:
            self._let(closed=self._chance.choice(["group:hr", "group:ops"]))
        return ("sync",)

    # Killing.

    def kill_once(self) -> None:
        """Kill one operation, and look before anything is repaired."""
        choose = self._chance.choices(
            [self._sync, self._drop_extra if self._extra else self._add_extra, self._rebuild], [6, 3, 1]
        )[0]
        operation, *arguments = choose()
        self._may_become()
        known = self._known[operation]
        step = self._chance.choice(sorted(known))
        times, seconds = known[step]
        delay = self._chance.uniform(0.0, 1.5 * seconds / times)
        target = Target(operation, tuple(arguments), step, self._chance.randint(1, times), delay)
        fell = self._writer.kill(target)
        if fell is None:
            self.findings.ended_before += 1
        else:
            self.findings.kills += 1
            self.findings.steps[fell] += 1
            self.findings.operations[operation] += 1
        self._look(self._reader)

    def repair(self) -> None:
        """What a user does after a crash, the same again; then everything must be as the files are."""
        with wellread.open(self.root) as workspace:
            self._look(workspace)
        if self._extra:
            self._writer.run("add", str(self._folders["extra"]), self._open["extra"])
        else:
            self._writer.run("drop", "extra")
        self._writer.run("sync")
        self._settled()
        self.findings.repairs += 1
        with wellread.open(self.root) as workspace:
            self._look(workspace)
            self.findings.note("orphaned", orphans(workspace))
        self._look(self._reader)

    def _wanted(self) -> dict[str, Page]:
        return {uri: page for uri, page in self._held.items() if self._extra or _source(uri) == "pages"}

    def _may_become(self) -> None:
        wanted = self._wanted()
        for uri in {*wanted, *self._possible}:
            states = self._possible.setdefault(uri, [None])
            if uri not in wanted and self._held.get(uri) not in states:
                # A source whose removal was interrupted is still there, and follows its files.
                states.append(self._held.get(uri))
            if states[-1] != wanted.get(uri):
                states.append(wanted.get(uri))

    def _settled(self) -> None:
        self._possible = {uri: [page] for uri, page in self._wanted().items()}

    # Looking.

    def _look(self, workspace: Workspace) -> None:
        self.findings.looks += 1
        committed = self._committed()
        for person, principals in PEOPLE.items():
            shown: dict[str, list[str]] = defaultdict(list)
            for hit in workspace.search(EVERY_WORD, limit=1000, person=person).hits:
                shown[hit.passage.uri].append(hit.passage.text)
                if not principals & committed.get(hit.passage.id, NOBODY):
                    told = f"{person} is shown {hit.passage.uri}, which was taken from them"
                    self.findings.note("forbidden", [told])
            self._compare(person or "anybody", principals, shown)

    def _committed(self) -> dict[str, frozenset[str]]:
        """Who may read each passage, by what the catalogue's own file says now that nobody writes."""
        query = (
            "SELECT passages.id, principal FROM passages JOIN readers ON readers.document = passages.document"
        )
        held: dict[str, frozenset[str]] = defaultdict(frozenset)
        with closing(sqlite3.connect(self.root / KEPT / "catalogue.db")) as database:
            for passage, principal in database.execute(query):
                held[passage] |= {principal}
        return held

    def _compare(self, person: str, principals: frozenset[str], shown: Mapping[str, list[str]]) -> None:
        for uri, texts in shown.items():
            states = self._possible.get(uri, [])
            for edition in (editions := {edition_in(text) for text in texts}):
                # An edition is shown to its own readers, or to those that it got later.
                first = [page.edition if page else 0 for page in [*states, Page(edition, NOBODY)]].index(
                    edition
                )
                if not any(page and principals & page.readers for page in states[first:]):
                    self.findings.note("forbidden", [f"{person} is shown edition {edition} of {uri}"])
            if len(editions) > 1:
                self.findings.note("half done", [f"{person} is shown {uri} in editions {editions}"])
        for uri, states in self._possible.items():
            certain = len(states) == 1 and states[0] is not None and principals & states[0].readers
            if certain and len(shown.get(uri, ())) != PARTS:
                self.findings.note("lost", [f"{person} is shown {len(shown.get(uri, ()))} parts of {uri}"])

    def erased(self) -> list[str]:
        """After a rebuild and a vacuum: words of documents that are gone and still stand in a file or in the index."""
        self._writer.run("rebuild")
        self._reader.close()
        with wellread.open(self.root) as workspace:
            workspace.catalogue.vacuum()
        files = [path for path in (self.root / KEPT).rglob("*") if path.is_file()]
        bytes_ = b"".join(path.read_bytes() for path in files)
        with closing(sqlite3.connect(self.root / KEPT / "catalogue.db")) as database:
            kept = {edition_in(text) for (text,) in database.execute("SELECT text FROM versions")}
        with wellread.open(self.root) as workspace:
            index = workspace.searcher.index
            everybody = frozenset().union(*PEOPLE.values())
            found = {
                edition
                for edition in set(range(1, self._edition + 1))
                - {one.edition for one in self._wanted().values()}
                if index.search_terms(marker(edition), everybody, 1)
            }
        left = {
            edition for edition in range(1, self._edition + 1) if marker(edition).encode() + b"." in bytes_
        }
        return [
            f"edition {edition} of something is still on disk" for edition in sorted((left - kept) | found)
        ]


NOBODY: frozenset[str] = frozenset()


def _source(uri: str) -> str:
    return "extra" if "extra" in uri else "pages"


def marker(edition: int) -> str:
    """A word that only this edition of a document has."""
    return f"edition{edition}q"


def edition_in(text: str) -> int:
    """The edition that says this."""
    return int(re.findall(r"edition(\d+)q", text)[0])


def said(uri: str, edition: int, part: int) -> str:
    """The words of one part of a page: long enough to be a passage of its own."""
    rule = f"The rule {uri} holds since {marker(edition)}. "
    return rule + " ".join(f"clause{part}x{number} stays as it is," for number in range(25)) + "."


def kill(folder: Path, times: int, seed: int, repair_every: int = 6) -> Findings:
    """Kill `times` writers of a new workspace in `folder`; what became of it."""
    killing = Killing(folder, seed)
    try:
        round_ = 0
        while killing.findings.kills < times:
            killing.kill_once()
            round_ += 1
            if round_ % repair_every == 0:
                killing.repair()
        killing.repair()
        killing.findings.note("orphaned", killing.erased())
    finally:
        killing.close()
    return killing.findings
