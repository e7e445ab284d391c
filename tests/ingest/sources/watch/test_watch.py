"""Watching: every change is told, soon and together."""

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from watching import Watched, wait_until

from wellread.ingest.sources.watch import tree as watch_tree
from wellread.ingest.sources.watch.watcher import changes


def test_the_first_set_names_every_location_once_they_are_watched(tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with Watched(folder, other, folder, tmp_path / "gone") as watched:
        assert watched.sets[0][1] == {folder, other, tmp_path / "gone"}
        assert watched.keeps_silent(lambda: None)


def test_every_kind_of_change_to_a_file_is_told(folder: Path, watched: Watched) -> None:
    path = folder / "a.txt"
    for act in (
        lambda: path.write_text("one"),
        lambda: path.write_text("two"),
        lambda: path.chmod(0o600),
        lambda: path.rename(folder / "b.txt"),
        lambda: (folder / ".readers").write_text("everyone"),
        (folder / "b.txt").unlink,
    ):
        assert watched.tells(act) == {folder}


def test_reading_and_what_no_source_lists_is_no_change(tmp_path: Path) -> None:
    folder, own = tmp_path / "docs", tmp_path / "docs" / "workspace"
    outside = tmp_path / "outside"
    for one in (own, folder / ".git", outside):
        one.mkdir(parents=True)
    (folder / "a.txt").write_text("one")
    (folder / "link").symlink_to(outside)

    def act() -> None:
        (folder / "a.txt").read_text()
        list(os.walk(folder))
        (folder / ".git" / "x").write_text("x")
        (folder / ".hidden").write_text("x")
        (folder / ".folder").mkdir()
        (own / "catalogue.db").write_text("x")
        (own / "deep").mkdir()
        (outside / "x").write_text("x")

    with Watched(folder, exclude=[own]) as watched:
        assert watched.keeps_silent(act)
        assert watched.tells(lambda: (folder / "a.txt").write_text("two")) == {folder}


def test_only_the_location_that_changed_is_told(tmp_path: Path, folder: Path) -> None:
    other, inner = tmp_path / "docs2", folder / "inner"
    other.mkdir()
    inner.mkdir()
    with Watched(folder, other, inner) as watched:
        assert watched.tells(lambda: (other / "x").write_text("x")) == {other}
        assert watched.tells(lambda: (folder / "x").write_text("x")) == {folder}
        watched.settle()
        before = watched.count
        (inner / "x").write_text("x")
        wait_until(lambda: watched.next(before) == {folder, inner})


def test_new_folders_are_watched_however_deep_and_fast_they_come(folder: Path, watched: Watched) -> None:
    for number in range(3):
        deep = folder / f"{number}" / "b" / "c" / "d"
        watched.tells(lambda deep=deep: deep.mkdir(parents=True))
        assert watched.tells(lambda deep=deep: (deep / "x.txt").write_text("x")) == {folder}
    (folder / "1").rename(folder / "one")
    assert watched.tells(lambda: (folder / "one" / "b" / "c" / "y.txt").write_text("y")) == {folder}
    shutil.rmtree(folder / "2")
    (folder / "2").mkdir()
    assert watched.tells(lambda: (folder / "2" / "z.txt").write_text("z")) == {folder}


def test_what_was_moved_out_is_no_longer_watched(tmp_path: Path, folder: Path) -> None:
    (folder / "sub").mkdir()
    with Watched(folder) as watched:
        watched.tells(lambda: (folder / "sub").rename(tmp_path / "out"))
        assert watched.keeps_silent(lambda: (tmp_path / "out" / "x").write_text("x"))


def test_a_burst_is_told_together_when_it_is_over(folder: Path, watched: Watched) -> None:
    def act() -> None:
        for number in range(10):
            (folder / f"{number}.txt").write_text("x")
            time.sleep(0.005)

    watched.settle()
    before = watched.count
    watched.tells(act)
    watched.settle()
    assert watched.count - before <= 2  # two where the machine stood still in the middle


def test_a_burst_without_end_is_told_while_it_goes_on(folder: Path, watched: Watched) -> None:
    def write() -> None:
        while not over.is_set():
            (folder / "growing.log").write_text(str(time.monotonic()))
            time.sleep(0.005)

    watched.settle()
    before = watched.count
    over = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: watched.count >= before + 3)
    finally:
        over.set()
        writer.join()
    moments = [moment for moment, _ in watched.sets[before : before + 3]]
    apart = (moments[2] - moments[0]) / 2
    assert apart > 0.3, "it was not told together"


def test_thousands_of_events_lose_nothing(folder: Path, watched: Watched) -> None:
    watched.settle()
    before = watched.count
    for number in range(50):
        part = folder / f"{number}"
        part.mkdir()
        for name in range(60):
            (part / f"{name}.txt").touch()
    watched.next(before)
    watched.settle()
    assert watched.count - before < 50
    for number in (0, 49):
        last = folder / f"{number}" / "last.txt"
        assert watched.tells(lambda last=last: last.write_text("x")) == {folder}


def test_stopping_ends_it_soon(folder: Path) -> None:
    with Watched(folder) as watched:
        began = time.monotonic()
        watched.stop.set()
        watched._thread.join(5)
        assert time.monotonic() - began < 3
    assert watched.error is None


def test_whoever_stops_taking_ends_its_threads(folder: Path) -> None:
    before = threading.active_count()
    taken = changes([folder], threading.Event())
    next(taken)
    taken.close()
    wait_until(lambda: threading.active_count() <= before)


def test_what_breaks_in_a_watcher_is_raised_where_changes_are_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: watch_tree.Tree, root: Path) -> set[str]:
        raise LookupError("broken")

    monkeypatch.setattr(watch_tree.Tree, "folders", broken)
    with pytest.raises(LookupError, match="broken"), Watched(folder):
        pass
