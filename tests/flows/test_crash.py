"""Killed at any moment of adding or synchronising, nothing is lost and nothing half-done is shown."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from handbook import FAKES

import wellread
from wellread.index.embedded import EmbeddedIndex
from wellread.workspace import KEPT, Workspace

DOCUMENTS = 40
RESTRICTED = 5
"""Every so manieth document is for group:hr."""


class Writer:
    """Synchronises in a process of its own, which is killed after a while."""

    def __init__(self, root: Path, folder: Path) -> None:
        program = [sys.executable, str(Path(__file__).with_name("killed_writer.py")), str(root), str(folder)]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands, self._reports = self._process.stdin, self._process.stdout

    def run(self) -> float:
        """Let it work to its end; returns how many seconds that took."""
        began = time.monotonic()
        assert not self.kill_after(600)
        return time.monotonic() - began

    def kill_after(self, seconds: float) -> bool:
        """Whether it was killed before its end."""
        print("write", file=self._commands, flush=True)
        pid = int(self._reports.readline().split()[1])
        timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
        timer.start()
        ended = self._reports.readline().strip()
        timer.cancel()
        assert ended in ("done", "killed")
        return ended == "killed"

    def close(self) -> None:
        self._commands.close()
        assert self._process.wait(10) == 0
        self._reports.close()


def write_documents(folder: Path, edition: int) -> None:
    """A third of the documents in a new edition, one gone, one back."""
    folder.mkdir(exist_ok=True)
    (folder / "closed").mkdir(exist_ok=True)
    (folder / "closed" / ".readers").write_text("group:hr\n")
    for number in range(DOCUMENTS):
        path = folder / ("closed" if number % RESTRICTED == 0 else "") / f"page{number}.md"
        if number == edition % DOCUMENTS:
            path.unlink(missing_ok=True)
        elif edition == 0 or number % 3 == edition % 3 or not path.exists():
            path.write_text(f"# Page {number}\n\nRule{number} holds since edition{edition}.\n")


def assert_whole(workspace: Workspace, folder: Path) -> None:
    """Catalogue and index agree with each other and with the folder."""
    [report] = workspace.sync()
    assert report.failed == ()
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.md")}
    knowledge = workspace.catalogue.knowledge
    stored = {one.uri: knowledge.document(one.id).text for one in knowledge.visible_documents(None)}
    assert stored.keys() == texts.keys()
    assert all(stored[uri].split()[-1] == texts[uri].split()[-1] for uri in texts)
    with EmbeddedIndex.open(
        workspace.root / KEPT / "index" / workspace.embedder.name,
        workspace.embedder.dimensions,
        writable=False,
    ) as index:
        assert index.keys() == frozenset(knowledge.passage_keys())
        assert index.position == workspace.catalogue.outbox.last()
    assert workspace.catalogue.audit.verify() is None
    for number in (1, 7, 22):
        [best, *_] = workspace.search(f"rule{number}").hits
        assert best.passage.text in texts[best.passage.uri]


def kill_repeatedly(tmp_path: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    root, folder = tmp_path / "workspace", tmp_path / "pages"
    root.mkdir()
    (root / "wellread.toml").write_text(FAKES)
    write_documents(folder, 0)
    writer = Writer(root, folder)
    writer.run()
    write_documents(folder, 1)
    whole = writer.run()
    kills = 0
    with wellread.open(root) as reader:  # open all the while
        assert_whole(reader, folder)
        for edition in range(2, times + 2):
            write_documents(folder, edition)
            kills += writer.kill_after(chance.uniform(0.0, whole))
            closed = [
                hit
                for hit in reader.search("rule10 rule15 rule20", limit=100).hits
                if "closed" in hit.passage.uri
            ]
            assert not closed
            if edition % 4 == 0:
                assert_whole(reader, folder)
        assert_whole(reader, folder)
        assert reader.catalogue.jobs.running() == []
    assert kills >= times / 3, "too few were killed under way to mean anything"
    writer.close()


def test_ten_kills_lose_nothing_and_show_nothing_forbidden(tmp_path: Path) -> None:
    kill_repeatedly(tmp_path, times=10, seed=3)


@pytest.mark.slow
def test_a_hundred_kills(tmp_path: Path) -> None:
    kill_repeatedly(tmp_path, times=100, seed=4)
