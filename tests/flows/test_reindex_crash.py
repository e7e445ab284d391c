"""Killed at any moment of building another index or of the swap, one whole index answers and nothing is lost."""

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
from wellread.index.serving import IndexFolder
from wellread.workspace import KEPT, Workspace

DOCUMENTS = 60


class Builder:
    """Builds for an embedder in a process of its own, which is killed after a while."""

    def __init__(self, root: Path) -> None:
        program = [sys.executable, str(Path(__file__).with_name("killed_builder.py")), str(root)]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands, self._reports = self._process.stdin, self._process.stdout

    def kill_after(self, embedder: str, seconds: float) -> bool:
        """Whether it was killed before its end."""
        print(embedder, file=self._commands, flush=True)
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


def assert_one_whole_index_answers(reader: Workspace, removed: int) -> None:
    """Before anybody has had a chance to repair anything."""
    slots = IndexFolder(reader.root / KEPT / "index").read()
    assert slots is not None
    index = reader.searcher.index
    assert index.dimensions == slots.serving.dimensions
    assert index.keys() >= reader.catalogue.knowledge.passage_keys()
    for number in (removed + 1, removed + 20):
        [best, *_] = reader.search(f"rule{number % DOCUMENTS}", limit=3).hits
        assert best.passage.uri == f"page{number % DOCUMENTS}.md"
    assert all(hit.passage.uri != f"page{removed}.md" for hit in reader.search(f"rule{removed}", 100).hits)


def kill_repeatedly(tmp_path: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    root, folder = tmp_path / "workspace", tmp_path / "pages"
    root.mkdir()
    folder.mkdir()
    (root / "wellread.toml").write_text(FAKES)
    pages = [folder / f"page{number}.md" for number in range(DOCUMENTS)]
    for number, page in enumerate(pages):
        page.write_text(f"Rule{number} holds.\n")
    with wellread.open(root) as workspace:
        workspace.add(folder)
    builder = Builder(root)
    began = time.monotonic()
    assert not builder.kill_after("fake:32", 600)
    whole, kills, wanted = time.monotonic() - began, 0, "fake"
    with wellread.open(root) as reader:  # open all the while
        for attempt in range(times):
            removed = attempt % DOCUMENTS
            killed = builder.kill_after(wanted, chance.uniform(0.0, 0.6) * whole)
            kills += killed
            if not killed:
                wanted = "fake" if wanted == "fake:32" else "fake:32"
            pages[removed - 1].write_text(f"Rule{(removed - 1) % DOCUMENTS} holds.\n")
            pages[removed].unlink()
            reader.sync()
            assert_one_whole_index_answers(reader, removed)
        assert not builder.kill_after(wanted, 600)
        assert reader.embedder.dimensions == (64 if wanted == "fake" else 32)
        assert_one_whole_index_answers(reader, removed)
        assert reader.searcher.index.keys() == reader.catalogue.knowledge.passage_keys()
    builder.close()
    assert kills >= times / 4, "too few were killed under way to mean anything"


def test_eight_kills_lose_nothing(tmp_path: Path) -> None:
    kill_repeatedly(tmp_path, times=8, seed=5)


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    kill_repeatedly(tmp_path, times=100, seed=6)
