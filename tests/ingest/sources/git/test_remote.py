"""Repositories at a host: the copy that is kept of them, and what happens when host or copy fail."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from git_repositories import GitRepository, Remote, needs_git, texts
from source_contract import SourceContract

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, StorageError, UnreachableError, UsageError
from wellread.ingest.sources.git import mirror as git_mirror
from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Source
from wellread.ingest.sync import synchronise

pytestmark = needs_git

STAFF = frozenset({"group:staff"})


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.repository = GitRepository(tmp_path / "docs")
        self.cache = tmp_path / "cache"

    def open(self) -> Source:
        return GitSource(Place(location=self.repository.address, readers=STAFF, cache=self.cache))

    def write(self, name: str, data: bytes) -> None:
        self.repository.write(name, data)
        self.repository.commit()

    def remove(self, name: str) -> None:
        (self.repository.folder / name).unlink()
        self.repository.commit()

    def destroy(self) -> None:
        shutil.rmtree(self.repository.folder)

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: Source) -> None:
        """The copy still has it, so it is read as it was listed; what the copy has not is a reason."""
        item = next(item for item in source.items() if item.uri == "b.txt")
        self.remove("b.txt")
        assert source.read(item).data == b"beta"
        with pytest.raises(ParseError, match=r"b\.txt"):
            source.read(replace(item, stamp="0" * 40))


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


def test_the_copy_is_private_and_only_the_new_is_fetched(remote: Remote) -> None:
    remote.repository.commit(a="one")
    assert texts(remote.open()) == {"a": "one"}
    assert remote.cache.stat().st_mode & 0o777 == 0o700
    packs = set((remote.mirror / "objects" / "pack").glob("*.pack"))
    remote.repository.commit(b="two")
    assert texts(remote.open()) == {"a": "one", "b": "two"}
    assert packs < set((remote.mirror / "objects" / "pack").glob("*.pack"))


def test_a_copy_needs_a_folder(remote: Remote) -> None:
    remote.repository.commit(a="one")
    source = GitSource(Place(location=remote.repository.address, readers=STAFF))
    assert source.location == remote.repository.address
    with pytest.raises(UsageError, match="folder to keep its copy in"):
        list(source.items())


def test_a_folder_that_cannot_be_written_is_said(remote: Remote) -> None:
    remote.repository.commit(a="one")
    remote.cache.write_text("no folder")
    with pytest.raises(StorageError, match="cannot be written"):
        list(remote.open().items())


def test_force_pushed_renamed_and_deleted_branches_are_followed(remote: Remote) -> None:
    repository = remote.repository
    first = repository.commit(a="one")
    repository.git("branch", "side")
    repository.commit(a="two")
    repository.git("tag", "v1")
    assert texts(remote.open()) == {"a": "two"}
    assert texts(remote.open(ref="side")) == {"a": "one"}
    repository.git("reset", "--quiet", "--hard", first)
    repository.commit(a="rewritten")
    repository.git("tag", "--force", "v1")
    assert texts(remote.open()) == {"a": "rewritten"}
    assert texts(remote.open(ref="v1")) == {"a": "rewritten"}
    repository.git("branch", "--quiet", "--move", "side", "other")
    with pytest.raises(NotFoundError, match="has no side"):
        list(remote.open(ref="side").items())
    assert texts(remote.open(ref="other")) == {"a": "one"}
    # A branch where there was a folder of branches.
    repository.git("branch", "--quiet", "--move", "other", "other/deep")
    assert texts(remote.open(ref="other/deep")) == {"a": "one"}


def test_the_host_s_default_branch_is_followed(remote: Remote) -> None:
    remote.repository.commit(a="one")
    texts(remote.open())
    remote.repository.git("checkout", "--quiet", "-b", "next")
    remote.repository.commit(a="two")
    assert texts(remote.open()) == {"a": "two"}
    remote.repository.git("checkout", "--quiet", "--detach", "main")
    assert texts(remote.open()) == {"a": "one"}
    remote.repository.git("symbolic-ref", "HEAD", "refs/heads/gone")
    with pytest.raises(NotFoundError, match="HEAD"):
        list(remote.open().items())


def test_a_ref_that_is_neither_branch_nor_tag_is_brought(remote: Remote) -> None:
    remote.repository.commit(a="one")
    remote.repository.git("update-ref", "refs/pull/7/head", remote.repository.commit(a="two"))
    remote.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    assert texts(remote.open()) == {"a": "one"}
    assert texts(remote.open(ref="refs/pull/7/head")) == {"a": "two"}
    remote.repository.git("update-ref", "-d", "refs/pull/7/head")
    with pytest.raises(NotFoundError, match="refs/pull/7/head"):
        list(remote.open(ref="refs/pull/7/head").items())
    assert texts(remote.open()) == {"a": "one"}


def test_a_repository_that_is_gone_is_not_found_and_its_copy_does_not_stand_in(remote: Remote) -> None:
    remote.repository.commit(a="one")
    texts(remote.open())
    shutil.rmtree(remote.repository.folder)
    with pytest.raises(NotFoundError, match="no repository"):
        list(remote.open().items())


def test_an_empty_repository_and_one_with_longer_names_are_copied(tmp_path: Path, remote: Remote) -> None:
    assert texts(remote.open()) == {}
    longer = GitRepository(tmp_path / "longer", "--object-format=sha256")
    longer.commit(a="one")
    assert texts(remote.open(longer.address)) == {"a": "one"}
    remote.repository.commit(a="two")
    assert texts(remote.open()) == {"a": "two"}


def truncate_packs(mirror: Path) -> None:
    for pack in (mirror / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:-30])


def remove_packs(mirror: Path) -> None:
    shutil.rmtree(mirror / "objects" / "pack")


def empty_refs(mirror: Path) -> None:
    for path in [mirror / "packed-refs", *(mirror / "refs").rglob("*")]:
        if path.is_file():
            path.write_bytes(b"")


def spoil_configuration(mirror: Path) -> None:
    (mirror / "config").write_text("[core\nbroken")


def make_it_a_file(mirror: Path) -> None:
    shutil.rmtree(mirror)
    mirror.write_text("no folder")


def leave_locks(mirror: Path) -> None:
    for name in ("config.lock", "packed-refs.lock", "refs/heads/main.lock", "HEAD.lock", "shallow.lock"):
        (mirror / name).touch()
    (mirror / "objects" / "pack" / "tmp_pack_x").write_bytes(b"PACK half")
    (mirror / "objects" / "tmp_objdir-incoming-x").mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        truncate_packs, remove_packs, empty_refs, spoil_configuration, make_it_a_file, leave_locks,
        lambda mirror: (mirror / "HEAD").unlink(),
        lambda mirror: shutil.rmtree(mirror / "objects"),
        shutil.rmtree,
    ],
)  # fmt: skip
def test_a_damaged_copy_is_mended_or_made_anew(remote: Remote, damage: Callable[[Path], None]) -> None:
    remote.repository.commit(a="one", docs__b="two")
    texts(remote.open())
    damage(remote.mirror)
    remote.repository.commit(a="three")
    assert texts(remote.open()) == {"a": "three", "docs/b": "two"}
    assert not [path for path in remote.mirror.rglob("*") if path.suffix == ".lock" or "tmp_" in path.name]


def test_a_copy_that_is_damaged_after_the_listing_is_made_anew_while_reading(remote: Remote) -> None:
    remote.repository.commit(a="one", b="two")
    source = remote.open()
    first, second = source.items()
    remove_packs(remote.mirror)
    assert source.read(first).data == b"one"
    remove_packs(remote.mirror)
    source.close()
    with pytest.raises(ParseError, match="b cannot be read"):  # once is enough
        source.read(second)


def test_a_damaged_copy_of_a_host_that_is_gone_stays_a_matter_of_the_host(remote: Remote) -> None:
    remote.repository.commit(a="one")
    source = remote.open()
    (item,) = source.items()
    remove_packs(remote.mirror)
    shutil.rmtree(remote.repository.folder)
    with pytest.raises(UnreachableError, match="no repository"):
        source.read(item)


KILLED = """
import sys
from pathlib import Path
from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.kind import Place
list(GitSource(Place(location=sys.argv[1], readers=frozenset(), cache=Path(sys.argv[2]))).items())
"""


@pytest.mark.parametrize("with_git", [False, True], ids=["alone", "with its git"])
def test_after_a_kill_in_the_middle_of_a_clone_the_next_run_brings_everything(
    remote: Remote, with_git: bool
) -> None:
    for number in range(8):
        remote.repository.write(f"{number}.bin", os.urandom(1_000_000))
    remote.repository.commit(a="one")
    child = subprocess.Popen([sys.executable, "-c", KILLED, remote.repository.address, str(remote.cache)])
    try:
        until = time.monotonic() + 30
        while not list(remote.mirror.glob("objects/pack/tmp_pack*")):
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.001)
        doomed = [child.pid, *(descendants(child.pid) if with_git else [])]
        for pid in doomed:
            with suppress(ProcessLookupError):  # a child of it may have ended by itself in the meantime
                os.kill(pid, signal.SIGKILL)
    finally:
        child.kill()
        child.wait()
    source = remote.open(path="a")
    assert texts(source) == {"a": "one"}
    assert len(list(remote.open().items())) == 9
    assert not list(remote.mirror.glob("objects/pack/tmp_*"))


def descendants(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("this kernel does not tell the children of a process")
    children = [int(child) for child in listed.read_text().split()]
    return children + [deeper for child in children for deeper in descendants(child)]


@pytest.mark.skipif(shutil.which("flock") is None, reason="the program flock (util-linux) is not installed")
def test_a_copy_that_another_run_still_works_on_is_waited_for_and_then_left(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.repository.commit(a="one")
    texts(remote.open())
    holder = subprocess.Popen(["flock", str(remote.cache / "lock"), "cat"], stdin=subprocess.PIPE)
    try:
        while subprocess.run(["flock", "-n", remote.cache / "lock", "true"], check=False).returncode == 0:
            time.sleep(0.01)
        monkeypatch.setattr(git_mirror, "WAITING_SECONDS", 0.2)
        with pytest.raises(UnreachableError, match="earlier run"):
            list(remote.open().items())
    finally:
        holder.communicate()
    assert texts(remote.open()) == {"a": "one"}


def test_a_synchronisation_that_breaks_off_goes_on_the_next_time(
    remote: Remote, catalogue_file: Path
) -> None:
    remote.repository.commit(**{"a.txt": "one", "b.txt": "two"})
    with Catalogue.open(catalogue_file) as catalogue:
        knowledge = catalogue.knowledge
        knowledge.add_source("docs", "git", remote.repository.address, STAFF, "ann")
        source = remote.open()
        list(source.items())

        class Failing(GitSource):
            def read(self, item):  # type: ignore[no-untyped-def]
                if item.uri == "b.txt":
                    raise KeyboardInterrupt
                return super().read(item)

        place = Place(location=remote.repository.address, readers=STAFF, cache=remote.cache)
        with pytest.raises(KeyboardInterrupt):
            synchronise(Failing(place), knowledge, name="docs", actor="ann")
        report = synchronise(remote.open(), knowledge, name="docs", actor="ann")
        assert report.added + report.unchanged == 2
        assert not report.failed
        shutil.rmtree(remote.repository.folder)
        with pytest.raises(NotFoundError):
            synchronise(remote.open(), knowledge, name="docs", actor="ann")
        assert len(knowledge.states("docs")) == 2
