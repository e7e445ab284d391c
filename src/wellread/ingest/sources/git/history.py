"""What happened to the files of a repository, along the first parents: what was merged counts from its merge."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from wellread.errors import NotFoundError
from wellread.ingest.sources.folder.source import iso_time, printable
from wellread.ingest.sources.git.program import Git, GitFailedError
from wellread.ingest.sources.protocol import Version

_DIFF = ("--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")
_LOG = ("log", "--first-parent", "-m", "--root", "--no-show-signature", "--format=commit %H %ct", *_DIFF)
_EMPTY_TREE = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""Known to git without being stored, by the length of names."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One on the line of first parents."""

    identity: str
    seconds: int
    """When it was committed, since 1970."""


def is_wanted(path: str) -> bool:
    """Whether a file with that path is a document: neither it nor a folder on the way is hidden (`.git*` are)."""
    return not any(part.startswith(".") for part in path.split("/"))


def is_plain(mode: bytes) -> bool:
    """Whether an entry of a tree is a file, rather than a link, a submodule or nothing."""
    return mode.startswith(b"100")


def name_of(path: bytes) -> str:
    """A path as text; what is no UTF-8 in it is escaped."""
    return printable(path.decode("utf-8", "surrogateescape"))


def dates(git: Git, commit: str, under: str, wanted: set[str]) -> dict[str, str]:
    """When each of the `wanted` files became what it is in `commit`, all in one pass over the history."""
    found: dict[str, str] = {}
    with closing(git.records(*_LOG, commit, "--", *_below(under))) as records:
        for version in _read(records):
            if version.uri in wanted:
                found.setdefault(version.uri, version.modified)
                if len(found) == len(wanted):
                    break
    return found


def versions(git: Git, commit: str, under: str, since: str | None) -> Iterator[Version]:
    """Every version that the files of `commit` and those before it had, oldest first, after the commit `since`.

    Raises NotFoundError when `since` is not on the way to `commit`, GitFailedError.
    """
    if since is not None:
        check_since(git, commit, since)
    reached = commit if since is None else f"{since}..{commit}"
    yield from _read(git.records(*_LOG, "--reverse", reached, "--", *_below(under)))


def difference(git: Git, before: str | None, commit: Commit, under: str) -> Iterator[Version]:
    """What changed from one commit, or from nothing, to another, as versions of the later one."""
    earlier = _EMPTY_TREE[len(commit.identity)] if before is None else before
    records = git.records("diff-tree", "-r", *_DIFF, earlier, commit.identity, "--", *_below(under))
    yield from _read(records, commit)


def line_of(
    git: Git, commit: str, since: str | None = None, *, oldest_first: bool = False
) -> Iterator[Commit]:
    """`commit` and its first parents, down to but without `since`."""
    order = ["--reverse"] if oldest_first else []
    reached = commit if since is None else f"{since}..{commit}"
    for record in git.records("log", "--first-parent", "-z", "--format=%H %ct", *order, reached, "--"):
        identity, seconds = record.decode().split()
        yield Commit(identity, int(seconds))


def check_since(git: Git, commit: str, since: str) -> None:
    """Raises NotFoundError when `since` is not `commit` or one of its first parents."""
    if any(one.identity == since for one in line_of(git, commit)):
        return
    raise NotFoundError(
        f"the commit {since} is no longer in the history: take the versions from its beginning"
    )


def _below(under: str) -> list[str]:
    return [under] if under else []


def _read(records: Iterator[bytes], commit: Commit | None = None) -> Iterator[Version]:
    """The versions in what git writes with `_LOG`, or with `_DIFF` for one commit."""
    for record in records:
        line = record.removeprefix(b"\n")
        if line.startswith(b"commit "):
            _, identity, seconds = line.decode().split()
            commit = Commit(identity, int(seconds))
        elif line.startswith(b":") and commit is not None:
            modes, stamps = line[1:].split(b" ")[:2], line.split(b" ")[2:4]
            path = name_of(next(records, b""))
            was, is_now = map(is_plain, modes)
            only_mode = was and is_now and stamps[0] == stamps[1]
            if is_wanted(path) and (was or is_now) and not only_mode:
                modified = iso_time(commit.seconds * 1_000_000_000)
                yield Version(path, stamps[1].decode() if is_now else None, modified, commit.identity)
        else:
            raise GitFailedError("git wrote what it never writes about a history")
