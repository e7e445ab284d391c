"""Files are read in a child that can do nothing else, and whose end costs one file."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import worker
from wellread.ingest.parse.expand import expand
from wellread.ingest.parse.worker import Workers

ATTEMPTS = """
import json, os, socket, subprocess, sys, threading
from wellread.ingest.parse.confine import confine
mine = sys.argv[1]
done = confine(400 * 1024**2)
def attempt(what):
    try:
        what()
    except MemoryError:
        return "memory"
    except OSError as error:
        return "refused"
    return "allowed"
tried = {
    "internet": lambda: socket.socket(),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "program": lambda: subprocess.run(["/bin/true"]),
    "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    "new file": lambda: open(mine + ".new", "w"),
    "append": lambda: open(mine, "a"),
    "remove": lambda: os.unlink(mine),
    "rename": lambda: os.rename(mine, mine + ".moved"),
    "folder": lambda: os.mkdir(mine + ".folder"),
    "mode": lambda: os.chmod(mine, 0o777),
    "link": lambda: os.symlink(mine, mine + ".link"),
    "signal": lambda: os.kill(os.getppid(), 0),
    "memory": lambda: bytearray(500 * 1024**2),
    "other's file": lambda: open(mine).read(),
    "own library": lambda: __import__("lxml.etree"),
    "thread": lambda: threading.Thread(target=print).start(),
}
print(json.dumps({"done": done, **{name: attempt(what) for name, what in tried.items()}}))
"""


def test_a_confined_process_can_only_compute_and_load_libraries(tmp_path: Path) -> None:
    mine = tmp_path / "private.txt"
    mine.write_text("private")
    command = [sys.executable, "-c", ATTEMPTS, str(mine)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    done = told.pop("done")
    if "seccomp" not in done:
        pytest.skip(f"this kernel has no seccomp; in place are {done}")
    reading = "refused" if "landlock" in done else "allowed"
    allowed = {"own library": "allowed", "thread": "allowed", "memory": "memory", "other's file": reading}
    assert told == {name: allowed.get(name, "refused") for name in told}
    assert mine.read_text() == "private"
    assert sorted(tmp_path.iterdir()) == [mine]


def test_it_reads_what_is_read_here() -> None:
    files = {"a.md": b"# Title\n\n- one\n- two", "b.html": "<p>gr\u00fcn</p>".encode(), "c.txt": b""}
    with Workers() as workers:
        assert {name: workers.read(name, data) for name, data in files.items()} == {
            name: expand(name, data) for name, data in files.items()
        }


def test_reasons_come_through_and_the_child_goes_on() -> None:
    with Workers() as workers:
        with pytest.raises(ParseError, match="not supported"):
            workers.read("a.exe", b"MZ")
        [found] = workers.read("a.txt", b"fine")
    assert found.parsed is not None
    assert found.parsed.text == "fine"


# Stand-ins for a parser, put into the child in the place of the one for plain text.
HANGS = "import time; time.sleep(60)"
CRASHES = "import os; os.abort()"
GREEDY = "held = [bytearray(50_000_000) for _ in range(100)]"
NESTED = "f = lambda: f(); f()"
TALKS = "print('{}' * 1000); import sys; sys.stdout.flush()"


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `sitecustomize` that children load, for tests to write."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "sitecustomize.py"


def misbehave(file: Path, statement: str) -> None:
    file.write_text(
        "import sys\n"
        "if 'wellread.ingest.parse.worker' in sys.orig_argv:\n"
        "    from wellread.ingest.parse import text\n"
        "    parse = text.parse_text\n"
        "    def bad(data):\n"
        "        if data == b'bad':\n"
        f"            {statement}\n"
        "        return parse(data)\n"
        "    text.parse_text = bad\n"
    )


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (HANGS, "longer than 4 s"),
        (CRASHES, "SIGABRT"),
        (GREEDY, "more than 448 MB of memory"),
        (NESTED, "damaged: RecursionError"),
    ],
)
def test_a_file_that_does_harm_is_reported_and_the_next_is_read(
    stand_in: Path, statement: str, reason: str
) -> None:
    misbehave(stand_in, statement)
    with Workers(seconds=4) as workers:
        workers.read("good.txt", b"good")  # starting up is not counted
        began = time.monotonic()
        with pytest.raises(ParseError, match=reason):
            workers.read("bad.txt", b"bad")
        assert time.monotonic() - began < 30
        [found] = workers.read("good.txt", b"good")
    assert found.parsed is not None
    assert found.parsed.text == "good"


@pytest.mark.parametrize(("megabytes", "seconds"), [(0, 2), (3, 92), (90, 600)])
def test_a_large_file_may_take_longer(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, seconds: float
) -> None:
    limits = []

    def late(child: object, name: str, data: bytes, limit: float) -> None:
        limits.append(limit)
        raise worker._GoneError(late=True)

    monkeypatch.setattr(worker._Child, "ask", late)
    with Workers(seconds=2) as workers, pytest.raises(ParseError, match=f"longer than {seconds} s"):
        workers.read("manual.txt", bytes(megabytes * 1024**2))
    assert limits == [seconds]


def test_a_child_that_was_ended_between_two_files_is_replaced() -> None:
    with Workers() as workers:
        workers.read("first.txt", b"first")
        process = workers._child._process
        process.kill()
        process.wait()
        [found] = workers.read("second.txt", b"second")
    assert found.parsed is not None
    assert found.parsed.text == "second"


def test_another_thread_can_end_the_reading_of_a_file(stand_in: Path) -> None:
    misbehave(stand_in, HANGS)
    with Workers(seconds=50) as workers, ThreadPoolExecutor(1) as thread:
        reading = thread.submit(workers.read, "bad.txt", b"bad")
        began = time.monotonic()
        while not reading.done() and time.monotonic() - began < 30:
            workers.stop()
            time.sleep(0.01)
        with pytest.raises(ParseError, match="SIGKILL"):
            reading.result(timeout=0)
        [found] = workers.read("good.txt", b"good")
    assert found.parsed is not None


def test_what_a_library_prints_does_not_get_into_the_answer(stand_in: Path) -> None:
    misbehave(stand_in, TALKS)
    with Workers() as workers:
        [found] = workers.read("bad.txt", b"bad")
    assert found.parsed is not None
    assert found.parsed.text == "bad"


def test_a_large_file_does_not_block_on_a_child_that_is_not_reading(stand_in: Path) -> None:
    misbehave(stand_in, HANGS)
    with Workers(seconds=2) as workers, pytest.raises(ParseError, match="longer than 2 s"):
        workers.read("bad.txt", b"bad")


def test_secrets_of_the_environment_stay_outside(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLREAD_SECRET_MAIL", "hush")
    misbehave(stand_in, "import os; data = ' '.join(os.environ).encode()")
    with Workers() as workers:
        [found] = workers.read("bad.txt", b"bad")
    assert found.parsed is not None
    assert "PATH" in found.parsed.text
    assert "WELLREAD" not in found.parsed.text


def test_closing_ends_the_child() -> None:
    workers = Workers()
    workers.read("a.txt", b"text")
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = children.read_text().split() if children.exists() else []
    workers.close()
    workers.close()
    if before:
        assert len(children.read_text().split()) == len(before) - 1
