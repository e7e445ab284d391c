"""Strangers' files are read in processes of their own, which may do nothing else (see `confine`).

    Workers  ── name, bytes ──►  a child: python -m wellread.ingest.parse.worker
             ◄── documents, or the reason ──

A child that exceeds its memory or time, hangs or crashes takes one file with it: that file is reported, and the next
gets a new child. What comes back is JSON, never pickles, so that a child somebody has taken over can only lie about its
file's text. Frames are a length of four bytes, and so many bytes.
"""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from wellread.errors import ParseError
from wellread.ingest.parse.confine import confine
from wellread.ingest.parse.document import Block, Parsed
from wellread.ingest.parse.expand import Found, expand
from wellread.settings import inherited

MEMORY = 448 * 1024**2
"""Bytes of a child's data; with its libraries it stays below 512 MB."""
SECONDS = 30.0
"""For one small file, of wall time."""
SECONDS_PER_MEGABYTE = 30.0
"""More for a larger one: 4 MB may be a manual of 1,600 pages, and the machine busy with other things."""
MOST_SECONDS = 600.0
FILES = 500
"""After so many files a child is replaced: what libraries leak is given back."""

_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "TMPDIR",
)
_LENGTH = struct.Struct("<I")
_STARTING_SECONDS = 60.0
_STRAY_SECONDS = 900


class Workers:
    """Reads files as `expand` does, in a confined child. For one thread at a time; use it as a context manager, or
    `close` it."""

    def __init__(self, *, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        """Limits of a child: bytes of data, and seconds for one small file. Nothing starts before the first file."""
        self._memory = memory
        self._seconds = seconds
        self._child: _Child | None = None
        self._asked: _Child | None = None
        """The one that is reading a file now."""

    def read(self, name: str, data: bytes) -> Sequence[Found]:
        """The documents of one file. Raises ParseError, also when reading took too much memory or time."""
        if self._child is not None and not self._child.lives:
            self.close()
        child = self._child or _Child(self._memory)
        self._child = None  # until it has answered, it is not to be used again
        self._asked = child
        try:
            answer = child.ask(name, data, self._limit(data))
        except _GoneError as gone:
            child.end()
            raise ParseError(self._reason(gone, self._limit(data))) from None
        except BaseException:
            child.end()
            raise
        finally:
            self._asked = None
        if child.files >= FILES:
            child.end()
        else:
            self._child = child
        if "error" in answer:
            raise ParseError(answer["error"])
        return [_found(row) for row in answer["found"]]

    def stop(self) -> None:
        """End the reading of a file, if one is being read: that `read` raises. From any thread."""
        if asked := self._asked:
            asked.kill()

    def close(self) -> None:
        """End the child. Calling twice is harmless."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _limit(self, data: bytes) -> float:
        more = SECONDS_PER_MEGABYTE * (len(data) // 1024**2)
        return min(self._seconds + more, max(self._seconds, MOST_SECONDS))

    def _reason(self, gone: "_GoneError", seconds: float) -> str:
        if gone.late:
            return f"reading it took longer than {seconds:g} s, the most such a file may take: split or simplify it"
        if gone.memory:
            return f"reading it took more than {self._memory // 1024**2} MB of memory: split or simplify it"
        return (
            f"reading it ended the process that did ({gone.status}): the file is damaged, or made to do harm"
        )


@dataclass
class _GoneError(Exception):
    """The child did not answer."""

    late: bool = False
    memory: bool = False
    status: str = ""


class _Child:
    """One confined process."""

    def __init__(self, memory: int) -> None:
        self.files = 0
        # -P: what lies in the current folder is nobody's module. A session of its own: Ctrl-C is the parent's.
        command = [sys.executable, "-P", "-m", "wellread.ingest.parse.worker", str(memory)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        self._received = bytearray()
        self._take(time.monotonic() + _STARTING_SECONDS)  # it says that it is confined

    @property
    def lives(self) -> bool:
        """Whether it is still there: between two files somebody may have ended it, which is no file's fault."""
        return self._process.poll() is None

    def ask(self, name: str, data: bytes, seconds: float) -> Any:
        until = time.monotonic() + seconds
        self.files += 1
        head = json.dumps({"name": name}).encode()
        self._give(_LENGTH.pack(len(head)) + head + _LENGTH.pack(len(data)), until)
        self._give(data, until)
        answer = json.loads(self._take(until))
        if answer.get("memory"):
            raise _GoneError(memory=True)
        return answer

    def kill(self) -> None:
        """So that whoever waits for it finds it gone."""
        self._process.kill()

    def end(self) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be written has nobody left to read it
        self._process.wait()

    def _give(self, content: bytes, until: float) -> None:
        assert self._process.stdin is not None
        descriptor = self._process.stdin.fileno()
        os.set_blocking(descriptor, False)
        rest = memoryview(content)
        while rest:
            if not select.select([], [descriptor], [], _left(until))[1]:
                raise _GoneError(late=True)
            try:
                rest = rest[os.write(descriptor, rest[: 1 << 20]) :]
            except BrokenPipeError:
                raise self._gone() from None

    def _take(self, until: float) -> bytes:
        length: int | None = None
        while length is None or len(self._received) < length:
            assert self._process.stdout is not None
            descriptor = self._process.stdout.fileno()
            if not select.select([descriptor], [], [], _left(until))[0]:
                raise _GoneError(late=True)
            piece = os.read(descriptor, 1 << 20)
            if not piece:
                raise self._gone()
            self._received += piece
            if length is None and len(self._received) >= _LENGTH.size:
                [length] = _LENGTH.unpack(self._received[: _LENGTH.size])
                del self._received[: _LENGTH.size]
        answer = bytes(self._received[:length])
        del self._received[:length]
        return answer

    def _gone(self) -> _GoneError:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return _GoneError(status="it closed its pipes")
        return _GoneError(status=signal.Signals(-code).name if code < 0 else f"exit code {code}")


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.0)


def _environment() -> dict[str, str]:
    """What finds Python's packages, and nothing that could be a secret."""
    return {**inherited(_KEPT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _found(row: Any) -> Found:
    name, title, text, blocks, links, anchors, error = row
    if error:
        return Found(name, None, error)
    led = tuple((start, end, target) for start, end, target in links)
    made = tuple(Block(*block) for block in blocks)
    return Found(name, Parsed(title, text, made, links=led, anchors=tuple(anchors)))


def _row(found: Found) -> Any:
    if found.parsed is None:
        return found.name, "", "", [], [], [], found.error
    blocks = [(block.kind, block.level, block.start, block.end) for block in found.parsed.blocks]
    parsed = found.parsed
    return found.name, parsed.title, parsed.text, blocks, parsed.links, parsed.anchors, ""


def _answer(name: str, data: bytes) -> Any:
    try:
        return {"found": [_row(found) for found in expand(name, data)]}
    except ParseError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"memory": True}


def _serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Read files until the parent closes the pipe. Should the parent be killed, the alarm ends what it waited for."""
    while head := incoming.read(_LENGTH.size):
        name = json.loads(incoming.read(_LENGTH.unpack(head)[0]))["name"]
        data = incoming.read(_LENGTH.unpack(incoming.read(_LENGTH.size))[0])
        signal.alarm(_STRAY_SECONDS)
        try:
            answer = json.dumps(_answer(name, data)).encode()
        except MemoryError:
            answer = b'{"memory": true}'
        signal.alarm(0)
        del data
        outgoing.write(_LENGTH.pack(len(answer)) + answer)
        outgoing.flush()


def main() -> None:
    """The child: give up what is not needed, say so, and serve."""
    incoming = sys.stdin.buffer
    # A library that prints must not speak into the answers.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    done = json.dumps(confine(int(sys.argv[1]))).encode()
    outgoing.write(_LENGTH.pack(len(done)) + done)
    outgoing.flush()
    _serve(incoming, outgoing)


if __name__ == "__main__":
    main()
