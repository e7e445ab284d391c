"""The files of one commit, and who may read them by its `.readers` files."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from wellread.errors import NotFoundError
from wellread.ingest.sources.git.history import is_plain, is_wanted, name_of
from wellread.ingest.sources.git.program import Git, GitFailedError, Objects
from wellread.ingest.sources.readers_file import READERS_FILE, told_readers
from wellread.records.people import Principal

_MAX_RULE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One file."""

    uri: str
    stamp: str
    size: int


@dataclass(slots=True)
class Tree:
    """What a commit holds."""

    files: list[File] = field(default_factory=list)
    """In git's order, that of the bytes of their paths."""
    rules: dict[str, frozenset[Principal]] = field(default_factory=dict)
    """By folder, the repository's own being an empty name; nobody where the `.readers` file is broken."""

    def readers(self, uri: str, usual: frozenset[Principal]) -> frozenset[Principal]:
        """What the nearest `.readers` file upward says, else `usual`."""
        for folder in PurePosixPath(uri).parents:
            name = "" if folder == PurePosixPath(".") else str(folder)
            if name in self.rules:
                return self.rules[name]
        return usual


def tree_of(git: Git, objects: Objects, commit: str, under: str, problems: list[str]) -> Tree:
    """The files under that path, or all, with the rules that hold for them; broken ones are added to `problems`.

    Links, submodules and hidden files are passed over. Raises NotFoundError when there is nothing under the path, and
    GitFailedError.
    """
    tree, is_there = Tree(), not under
    above = [str(folder / READERS_FILE) for folder in PurePosixPath(under).parents] if under else []
    asked = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--"]
    for record in git.records(*asked, *([under, *above] if under else [])):
        head, _, path = record.partition(b"\t")
        mode, _, stamp, size = head.split()
        uri = name_of(path)
        is_there = is_there or uri not in above
        if READERS_FILE in uri.split("/"):
            _take_rule(tree, objects, uri, (stamp.decode(), size) if is_plain(mode) else None, problems)
        elif is_wanted(uri) and is_plain(mode):
            tree.files.append(File(uri, stamp.decode(), _number(size)))
    if not is_there:
        raise NotFoundError(f"there is nothing under {under} in the commit {commit[:12]}: name another path")
    return tree


def _take_rule(
    tree: Tree, objects: Objects, uri: str, blob: tuple[str, bytes] | None, problems: list[str]
) -> None:
    """`blob` is the file's name and size; None where it is a link or a submodule."""
    parts = uri.split("/")
    at = parts.index(READERS_FILE)
    folder, name = "/".join(parts[:at]), "/".join(parts[: at + 1])

    def read() -> bytes:
        if blob is None or name != uri:
            raise OSError("it is no plain file")
        if _number(blob[1]) > _MAX_RULE_BYTES:
            raise OSError(f"it has {_number(blob[1]):,} bytes, the most is {_MAX_RULE_BYTES:,}")
        return objects.read(blob[0])

    if folder not in tree.rules:
        tree.rules[folder] = told_readers(name, read, problems)


def _number(size: bytes) -> int:
    try:
        return int(size)
    except ValueError:
        raise GitFailedError("a file of the tree is missing from the repository") from None
