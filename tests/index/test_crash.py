"""Killed at any moment, the index holds every acknowledged change and shows nobody what he may not see."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import index_oracle
import pytest
from crash_writer import expected, opening
from index_oracle import PRINCIPALS, assert_same, drawn, entry
from s3_server import Storage as Server
from samples import filled, opened

from wellread.index.terms import TermsReader, TermsWriter

pytest_plugins = ("s3_server",)

EACH = [frozenset({principal}) for principal in PRINCIPALS] + [frozenset(PRINCIPALS)]


class Writers:
    """Writers over one place, one after the other, each killed after a while."""

    def __init__(self, place: str) -> None:
        program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("crash_writer.py")), place]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands, self._reports = self._process.stdin, self._process.stdout

    def kill_one(self, changes: int, seconds: float) -> int:
        """Start a writer, kill it `seconds` after so many `changes`, and give its last position, or 0."""
        print("write", file=self._commands, flush=True)
        pid = int(self._reports.readline().split()[1])
        timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
        position = 0
        while True:
            if changes == 0:
                timer.start()
            word, number = self._reports.readline().split()
            if word == "gone":
                timer.join()
                return position
            position = int(number)
            changes -= 1

    def close(self) -> None:
        self._commands.close()
        assert self._process.wait(10) == 0
        self._reports.close()


def kill_repeatedly(place: str, times: int, most_changes: int, seed: int, seconds: float = 0.15) -> int:
    """Kill `times` writers, checking after each, and give the position that was reached."""
    chance = random.Random(seed)
    open_index = opening(place)
    reader = open_index(writable=False)
    writers = Writers(place)
    reached = 0
    for _ in range(times):
        acknowledged = max(
            reached, writers.kill_one(chance.randrange(most_changes), chance.uniform(0.0, seconds))
        )
        reached = reader.position
        assert acknowledged <= reached <= acknowledged + 1
        assert_same(reader, expected(reached), EACH)  # before any writer has had a chance to repair
        with open_index(writable=True) as recovered:
            assert_same(recovered, expected(reached), EACH)
    writers.close()
    reader.close()
    with open_index(writable=True) as index:
        index.apply(index.position, [], [], [])
    return reached


def assert_nothing_is_left_over(directory: Path) -> None:
    names = {path.name.split("-")[0] for path in directory.iterdir()}
    assert names == {"CURRENT", "lock", "generation"}
    [generation_directory] = directory.glob("generation-*")
    assert len(list(generation_directory.glob("rows-*"))) == 1


def lance_in(directory: Path) -> str:
    pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")
    return json.dumps({"root": str(directory)})


def test_twenty_kills_lose_nothing_and_show_nothing_forbidden(tmp_path: Path) -> None:
    assert kill_repeatedly(str(tmp_path / "index"), times=20, most_changes=3, seed=1) >= 10
    assert_nothing_is_left_over(tmp_path / "index")


@pytest.mark.slow
def test_twenty_kills_of_the_lance_engine(tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert kill_repeatedly(lance_in(index), times=20, most_changes=3, seed=1, seconds=0.5) >= 10
    assert {path.name.split("-")[0] for path in index.iterdir()} == {"state", "lock", "generation"}
    [generation_directory] = index.glob("generation-*")
    assert {path.name for path in generation_directory.iterdir()} == {"entries", "postings"}


@pytest.mark.slow
def test_ten_kills_of_the_lance_engine_on_object_storage(s3: Server) -> None:
    pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")
    from lance_support import in_bucket

    storage = in_bucket(s3, s3.empty_bucket())
    assert storage.options is not None
    place = json.dumps({"root": storage.root, "options": dict(storage.options)})
    assert kill_repeatedly(place, times=10, most_changes=3, seed=3, seconds=1.5) >= 5


def test_a_commit_that_was_killed_at_its_last_step_can_be_made_again(tmp_path: Path) -> None:
    filled(tmp_path).close()
    [meta] = tmp_path.rglob("meta.json")
    before = meta.read_bytes()
    with opened(tmp_path) as index:
        index.apply(2, [entry(11)], drawn(1), [1])
    meta.write_bytes(before)  # as if the kill had come before tantivy replaced this file
    reader = opened(tmp_path, writable=False)
    assert (reader.position, reader.keys()) == (1, set(range(1, 11)))
    with opened(tmp_path) as index:
        index.apply(2, [entry(11)], drawn(1), [1])
    assert (reader.position, reader.keys()) == (2, set(range(2, 12)))
    reader.close()


@pytest.mark.slow
def test_a_merge_commits_nothing_that_is_only_staged(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from index_oracle import entry; from wellread.index.state import State\n"
        "from wellread.index.terms import TermsWriter\n"
        "for key in range(1, 13):\n"
        "    if os.fork():\n"
        "        os.wait(); continue\n"
        "    writer = TermsWriter(Path(sys.argv[1])); writer.add(entry(key)); writer.commit(State(position=key))\n"
        "    os._exit(0)\n"
    )
    contracts = Path(index_oracle.__file__).parent
    for attempt in range(20):
        # Killed right after each commit, a writer mostly has not merged yet; so the next one has something to merge.
        terms = tmp_path / str(attempt)
        terms.mkdir()
        subprocess.run([sys.executable, "-c", program, str(terms), str(contracts)], check=True)
        if len(_segments(terms)) >= 9:
            break
    before = _segments(terms)
    assert len(before) >= 9
    writer = TermsWriter(terms)
    writer.drop(3)
    for key in range(
        100, 100_000
    ):  # a staged segment is cut off as soon as memory is full, and merging begins
        writer.add(entry(key, random.Random(key).randbytes(5_000).hex(" ", 6)))
        if key % 500 == 0 and _segments(terms) != before:
            break
    merged = _segments(terms)
    assert len(merged) < len(before)
    assert TermsReader(terms).snapshot().entries == 12
    writer.abandon()


def _segments(terms: Path) -> list[str]:
    return [one["segment_id"] for one in json.loads((terms / "meta.json").read_bytes())["segments"]]


@pytest.mark.slow
def test_two_hundred_kills(tmp_path: Path) -> None:
    assert kill_repeatedly(str(tmp_path / "index"), times=200, most_changes=10, seed=2) >= 500
    assert_nothing_is_left_over(tmp_path / "index")
