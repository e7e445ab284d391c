"""Whether search shows exactly the newest state, commit by commit of a handbook's history, and how soon.

    python benchmarks/history.py [--data DIR] [--watched 80] [--commits N] [--embedder NAME] [--profile] [--json]

DIR holds `pages` and `history/revisions.jsonl.gz`; by default it is $WELLREAD_SHARED_DATA/handbook, or that of
../shared/data. The pages go into a folder as they were before the first commit, and the folder into a new workspace
for group:staff. A page that no revision touches is taken as it is; the earlier text of one that is changed or deleted
first is not in the data, and a line of made-up words stands in for it. Then each commit is written, changed and deleted
files alike. For all but the last `--watched` commits a synchronisation is asked for; the last ones are seen by
`wellread sync --watch`, a process of its own.

After each commit a second opening of the workspace, open all the while, must show as somebody of group:staff
- in the catalogue exactly the files of the folder, with the digests of their bytes;
- for each page written, a passage of that page with a phrase that only its new text has (or, where the commit brought
  none, one that only this page has), among the first ten, asked for in quotation marks or without;
- for each phrase that only the text before had, no passage with it;
- of each page deleted, nothing;
and nothing of all this to somebody of no group. Every difference is a mismatch, is listed, and makes the exit status 1.

    seen             seconds from the file being written until a search returned the new state, of each file
    commit seen      the same from the first file written to the last one seen
"""

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import wellread
from judged import data_folder
from latencies import LOOKS, spread, watching
from revisions import Pages, Revision, commits, first_statuses, pages_before, words
from wellread.records.identity import digest
from wellread.workspace import Workspace

STAFF, OUTSIDER = "ann", "bob"
SOURCE = "handbook"
SOON = 60.0
"""Seconds after which what a watch has not shown counts as not shown."""
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Expectation:
    """What search must show of one page: phrases of which one is to be found there, and phrases to be found nowhere."""

    path: str
    found: tuple[str, ...]
    gone: tuple[str, ...]
    written: float = 0.0


@dataclass
class Tally:
    """What was checked, what differed, and how long it took."""

    checks: dict[str, int] = field(default_factory=dict)
    mismatches: list[str] = field(default_factory=list)
    seen: dict[str, list[float]] = field(default_factory=dict)

    def check(self, kind: str, holds: bool, told: str) -> None:
        """Count a check, and note what was wrong."""
        self.checks[kind] = self.checks.get(kind, 0) + 1
        if not holds:
            self.mismatches.append(f"{kind}: {told}")

    def time(self, kind: str, seconds: float) -> None:
        """Note one figure."""
        self.seen.setdefault(kind, []).append(seconds)


class Replay:
    """The folder, the reader's workspace, and what is expected of them."""

    def __init__(self, folder: Path, reader: Workspace) -> None:
        self.folder = folder
        self.reader = reader
        self.pages = Pages()
        self.tally = Tally()
        self.commits = 0

    def write(self, commit: Sequence[Revision]) -> list[Expectation]:
        """Make the commit's changes; what is to be seen of them, phrases chosen before the first file is written."""
        before = {one.path: self.pages.texts.get(one.path, "") for one in commit}
        for one in commit:
            self.pages.put(one.path, one.text)
        expected = [self._expected(one, before[one.path]) for one in commit]
        moments = []
        for one in commit:
            path = self.folder / one.path
            moments.append(time.perf_counter())
            if one.text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(one.text.encode())
        return [
            Expectation(one.path, one.found, one.gone, at) for one, at in zip(expected, moments, strict=True)
        ]

    def _expected(self, one: Revision, before: str) -> Expectation:
        if one.text is None:
            return Expectation(one.path, (), self.pages.phrases(before))
        new = self.pages.phrases(one.text, lacking=before, but=one.path)
        found = new or self.pages.phrases(one.text, but=one.path)
        return Expectation(one.path, found, self.pages.phrases(before))

    def shown(self, one: Expectation) -> str:
        """Empty when search shows the page as it is now, else what is wrong."""
        if one.found and not any(self._finds(one.path, phrase) for phrase in one.found):
            return f"{one.path} is not found by any of {one.found}"
        for phrase in one.gone:
            for hit in self.reader.search(phrase, LIMIT, STAFF).hits:
                if words(phrase) in words(hit.passage.text):
                    return f"{hit.passage.uri} still shows {phrase!r}"
                if one.path not in self.pages.texts and hit.passage.uri == one.path:
                    return f"{one.path} is deleted and found"
        return ""

    def _finds(self, path: str, phrase: str) -> bool:
        # Quoted it is found however common its words; where marks stand between the words, only unquoted.
        return any(
            hit.passage.uri == path and words(phrase) in words(hit.passage.text)
            for asked in (phrase, f'"{phrase}"')
            for hit in self.reader.search(asked, LIMIT, STAFF).hits
        )

    def differences(self) -> list[str]:
        """Where the catalogue, as staff see it, is not exactly the folder."""
        knowledge = self.reader.catalogue.knowledge
        visible = {one.uri for one in knowledge.visible_documents(self.reader.principals(STAFF))}
        states = knowledge.states(SOURCE)
        wrong = [f"{path} is not the folder's" for path in sorted(visible ^ self.pages.texts.keys())]
        for path, text in self.pages.texts.items():
            if path not in states or states[path].content_digest != digest(text.encode()):
                wrong.append(f"{path} has another digest")
        return wrong

    def check(self, expected: Sequence[Expectation]) -> None:
        """Everything the module's text promises, after one commit."""
        self.commits += 1
        if self.commits % 20 == 0:
            print(
                f"{self.commits} commits, {len(self.tally.mismatches)} mismatches",
                file=sys.stderr,
                flush=True,
            )
        self.tally.check("catalogue is the folder", not (wrong := self.differences()), "; ".join(wrong))
        for one in expected:
            wrong_here = self.shown(one)
            kind = "deleted page gone" if one.path not in self.pages.texts else "page as it is now"
            self.tally.check(kind, not wrong_here, wrong_here)
            for phrase in (*one.found[:1], *one.gone[:1]):
                hits = self.reader.search(phrase, LIMIT, OUTSIDER).hits
                self.tally.check("nothing for others", not hits, f"{phrase!r} finds {len(hits)} passages")
        for kind, number in (
            ("pages with a phrase to be found", sum(bool(one.found) for one in expected)),
            ("pages with a phrase to be gone", sum(bool(one.gone) for one in expected)),
        ):
            self.tally.checks[kind] = self.tally.checks.get(kind, 0) + number

    def await_shown(self, expected: Sequence[Expectation], kind: str, patience: float) -> None:
        """Look until every page of a commit is shown, for `patience` seconds and at least once; time each."""
        waiting = list(expected)
        until = time.perf_counter() + patience
        while True:
            for one in list(waiting):
                if not self.shown(one):
                    self.tally.time(f"seen, {kind}", time.perf_counter() - one.written)
                    waiting.remove(one)
            if not waiting or time.perf_counter() > until:
                break
            time.sleep(LOOKS)
        self.tally.time(f"commit seen, {kind}", time.perf_counter() - min(one.written for one in expected))
        while self.differences() and time.perf_counter() < until:
            time.sleep(LOOKS)  # a change of nothing that is searched for


def main() -> int:
    """Parse, replay, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=data_folder() / "handbook")
    parser.add_argument("--watched", type=int, default=80, help="the last so many commits are watched for")
    parser.add_argument("--commits", type=int, help="replay no more than so many")
    parser.add_argument("--embedder", default="", help="by default the product's; `fake` for speed")
    parser.add_argument("--profile", action="store_true", help="show where synchronising spends its time")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    file = arguments.data / "history" / "revisions.jsonl.gz"
    if not file.is_file():
        print(f"there is no {file}: name the folder with --data", file=sys.stderr)
        return 1
    if arguments.embedder:
        os.environ["WELLREAD_EMBEDDER"] = arguments.embedder
    history = commits(file)[: arguments.commits]
    with tempfile.TemporaryDirectory() as temporary:
        folder, root = Path(temporary) / SOURCE, Path(temporary) / "workspace"
        writer = wellread.init(root)
        writer.add_person(STAFF, ["staff"])
        writer.add_person(OUTSIDER)
        with writer, wellread.open(root) as reader:
            replay = Replay(folder, reader)
            begin(replay, arguments.data / "pages", first_statuses(file))
            writer.add(folder, readers="group:staff", name=SOURCE)
            replay.check([])
            profile = cProfile.Profile() if arguments.profile else None
            asked = max(len(history) - arguments.watched, 0)
            for commit in history[:asked]:
                expected = replay.write(commit)
                synchronise(writer, profile)
                replay.await_shown(expected, "asked", patience=0.0)
                replay.check(expected)
            with watching(root) if history[asked:] else nullcontext():
                for commit in history[asked:]:
                    expected = replay.write(commit)
                    replay.await_shown(expected, "watched", SOON)
                    replay.check(expected)
            if arguments.commits is None:
                compare_with(replay, arguments.data / "pages")
            figures = summary(replay.tally, history)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures, replay.tally.mismatches))
    if profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(
            "wellread|select|commit", 40
        )
    return 1 if replay.tally.mismatches else 0


def begin(replay: Replay, pages: Path, statuses: dict[str, str]) -> None:
    """Write the pages as they were before the first commit."""
    touched = pages_before(statuses)
    for path in sorted(pages.rglob("*.md")):
        if (name := path.relative_to(pages).as_posix()) not in statuses:
            touched[name] = path.read_bytes().decode()
    replay.write([Revision(path, text) for path, text in touched.items()])


def synchronise(writer: Workspace, profile: cProfile.Profile | None) -> None:
    """One synchronisation as a program asks for it."""
    if profile:
        profile.enable()
    [report] = writer.sync()
    if profile:
        profile.disable()
    if report.failed:
        raise SystemExit(f"a page could not be read: {report.failed}")


def compare_with(replay: Replay, pages: Path) -> None:
    """After the last commit the folder must be the handbook as it is today."""
    today = {path.relative_to(pages).as_posix(): path.read_bytes().decode() for path in pages.rglob("*.md")}
    replay.tally.check(
        "replayed to today", replay.pages.texts == today, "the pages differ from the handbook's"
    )


def summary(tally: Tally, history: list[list[Revision]]) -> dict[str, float]:
    """Every figure of the table, by its name."""
    figures: dict[str, float] = {"commits": len(history), "revisions": sum(map(len, history))}
    figures |= {f"checks, {kind}": number for kind, number in tally.checks.items()}
    figures["mismatches"] = len(tally.mismatches)
    for kind, seconds in tally.seen.items():
        figures |= spread(kind, seconds)
    return figures


def table(figures: dict[str, float], mismatches: list[str]) -> str:
    """For people."""
    rows = [f"| {name} | {value:,.4g} |" for name, value in figures.items()]
    return "\n".join([*mismatches, "| what | figure |", "| --- | --- |", *rows])


if __name__ == "__main__":
    raise SystemExit(main())
