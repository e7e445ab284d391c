"""A Git repository: the files of one branch, tag or commit, here or at a host.

    refresh the copy of a remote one -> find the commit -> its tree, `.readers` files and dates -> blobs on demand

What is listed is one commit, whole: what comes in while it is read counts the next time.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.git.history import (
    Commit,
    check_since,
    dates,
    difference,
    line_of,
    versions,
)
from wellread.ingest.sources.git.location import check_name, check_path, is_git, parse_location
from wellread.ingest.sources.git.program import Git, GitFailedError, Objects, check_version
from wellread.ingest.sources.git.repository import reached
from wellread.ingest.sources.git.signatures import settings_for, vouches_for
from wellread.ingest.sources.git.tree import tree_of
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.protocol import Content, Item, UnvouchedError, Version
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.signers import Signers

_LARGE_FILE = b"version https://git-lfs.github.com/spec/v1\n"
_MOST_SIGNATURES = 1000
"""Of others that are looked at before it is said that nobody of the signers signed."""

_IDENTITY = re.compile(r"[0-9a-f]{7,64}")
_Result = TypeVar("_Result")


class GitSource:
    """Lists the files at a ref, and knows their earlier versions.

    Readers of a file are those of the nearest `.readers` file upward in the same commit, up to the repository's root;
    where there is none, the source's. Raises UsageError for a location or an option that may not be so.
    """

    def __init__(self, place: Place, *, sleep: Callable[[float], None] = time.sleep) -> None:
        where = parse_location(place.location)
        self._readers = place.readers
        self._where = where.written
        self._ref = check_name("ref", place.options.get("ref", "HEAD"))
        self._path = check_path(place.options.get("path", ""))
        signers = place.options.get("signers")
        self._signers = None if signers is None else Signers(signers)
        self._grounds = self._signers.grounds() if self._signers else ""
        # Branches and tags are brought anyway.
        self._also = self._ref if re.match(r"refs/(?!heads/|tags/)", self._ref) else ""
        self._repository = reached(where, place, sleep)
        self._objects: Objects | None = None
        self._commit: str | None = None

    @property
    def location(self) -> str:
        """The absolute path of a local one, else the address as it was written."""
        return self._where

    @property
    def memory(self) -> Mapping[str, Any]:
        """Nothing: the copy is kept in the folder for it, and every listing is complete."""
        return {}

    def items(self) -> Iterator[Item]:
        """Every file, in the order of the bytes of paths.

        Raises NotFoundError when the repository, the ref or the path in it is gone, UnreachableError when the remote
        does not answer or lets us not in, and after the last item ParseError: broken `.readers` files, or newer
        commits than the one taken that nobody of the signers signed (UnvouchedError, as always with signers).
        """
        problems: list[str] = []
        try:
            items = self._whole(lambda: self._listing(problems))
        except GitFailedError as failed:
            raise self._damaged(failed) from None
        yield from items
        if problems and self._signers:
            raise UnvouchedError("\n".join(problems), self._grounds)
        if problems:
            raise ParseError("\n".join(problems))

    def read(self, item: Item) -> Content:
        """The file's bytes as they were listed, whatever the branch holds by now.

        Raises ParseError: too large, kept elsewhere by Git LFS, or no longer in the repository.
        """
        if item.size > MAX_BYTES:
            raise ParseError(f"{item.uri} has {item.size:,} bytes, the most is {MAX_BYTES:,}: split it")
        return self._content(item.uri, item.stamp)

    def versions(self, since: str | None = None) -> Iterator[Version]:
        """Every version that every file had, oldest commit first, after the commit `since`.

        It goes along the first parents, so that what was merged counts from its merge, and ends with the commit that
        was listed, or is there now if nothing was. With signers only signed commits count, each with all that came
        since the last one before it.
        Raises NotFoundError when `since` is no longer in that history, and otherwise as `items`.
        """
        try:
            commit = self._commit or self._whole(lambda: self._found([]))
            if commit is None:
                return
            if self._signers is None:
                yield from versions(self._git(), commit, self._path, since)
            else:
                yield from self._signed_versions(self._signers, commit, since)
        except GitFailedError as failed:
            raise self._damaged(failed) from None

    def read_version(self, version: Version) -> Content:
        """The bytes that a file had. Raises ParseError, also for one that its commit took away."""
        if version.stamp is None:
            raise ParseError(f"{version.uri} was taken away by the commit {version.commit}")
        return self._content(version.uri, version.stamp)

    def close(self) -> None:
        """End the process that reads."""
        if self._objects is not None:
            self._objects.close()
        self._objects = None

    def _listing(self, problems: list[str]) -> list[Item]:
        problems.clear()
        self._commit = commit = self._found(problems)
        if commit is None:
            return []
        git = self._git()
        tree = tree_of(git, self._contents(), commit, self._path, problems)
        when = dates(git, commit, self._path, {file.uri for file in tree.files})
        items = []
        for file in tree.files:
            readers = tree.readers(file.uri, self._readers)
            if readers == NOBODY and not problems:
                problems.append(
                    f"nobody may read {file.uri}: name readers when adding the source, or write a .readers file"
                )
            modified = when.get(file.uri, "1970-01-01T00:00:00.000000+00:00")
            items.append(
                Item(
                    uri=file.uri,
                    modified=modified,
                    size=file.size,
                    readers=readers,
                    stamp=file.stamp,
                    grounds=self._grounds,
                )
            )
        return items

    def _found(self, problems: list[str]) -> str | None:
        """The commit to list: None in a repository without any, or where none is signed as it must be."""
        check_version()
        self._repository.refresh(self._also)
        commit = self._resolved()
        if commit is None or self._signers is None:
            return commit
        newest = self._newest_signed(self._signers, commit)
        if newest is None:
            problems.append(f"no commit of {self._ref} is signed by one of the signers: nothing is taken")
        elif newest != commit:
            problems.append(
                f"{self._ref} is at {commit[:12]}, which none of the signers signed: its newest signed commit "
                f"{newest[:12]} is taken, and what is gone since is not removed unless the signers are others now"
            )
        return newest

    def _resolved(self) -> str | None:
        git = self._git()
        name = self._repository.head if self._ref == "HEAD" else self._ref
        verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        try:
            identity = git.run(*verify, name).decode().strip()
        except GitFailedError:
            if self._ref == "HEAD" and not git.run("for-each-ref", "--count=1", "refs/heads", "refs/tags"):
                return None
            raise NotFoundError(
                f"{self._where} has no {self._ref}: name a branch, tag or commit as ref"
            ) from None
        try:
            return git.run(*verify, f"{identity}^{{commit}}").decode().strip()
        except GitFailedError:
            if _IDENTITY.fullmatch(self._ref):
                raise NotFoundError(f"{self._where} has no commit {self._ref}: name another ref") from None
            raise

    def _newest_signed(self, signers: Signers, commit: str) -> str | None:
        git, tried = self._git(), 0
        for one in line_of(git, commit):
            if self._has_signature(one):
                if vouches_for(signers, git, one.identity):
                    return one.identity
                tried += 1
            if tried == _MOST_SIGNATURES:
                break
        return None

    def _has_signature(self, commit: Commit) -> bool:
        return b"\ngpgsig" in self._contents().read(commit.identity, "commit").partition(b"\n\n")[0]

    def _signed_versions(self, signers: Signers, commit: str, since: str | None) -> Iterator[Version]:
        git = self._git()
        if since is not None:
            check_since(git, commit, since)
        before = since
        for one in line_of(git, commit, since, oldest_first=True):
            if self._has_signature(one) and vouches_for(signers, git, one.identity):
                yield from difference(git, before, one, self._path)
                before = one.identity

    def _content(self, uri: str, stamp: str) -> Content:
        try:
            data = self._whole(lambda: self._contents().read(stamp))
        except GitFailedError as failed:
            raise ParseError(f"{uri} cannot be read: {failed}") from None
        except NotFoundError as error:
            raise UnreachableError(str(error)) from None
        if data.startswith(_LARGE_FILE) and len(data) < 1024:
            raise ParseError(
                f"{uri} is kept elsewhere by Git LFS, which is not asked: add it by another source"
            )
        return Content(data, uri)

    def _whole(self, work: Callable[[], _Result]) -> _Result:
        """What `work` gives. When it shows that a copy is damaged, that is replaced, once, and it is tried again."""
        try:
            return work()
        except GitFailedError:
            self.close()
            if not self._repository.renew(self._also):
                raise
        return work()

    def _damaged(self, failed: GitFailedError) -> UnreachableError:
        return UnreachableError(f"{self._where} is damaged, or not complete: {failed}")

    def _git(self) -> Git:
        settings = settings_for(self._signers) if self._signers else None
        return Git(self._repository.repository, settings=settings)

    def _contents(self) -> Objects:
        if self._objects is None:
            self._objects = Objects(self._git())
        return self._objects


KIND = Kind(
    GitSource,
    options={
        "ref": "the branch, tag or commit whose files are taken; HEAD if nothing is said",
        "path": "the folder or file in it, such as docs/manual; everything if nothing is said",
        "signers": "an allowed-signers file for ssh signatures, or OpenPGP fingerprints with commas between: only "
        "commits that one of them signed are taken",
        "key": "the file of the private key for ssh; those that ssh finds if nothing is said",
        "known_hosts": "the file with the host's public key for ssh; those that ssh finds if nothing is said",
    },
    recognises=is_git,
)
