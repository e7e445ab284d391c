"""Folders whose readers come from the file system, with real files."""

import grp
import os
import pwd
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from synchronising import readers_listed

from wellread.catalogue import Catalogue
from wellread.errors import UsageError
from wellread.ingest.sources.folder.source import KIND, FolderSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()
ME = f"user:{pwd.getpwuid(os.geteuid()).pw_name}"
MINE = f"group:{grp.getgrgid(os.getegid()).gr_name}"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "documents"
    folder.mkdir()
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)


def put(path: Path, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.name)
    path.chmod(mode)
    return path


def source(root: Path, readers: frozenset[str] = STAFF) -> FolderSource:
    made = KIND.make(Place(location=str(root), readers=readers, options={"permissions": "mode"}))
    assert isinstance(made, FolderSource)
    return made


def test_readers_are_whom_the_file_system_lets_read(root: Path) -> None:
    put(root / "open.txt", 0o644)
    put(root / "shared.txt", 0o640)
    put(root / "private.txt", 0o600)
    put(root / "hr" / "open.txt", 0o644)
    (root / "hr").chmod(0o750)
    put(root / "mine" / "deep" / "open.txt", 0o644)
    (root / "mine" / "deep").chmod(0o755)
    (root / "mine").chmod(0o700)
    found, problem = readers_listed(source(root))
    assert found == {
        "open.txt": STAFF,
        "shared.txt": {MINE, ME},
        "private.txt": {ME},
        "hr/open.txt": {MINE, ME},
        "mine/deep/open.txt": {ME},
    }
    assert problem == ""


def test_without_the_option_the_mode_counts_for_nothing(root: Path) -> None:
    put(root / "private.txt", 0o600)
    for options in ({}, {"permissions": "off"}):
        made = KIND.make(Place(location=str(root), readers=STAFF, options=options))
        assert [item.readers for item in made.items()] == [STAFF]


def test_another_value_is_refused() -> None:
    with pytest.raises(UsageError, match="'acl': it is mode or off"):
        KIND.make(Place(location="/x", readers=STAFF, options={"permissions": "acl"}))


def test_a_readers_file_overrules_the_modes_below_it(root: Path) -> None:
    put(root / "hr" / "private.txt", 0o600)
    put(root / "hr" / "deep" / "private.txt", 0o600)
    put(root / "other" / "private.txt", 0o600)
    (root / "hr").chmod(0o700)
    (root / "hr" / ".readers").write_text("group:hr")
    found, _ = readers_listed(source(root))
    assert found == {
        "hr/private.txt": {"group:hr"},
        "hr/deep/private.txt": {"group:hr"},
        "other/private.txt": {ME},
    }


def test_a_broken_readers_file_is_not_answered_with_the_modes(root: Path) -> None:
    put(root / "hr" / "open.txt", 0o644)
    (root / "hr" / ".readers").write_text("groups:hr")
    found, problem = readers_listed(source(root))
    assert found == {"hr/open.txt": NOBODY}
    assert "groups:hr" in problem


def test_a_readers_file_that_is_a_pipe_is_not_waited_for(root: Path) -> None:
    put(root / "hr" / "open.txt", 0o644)
    os.mkfifo(root / "hr" / ".readers")
    found, problem = readers_listed(source(root))
    assert found == {"hr/open.txt": NOBODY}
    assert "no plain file" in problem


def test_a_single_file_is_asked_itself(root: Path) -> None:
    put(root / "private.txt", 0o600)
    assert readers_listed(source(root / "private.txt")) == ({"private.txt": frozenset({ME})}, "")


def test_what_is_for_nobody_by_its_mode_does_not_make_the_listing_incomplete(root: Path) -> None:
    put(root / "sealed.txt", 0o000)
    assert readers_listed(source(root)) == ({"sealed.txt": NOBODY}, "")


def test_an_open_file_of_a_source_without_readers_is_for_nobody_and_said(root: Path) -> None:
    put(root / "open.txt", 0o644)
    found, problem = readers_listed(source(root, NOBODY))
    assert found == {"open.txt": NOBODY}
    assert "nobody may read" in problem


def grant(path: Path, user: int, bits: int = 4) -> None:
    """An access control list that lets `user` read beside the owner, and nobody else."""
    nobody = 0xFFFFFFFF
    entries = [(0x01, 6, nobody), (0x02, bits, user), (0x04, 0, nobody), (0x10, 4, nobody), (0x20, 0, nobody)]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        os.setxattr(path, "system.posix_acl_access", value)
    except OSError as error:
        pytest.skip(f"this file system keeps no access control lists: {error.strerror}")


def test_a_real_list_lets_a_named_user_in_and_not_the_group_its_mask_shows(root: Path) -> None:
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid not in (0, os.geteuid()))
    path = put(root / "shared.txt", 0o600)
    grant(path, other.pw_uid)
    assert path.stat().st_mode & 0o777 == 0o640  # so the mode alone would say the group may
    assert readers_listed(source(root)) == ({"shared.txt": frozenset({ME, f"user:{other.pw_name}"})}, "")


def test_a_folder_whose_list_is_not_understood_closes_what_is_below(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root / "a.txt", 0o644)
    put(root / "odd" / "b.txt", 0o644)
    put(root / "odd" / "told" / "c.txt", 0o644)
    (root / "odd" / "told" / ".readers").write_text("everyone")
    listxattr = os.listxattr

    def odd(path: Path, **named: bool) -> list[str]:
        return ["system.nfs4_acl"] if path.name == "odd" else listxattr(path, **named)

    monkeypatch.setattr(os, "listxattr", odd)
    found, problem = readers_listed(source(root))
    assert found == {"a.txt": STAFF, "odd/b.txt": NOBODY, "odd/told/c.txt": frozenset({"everyone"})}
    assert "odd cannot be told" in problem


def test_a_mode_that_is_changed_reaches_the_catalogue_without_reading_again(
    root: Path, tmp_path: Path
) -> None:
    path = put(root / "pay.txt", 0o644)
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        knowledge = catalogue.knowledge
        knowledge.add_source("docs", "folder", str(root), STAFF, "ann")

        def readers() -> frozenset[str]:
            return knowledge.document(document_id("docs", "pay.txt")).readers

        synchronise(source(root), knowledge, name="docs", actor="ann")
        assert readers() == STAFF
        path.chmod(0o600)
        report = synchronise(source(root), knowledge, name="docs", actor="ann")
        assert (report.unchanged, readers()) == (1, {ME})
        root.chmod(0o700)
        path.chmod(0o644)
        synchronise(source(root), knowledge, name="docs", actor="ann")
        assert readers() == {ME}
