"""What a user writes for a repository: `git+https://host/path`, `git@host:path`, a folder here, and so on."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wellread.errors import UsageError
from wellread.ingest.sources.git.program import PROTOCOLS

_AT_HOST = re.compile(r"(?P<user>[\w.+-]+)@(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<path>(?!//).+)")
_BRANCH = re.compile(
    r"(?!.*(?:\.\.|@\{|//|\.lock$|/$))[^-\s~^:?*\[\\\x00-\x1f\x7f][^\s~^:?*\[\\\x00-\x1f\x7f]*"
)
_BARE = ("HEAD", "objects", "refs")


@dataclass(frozen=True, slots=True)
class GitLocation:
    """Where a repository is."""

    written: str
    """Absolute, and without secrets: that is refused."""
    protocol: str
    """One of `PROTOCOLS`, or nothing for a folder that is read where it is."""
    address: str
    """A path, or what git is told."""

    @property
    def site(self) -> str:
        """Protocol, host and port: where a token may go."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def user(self) -> str:
        """Before the host, where it is written."""
        return unquote(urlsplit(self.address).username or "") if self.protocol == "https" else ""


def is_git(location: str) -> bool:
    """Whether a location says by its form that it is a repository."""
    if location.startswith("https://"):
        return urlsplit(location).path.rstrip("/").endswith(".git")
    return location.startswith(("git+", "git@")) and ":" in location


def parse_location(text: str) -> GitLocation:
    """Raises UsageError, without repeating a password."""
    if text.startswith("-") or not text.strip():
        raise UsageError(
            f"{text!r} is not a repository: write a folder or an address, which begins with no hyphen"
        )
    address = text.removeprefix("git+")
    if "://" in address:
        return GitLocation(text, _checked(address), address)
    at_host = _AT_HOST.fullmatch(text)
    if at_host:
        if at_host["host"].startswith("-") or at_host["path"].startswith("-"):
            raise UsageError(f"{text!r} has a host or a path that begins with a hyphen")
        return GitLocation(text, "ssh", text)
    if text.startswith(("git+", "git@")):
        raise UsageError(f"{text!r} is not an address: write git+https://host/path or git@host:path")
    folder = str(Path(text).expanduser().resolve())
    return GitLocation(folder, "", folder)


def repository_in(folder: Path) -> Path | None:
    """What git is told for the repository whose working tree is `folder`, or that it is itself; None for neither.

    A folder somewhere inside a working tree is not a repository.
    """
    if (folder / ".git").exists():
        return folder / ".git"
    return folder if all((folder / name).exists() for name in _BARE) else None


def check_name(name: str, value: str) -> str:
    """The value of the option `name` as the name of a branch, tag or commit. Raises UsageError."""
    if not _BRANCH.fullmatch(value):
        raise UsageError(f"{name} is {value!r}: give the name of a branch or tag, or a commit")
    return value


def check_path(value: str) -> str:
    """The value of the option `path`, without slashes around it. Raises UsageError."""
    parts = [part for part in value.strip("/").split("/") if part]
    if value.startswith("-") or any(part.startswith(".") for part in parts) or "\0" in value:
        raise UsageError(
            f"path is {value!r}: give a folder or file of the repository that is not hidden, such as docs/manual"
        )
    return "/".join(parts)


def _checked(address: str) -> str:
    """The protocol of an address that git may be told."""
    try:
        parts = urlsplit(address)
        host, password = parts.hostname or "", parts.password
        _ = parts.port
    except ValueError:
        raise UsageError("the location is not an address: write it as https://host/path.git") from None
    if password is not None:
        raise UsageError(
            "the location has a password in it: leave it out, and put it into the environment variable "
            "WELLREAD_SECRET_NAME, with the source's name in capitals for NAME"
        )
    if parts.scheme not in PROTOCOLS:
        raise UsageError(f"a repository is reached by {', '.join(PROTOCOLS)}, not by {parts.scheme}")
    if parts.query or parts.fragment or re.search(r"[\s\x00-\x1f\x7f]", address):
        raise UsageError(
            f"{parts.scheme}://{host}{parts.path} is followed by ? or #, or has blanks: leave them out"
        )
    if parts.scheme == "file" and (host not in ("", "localhost") or not parts.path.startswith("/")):
        raise UsageError(f"{address} is on another machine: write file:///path")
    if parts.scheme != "file" and (not host or host.startswith("-") or len(parts.path) < 2):
        raise UsageError(f"{address} is not complete: write {parts.scheme}://host/path")
    if (parts.username or "").startswith("-"):
        raise UsageError("the location has a user name that begins with a hyphen")
    return parts.scheme
