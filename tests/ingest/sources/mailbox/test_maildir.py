"""A folder with a file for each message."""

import mailbox as standard
import os
from pathlib import Path

import pytest
from mailbox_source import collect, message, open_at, sync
from synchronising import counts

from wellread.catalogue import Catalogue
from wellread.errors import ParseError
from wellread.ingest.sources.mailbox import maildir


def test_marking_a_message_is_no_change(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "new" / "1.m.host").write_bytes(message("a"))
    (path / "tmp" / "2.m.host").write_bytes(message("half"))
    (path / "cur" / ".hidden").write_bytes(message("hidden"))
    assert counts(sync(path, catalogue)[0]) == (1, 0, 0, 0, 0)
    (path / "new" / "1.m.host").rename(path / "cur" / "1.m.host:2,S")
    report, reads = sync(path, catalogue)
    assert (counts(report), reads) == ((0, 0, 0, 1, 0), [])
    (path / "cur" / "1.m.host:2,S").rename(path / "cur" / "1.m.host:2,ST")
    assert counts(sync(path, catalogue)[0]) == (0, 0, 1, 0, 0)


def test_a_message_that_is_marked_between_listing_and_reading_is_found(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "new" / "1.m.host").write_bytes(message("a"))
    source = open_at(path)
    (item,) = source.items()
    (path / "new" / "1.m.host").rename(path / "cur" / "1.m.host:2,S")
    assert source.read(item).data == message("a")
    (path / "cur" / "1.m.host:2,S").write_bytes(message("b"))
    with pytest.raises(ParseError, match="no longer"):
        source.read(item)


def test_a_message_that_is_marked_while_it_is_listed_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    for number in range(3):
        (path / "cur" / f"{number}.host:2,").write_bytes(message(f"m{number}"))
    renamed = {"1.host:2,": "1.host:2,S", "2.host:2,": "2.host:2,T", "0.host:2,": None}
    real = maildir.opened

    def renaming(file: Path) -> object:
        new = renamed.pop(file.name, file.name)
        if new is None:
            file.unlink()
        else:
            file.rename(file.with_name(new))
        return real(file)

    monkeypatch.setattr(maildir, "opened", renaming)
    assert collect(open_at(path)) == (["m1@example.org"], "")


def test_a_folder_that_never_rests_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "cur" / "0.host:2,").write_bytes(message("a"))
    scandir = os.scandir

    def arriving(folder: Path) -> object:
        entries = list(scandir(folder))
        os.utime(folder)
        return entries

    monkeypatch.setattr(os, "scandir", arriving)
    found, problem = collect(open_at(path))
    assert found == ["a@example.org"]
    assert "changes faster" in problem


def test_what_cannot_be_read_is_a_problem_and_no_link_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (tmp_path / "secret").write_bytes(message("secret"))
    (path / "cur" / "0.host:2,").symlink_to(tmp_path / "secret")
    (path / "cur" / "1.host:2,").mkdir()
    os.mkfifo(path / "cur" / "2.host:2,")
    (path / "cur" / "3.host:2,").write_bytes(message("a"))
    found, problem = collect(open_at(path))
    assert found == ["a@example.org"]
    assert [line for line in problem.splitlines() if "cannot be read" in line] == problem.splitlines()
    assert len(problem.splitlines()) == 3


def test_when_a_message_arrived_is_its_file_s_date(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "cur" / "0.host:2,").write_bytes(message("a"))
    os.utime(path / "cur" / "0.host:2,", (0, 1_700_000_000))
    (item,) = open_at(path).items()
    assert item.modified == "2023-11-14T22:13:20+00:00"
