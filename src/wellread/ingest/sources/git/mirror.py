"""A bare copy of a remote repository, brought up to date at each synchronisation.

    ask the remote what it has -> fetch -> if that fails although the remote answers, make the copy anew

Whatever a killed run leaves behind is tidied away by the next one, and a damaged copy is replaced.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wellread.errors import NotFoundError, StorageError, UnreachableError, UsageError
from wellread.ingest.sources.git.program import Git, GitFailedError
from wellread.ingest.sources.http.retry import TRIES, usual_wait

HEAD = "refs/wellread/HEAD"
"""Where the remote's HEAD is kept."""

ASKING_SECONDS = 60.0
FETCHING_SECONDS = 3600.0
_FETCHES = 3
WAITING_SECONDS = 30.0
"""How long to wait for a run that was killed while its git still goes on."""

_GONE = re.compile(
    r"does not appear to be a git repository|repository '?.*'? (?:not found|does not exist)|Repository not found|"
    r"project you were looking for could not be found|not a git repository",
    re.IGNORECASE,
)
_BUSY = re.compile(r"returned error: (?:429|5\d\d)|HTTP (?:429|5\d\d)")
_REFUSED = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|Permission denied|returned error: 40[13]|"
    r"Host key verification failed",
    re.IGNORECASE,
)


class Mirror:
    """Keeps the copy of the repository at `address` in `folder`; `git` makes the program for a repository."""

    head = HEAD

    def __init__(
        self, address: str, folder: Path | None, git: Callable[[Path], Git], *, sleep: Callable[[float], None]
    ) -> None:
        self._address = address
        self._folder = folder
        self._git = git
        self._sleep = sleep
        self._renewed = False

    @property
    def repository(self) -> Path:
        """The copy's own folder. Raises UsageError when nobody gave one."""
        if self._folder is None:
            raise UsageError(f"{self._address} needs a folder to keep its copy in, and none was given")
        return self._folder / "mirror"

    def refresh(self, also: str = "") -> None:
        """Bring branches, tags, HEAD and the ref `also` (in full) to what they are at the remote.

        Raises NotFoundError, UnreachableError and StorageError.
        """
        with self._held() as lock:
            there = self._ask(also, lock)
            wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
            wanted += [f"+HEAD:{HEAD}"] if "HEAD" in there else []
            if also:
                if also not in there:
                    raise NotFoundError(f"{self._address} has no {also} any more: name another ref")
                wanted.append(f"+{also}:{also}")
            self._fetch(wanted, max(map(len, there.values()), default=40), lock)
            if "HEAD" not in there:
                self._git(self.repository).run("update-ref", "-d", HEAD)

    def renew(self, also: str = "") -> bool:
        """Make a damaged copy anew; False if that was done before and so does not help."""
        if self._renewed:
            return False
        self._renewed = True
        with self._held():
            _remove(self.repository)
        self.refresh(also)
        return True

    def _ask(self, also: str, lock: int) -> dict[str, str]:
        """What HEAD, where it leads somewhere, the branches and `also` name."""
        asked = ["HEAD", "refs/heads/*", *([also] if also else [])]
        nowhere = self.repository.with_name("none")  # a damaged copy is no reason not to ask
        for tries in range(1, TRIES + 1):
            try:
                said = self._git(nowhere).run(
                    "ls-remote", "--", self._address, *asked, seconds=ASKING_SECONDS, held=[lock]
                )
                lines = [line.split("\t", 1) for line in said.decode(errors="replace").splitlines()]
                return {line[1]: line[0] for line in lines if len(line) == 2}
            except GitFailedError as failed:
                if tries == TRIES or not _BUSY.search(str(failed)):
                    raise self._reason(failed) from None
            self._sleep(usual_wait(tries))
        raise AssertionError("the last try returns or raises")

    def _fetch(self, wanted: list[str], letters: int, lock: int) -> None:
        options = "--prune --force --no-tags --no-write-fetch-head --no-recurse-submodules --quiet".split()
        for tries in range(1, _FETCHES + 1):
            self._prepare(letters)
            try:
                self._git(self.repository).run(
                    "fetch", *options, "--", self._address, *wanted, seconds=FETCHING_SECONDS, held=[lock]
                )
                return
            except GitFailedError as failed:
                if tries == _FETCHES or failed.late:
                    raise self._reason(failed) from None
                # The remote answered before: it may be the copy, and a sound one is not to be lost.
                if tries == _FETCHES - 1:
                    if self._is_sound():
                        raise self._reason(failed) from None
                    _remove(self.repository)
            self._sleep(usual_wait(tries))

    def _is_sound(self) -> bool:
        try:
            self._git(self.repository).run("fsck", "--connectivity-only", "--no-dangling")
        except GitFailedError:
            return False
        return True

    def _prepare(self, letters: int) -> None:
        """An existing copy without what a killed run left in it, or a new, empty one."""
        known = "sha256" if letters == 64 else "sha1"
        start = ("init", "--bare", "--quiet", "--template=", f"--object-format={known}")
        with _stored(self.repository):
            for path in list(self.repository.rglob("*")):
                in_objects = "objects" in path.relative_to(self.repository).parts[:1]
                left = path.name.startswith("tmp_") or path.suffix == ".keep"
                if path.suffix == ".lock" or (in_objects and left):
                    _remove(path)
        try:
            self._git(self.repository).run(*start)
        except GitFailedError:
            _remove(self.repository)
            try:
                self._git(self.repository).run(*start)
            except GitFailedError as failed:
                raise StorageError(f"the copy of {self._address} cannot be kept: {failed}") from None

    @contextmanager
    def _held(self) -> Iterator[int]:
        """Nobody else works on the copy; a git that outlives its killed parent still holds the lock it inherited."""
        folder = self.repository.parent
        with _stored(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            until = time.monotonic() + WAITING_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise UnreachableError(
                            f"{self._address} is still being brought by an earlier run: try again later"
                        ) from None
                    time.sleep(0.05)
            yield lock
        finally:
            os.close(lock)

    def _reason(self, failed: GitFailedError) -> NotFoundError | UnreachableError:
        said = str(failed)
        if _GONE.search(said):
            return NotFoundError(f"{self._address} is no repository: check the address ({said})")
        if _REFUSED.search(said):
            return UnreachableError(
                f"{self._address} does not let us in ({said}): for https put a token into WELLREAD_SECRET_NAME, with "
                "the source's name in capitals for NAME; for ssh see to the key and to the host's key in known_hosts"
            )
        return UnreachableError(f"{self._address} does not answer: {said}")


@contextmanager
def _stored(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{place} cannot be written: {error.strerror}") from error


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
