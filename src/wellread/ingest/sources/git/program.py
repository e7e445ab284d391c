"""The installed `git` program, told so that nothing in a repository or in anybody's settings makes it run others.

The user's and the machine's settings are not read; hooks, filters, helpers and replaced objects are off; it never asks
on the terminal, and where it only reads it may not use the network at all.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from wellread.errors import UsageError
from wellread.settings import inherited

OLDEST = (2, 32)
"""The first version that can be told to leave the user's settings alone."""

LOCAL_SECONDS = 600.0
"""What reading a repository on this machine may take."""

PROTOCOLS = ("file", "https", "ssh")

_SETTINGS = {
    "protocol.allow": "never",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.askPass": "",
    "credential.helper": "",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # what is fetched stays one file, easy to tidy away when it was interrupted
    "filter.lfs.smudge": "",
    "filter.lfs.process": "",
    "filter.lfs.required": "false",
    "gc.autoDetach": "false",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "http.followRedirects": "initial",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "30",
    "log.showSignature": "false",
}
_KEPT = frozenset(
    "PATH HOME USER LOGNAME TMPDIR SSH_AUTH_SOCK GNUPGHOME GIT_SSL_CAINFO GIT_SSL_CAPATH http_proxy https_proxy "
    "HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY".split()
)
_ENVIRONMENT = {
    "LC_ALL": "C",  # its messages are told apart by their words
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LFS_SKIP_SMUDGE": "1",
}
_BLOCK = 1 << 16
_NOISE = re.compile(r"^(hint:.*|warning:.*|Please make sure you have.*|and the repository exists\.)?$")


class GitFailedError(Exception):
    """Git could not do what it was told; its words, in one line without control characters."""

    def __init__(self, said: str, *, late: bool = False) -> None:
        super().__init__(said)
        self.late = late
        """It did not end in time."""


class Git:
    """The program for one repository. Arguments are never read by a shell."""

    def __init__(
        self,
        repository: Path,
        *,
        protocols: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        allowed = {f"protocol.{name}.allow": "always" for name in protocols}
        self._settings = {**_SETTINGS, **allowed, **(settings or {})}
        self._environment = {
            **_surroundings(),
            "GIT_ALLOW_PROTOCOL": ":".join(protocols) or "none",
            "GIT_DIR": str(repository),
            **(environment or {}),
        }

    def run(self, *arguments: str, seconds: float = LOCAL_SECONDS, held: Sequence[int] = ()) -> bytes:
        """What it writes. `held` are descriptors that stay open as long as it or a helper of its runs.

        Raises GitFailedError.
        """
        return self.outcome(*arguments, seconds=seconds, held=held)[0]

    def outcome(
        self, *arguments: str, seconds: float = LOCAL_SECONDS, held: Sequence[int] = ()
    ) -> tuple[bytes, bytes]:
        """What it writes, and what it writes beside it about it. Raises GitFailedError."""
        process = self._start(arguments, subprocess.DEVNULL, subprocess.PIPE, held)
        try:
            written, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise GitFailedError(f"git did not end within {seconds:g} s", late=True) from None
        finally:
            _end(process)
        if process.returncode != 0:
            raise GitFailedError(_line(said) or f"git ended with {process.returncode}")
        return written, said

    def records(self, *arguments: str) -> Generator[bytes, None, None]:
        """What it writes, as pieces that each end with a zero byte, while it is still writing.

        Raises GitFailedError, if need be after the last piece. Who stops earlier ends it.
        """
        with tempfile.TemporaryFile() as said:
            process = self._start(arguments, subprocess.DEVNULL, said)
            assert process.stdout is not None
            try:
                rest = b""
                while piece := os.read(process.stdout.fileno(), _BLOCK):
                    *whole, rest = (rest + piece).split(b"\0")
                    yield from whole
                code = process.wait()
            finally:
                _end(process)
            if code != 0:
                said.seek(0)
                raise GitFailedError(_line(said.read()) or f"git ended with {code}")

    def interactive(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process to talk with; whoever starts it calls `end` on it."""
        return self._start(arguments, subprocess.PIPE, subprocess.DEVNULL)

    def _start(
        self, arguments: Sequence[str], given: int, said: int | IO[bytes], held: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [program(), *settings, *arguments],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=said,
            env=self._environment,
            pass_fds=held,
            start_new_session=True,  # so that its helpers can be ended with it, and Ctrl-C is ours
            cwd="/",
        )


class Objects:
    """The contents of a repository, through one process that stays."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, identity: str, kind: str = "blob") -> bytes:
        """The object's bytes, which are those it is named after.

        Raises GitFailedError: it is not there, is of another kind, or is damaged.
        """
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", identity):
            raise GitFailedError(f"{identity!r} names no object")
        try:
            found, data = self._ask(identity)
        except (OSError, ValueError):
            self.close()
            raise GitFailedError(f"the object {identity} is damaged") from None
        digest = hashlib.new("sha1" if len(identity) == 40 else "sha256", usedforsecurity=False)
        digest.update(b"%s %d\0" % (found, len(data)))
        digest.update(data)
        if found and digest.hexdigest() != identity:
            raise GitFailedError(f"the object {identity} is damaged")
        if found != kind.encode():
            raise GitFailedError(f"the {kind} {identity} is not there")
        return data

    def close(self) -> None:
        """End the process; the next read starts another."""
        if self._process is not None:
            _end(self._process)
        self._process = None

    def _ask(self, identity: str) -> tuple[bytes, bytes]:
        """The object's kind and bytes; no kind when it is missing. Raises OSError or ValueError when git gives up."""
        if self._process is None:
            self._process = self._git.interactive("cat-file", "--batch")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(identity.encode() + b"\n")
        self._process.stdin.flush()
        head = self._process.stdout.readline().split()
        if head[-1:] == [b"missing"]:
            return b"", b""
        _, kind, size = head
        data = self._process.stdout.read(int(size) + 1)
        if len(data) != int(size) + 1:
            raise ValueError("it ended in the middle of an object")
        return kind, data[:-1]


def program() -> str:
    """The path of the installed program. Raises UsageError when there is none."""
    found = shutil.which("git")
    if found is None:
        raise UsageError("there is no git program here: install git, or leave this source out")
    return found


def check_version() -> None:
    """Raises UsageError when git is missing or too old to be told what not to read."""
    command, around = [program(), "version"], _surroundings()
    said = subprocess.run(command, env=around, capture_output=True, timeout=30, check=False).stdout
    numbers = re.search(rb"(\d+)\.(\d+)", said)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise UsageError(f"git here is {said.decode(errors='replace').strip()!r}: install {oldest} or newer")


def _surroundings() -> dict[str, str]:
    """What finds programs, keys and the way out, and nothing that git takes orders from."""
    return {**inherited(_KEPT), **_ENVIRONMENT}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # what was still to be written has nobody left to read it
                pipe.close()
    process.wait()


def _line(said: bytes) -> str:
    lines = [
        "".join(filter(str.isprintable, line)).strip() for line in said.decode(errors="replace").splitlines()
    ]
    return "; ".join(line for line in lines if not _NOISE.match(line))[:600]
