"""Folders as a source: what is listed, and who may read it."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from source_contract import SourceContract
from synchronising import readers_listed

from wellread.errors import NotFoundError, ParseError
from wellread.ingest.sources.folder.source import FolderSource
from wellread.ingest.sources.protocol import Source
from wellread.ingest.sources.readers_file import parse_readers

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "documents"
        self.folder.mkdir()

    def open(self) -> Source:
        return FolderSource(self.folder, STAFF)

    def write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def destroy(self) -> None:
        shutil.rmtree(self.folder)


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def readers(source: FolderSource) -> dict[str, frozenset[str]]:
    return {item.uri: item.readers for item in source.items()}


def test_files_of_a_folder_come_before_its_subfolders_in_the_order_of_names(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt", "a.txt", "z/a.txt", "c/b.txt", "c/a/x.txt")
    assert list(readers(FolderSource(tmp_path, STAFF))) == [
        "a.txt", "b.txt", "c/b.txt", "c/a/x.txt", "z/a.txt",
    ]  # fmt: skip


def test_a_single_file_is_a_source_of_one(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt")
    source = FolderSource(tmp_path / "a.txt", STAFF)
    (item,) = source.items()
    assert (item.uri, source.read(item).data) == ("a.txt", b"a.txt")


def test_a_single_file_heeds_the_readers_file_beside_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    (tmp_path / ".readers").write_text("user:ann")
    assert readers(FolderSource(tmp_path / "a.txt", STAFF)) == {"a.txt": frozenset({"user:ann"})}


def test_hidden_and_excluded_places_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", ".hidden.txt", ".git/b.txt", "workspace/catalogue.txt", "other/workspace/c.txt")
    source = FolderSource(tmp_path, STAFF, exclude=[tmp_path / "workspace"])
    assert set(readers(source)) == {"a.txt", "other/workspace/c.txt"}


def test_links_are_not_followed_but_their_targets_inside_are_listed_at_their_place(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    fill(root, "hr/pay.txt", "public/a.txt")
    fill(outside, "secret.txt")
    (root / "public" / "pay.txt").symlink_to(root / "hr" / "pay.txt")
    (root / "public" / "out.txt").symlink_to(outside / "secret.txt")
    (root / "public" / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    assert set(readers(FolderSource(root, STAFF))) == {"hr/pay.txt", "public/a.txt"}


def test_a_file_swapped_for_a_link_after_the_listing_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    fill(root, "a.txt", "sub/b.txt")
    fill(tmp_path, "secret.txt", "else/b.txt")
    source = FolderSource(root, STAFF)
    first, second = source.items()
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to(tmp_path / "secret.txt")
    shutil.rmtree(root / "sub")
    (root / "sub").symlink_to(tmp_path / "else")
    for item in (first, second):
        with pytest.raises(ParseError, match=item.uri):
            source.read(item)


def test_an_item_cannot_name_a_place_outside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    fill(root, "a.txt")
    fill(tmp_path, "secret.txt")
    source = FolderSource(root, STAFF)
    (item,) = source.items()
    for uri in ("../secret.txt", str(tmp_path / "secret.txt")):
        with pytest.raises(ParseError, match="outside"):
            source.read(replace(item, uri=uri))


def test_a_pipe_is_neither_listed_nor_waited_for(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    source = FolderSource(tmp_path, STAFF)
    (item,) = source.items()
    with pytest.raises(ParseError, match="plain file"):
        source.read(replace(item, uri="pipe.txt"))


def test_a_missing_location_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="gone"):
        list(FolderSource(tmp_path / "gone", STAFF).items())


def test_the_nearest_readers_file_upward_wins(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "hr/b.txt", "hr/deep/c.txt", "hr/open/d.txt")
    (tmp_path / "hr" / ".readers").write_text("# the department\ngroup:hr, user:ann  # and Ann\n")
    (tmp_path / "hr" / "open" / ".readers").write_text("everyone")
    hr = frozenset({"group:hr", "user:ann"})
    assert readers(FolderSource(tmp_path, STAFF)) == {
        "a.txt": STAFF, "hr/b.txt": hr, "hr/deep/c.txt": hr, "hr/open/d.txt": frozenset({"everyone"}),
    }  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"group:hr\ngroups:staff\n", b"", b"# nobody yet\n", b"\xff\xfe\x00", b"a b"]
)
def test_a_broken_readers_file_closes_its_folder_and_only_that(tmp_path: Path, content: bytes) -> None:
    fill(tmp_path, "a.txt", "hr/b.txt", "hr/deep/c.txt", "hr/open/d.txt", "z.txt")
    (tmp_path / "hr" / ".readers").write_bytes(content)
    (tmp_path / "hr" / "open" / ".readers").write_text("everyone")
    found, problem = readers_listed(FolderSource(tmp_path, STAFF))
    assert found == {
        "a.txt": STAFF, "z.txt": STAFF, "hr/b.txt": NOBODY, "hr/deep/c.txt": NOBODY,
        "hr/open/d.txt": frozenset({"everyone"}),
    }  # fmt: skip
    assert str(tmp_path / "hr" / ".readers") in problem


def test_the_line_of_a_broken_readers_file_is_named() -> None:
    with pytest.raises(ParseError, match=r"x/\.readers, line 3: 'groups:staff' is not a reader"):
        parse_readers("group:hr\n\ngroups:staff", "x/.readers")


def test_a_readers_file_that_is_a_dangling_link_or_a_folder_closes_its_folder(tmp_path: Path) -> None:
    fill(tmp_path, "one/a.txt", "two/b.txt")
    (tmp_path / "one" / ".readers").symlink_to(tmp_path / "gone")
    (tmp_path / "two" / ".readers").mkdir()
    found, problem = readers_listed(FolderSource(tmp_path, STAFF))
    assert found == {"one/a.txt": NOBODY, "two/b.txt": NOBODY}
    assert "one" in problem
    assert "two" in problem


def test_without_any_readers_nobody_may_read_and_the_listing_says_so(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    found, problem = readers_listed(FolderSource(tmp_path))
    assert found == {"a.txt": NOBODY}
    assert "nobody may read" in problem


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open everything")
def test_a_folder_that_may_not_be_listed_makes_the_listing_incomplete(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    try:
        found, problem = readers_listed(FolderSource(tmp_path, STAFF))
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert set(found) == {"a.txt"}
    assert "closed cannot be listed" in problem


def test_a_folder_that_cannot_be_listed_is_a_problem_not_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.txt", "closed/b.txt")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found, problem = readers_listed(FolderSource(tmp_path, STAFF))
    assert set(found) == {"a.txt"}
    assert "closed cannot be listed: Permission denied" in problem


def test_a_name_that_is_not_utf8_is_listed_printably_and_fails_alone(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    except OSError:
        pytest.skip("this file system takes no such name")
    source = FolderSource(tmp_path, STAFF)
    items = {item.uri: item for item in source.items()}
    assert set(items) == {"a.txt", "caf\\udce9.txt"}
    with pytest.raises(ParseError, match="cannot be read"):
        source.read(items["caf\\udce9.txt"])


def test_odd_dates_do_not_break_the_listing(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    os.utime(tmp_path / "a.txt", (10**9, -(10**9)))
    (item,) = FolderSource(tmp_path, STAFF).items()
    assert item.modified == "1938-04-24T22:13:20.000000+00:00"
