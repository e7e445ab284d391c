"""Watching where it is difficult: locations that come and go, and systems that do not tell of changes."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from watching import Watched, wait_until

from wellread.ingest.sources.watch import tree as watch_tree
from wellread.ingest.sources.watch import watcher as watch
from wellread.ingest.sources.watch.tree import remote_file_system


def test_a_location_that_vanishes_and_comes_back_is_told_twice_and_watched_again(
    tmp_path: Path, folder: Path, watched: Watched
) -> None:
    assert watched.tells(lambda: shutil.rmtree(folder)) == {folder}
    assert watched.keeps_silent(lambda: None)

    def come_back() -> None:
        folder.mkdir()
        (folder / "a.txt").write_text("x")

    assert watched.tells(come_back) == {folder}
    assert watched.tells(lambda: (folder / "a.txt").write_text("y")) == {folder}


def test_a_location_that_is_renamed_or_replaced_is_followed_by_its_name(
    tmp_path: Path, folder: Path, watched: Watched
) -> None:
    assert watched.tells(lambda: folder.rename(tmp_path / "old")) == {folder}
    assert watched.keeps_silent(lambda: (tmp_path / "old" / "x").write_text("x"))
    assert watched.tells(lambda: (tmp_path / "old").rename(folder)) == {folder}
    assert watched.tells(lambda: (folder / "x").write_text("y")) == {folder}


def test_a_link_that_leads_elsewhere_now_is_a_change(tmp_path: Path, folder: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "current"
    other.mkdir()
    link.symlink_to(folder)
    with Watched(link) as watched:
        assert watched.tells(lambda: (folder / "x").write_text("x")) == {link}

        def turn() -> None:
            (tmp_path / "new").symlink_to(other)
            (tmp_path / "new").rename(link)

        assert watched.tells(turn) == {link}
        assert watched.tells(lambda: (other / "x").write_text("x")) == {link}


def test_a_single_file_is_watched_through_being_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    with Watched(path) as watched:

        def replace() -> None:
            (tmp_path / "new").write_text("two")
            (tmp_path / "new").rename(path)

        assert watched.tells(replace) == {path}
        assert watched.keeps_silent(lambda: (tmp_path / "other.txt").write_text("x"))
        assert watched.tells(lambda: (tmp_path / ".readers").write_text("everyone")) == {path}
        assert watched.tells(path.unlink) == {path}
        assert watched.tells(lambda: path.write_text("three")) == {path}


def test_a_name_that_is_not_utf8_does_not_end_the_watch(folder: Path) -> None:
    odd = os.fsencode(folder) + b"/caf\xe9"
    try:
        os.close(os.open(odd + b".txt", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system takes no such name")
    Path(os.fsdecode(odd + b".txt")).unlink()
    with Watched(folder, poll_seconds=0.1) as watched:
        assert watched.tells(Path(os.fsdecode(odd + b".txt")).touch) == {folder}
        assert watched.tells(lambda: (folder / "a.txt").write_text("x")) == {folder}
        assert watched.tells(Path(os.fsdecode(odd)).mkdir) == {folder}
        assert watched.tells(lambda: (folder / "b.txt").write_text("x")) == {folder}


# Looking again and again.


@pytest.fixture
def remote(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the folder were on a network file system."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"22 1 8:1 / / rw - ext4 /dev/x rw\n40 22 0:50 / {folder} rw shared:1 - nfs4 host:/docs rw\n"
    )
    monkeypatch.setattr(watch_tree, "MOUNTS", mounts)


@pytest.mark.usefixtures("remote")
def test_a_network_file_system_is_looked_at_and_people_are_told(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text("one")
    with Watched(folder, poll_seconds=0.1) as watched:
        assert "nfs4" in watched.sentences[0]
        assert "every 0.1 s" in watched.sentences[0]
        for act in (
            lambda: (folder / "sub" / "a.txt").write_text("three"),
            lambda: (folder / "sub" / "a.txt").chmod(0o600),
            lambda: (folder / "sub" / "a.txt").rename(folder / "sub" / "b.txt"),
            lambda: (folder / "sub" / ".readers").write_text("everyone"),
            lambda: (folder / "sub").rename(folder / "other"),
            lambda: shutil.rmtree(folder),
            folder.mkdir,
        ):
            assert watched.tells(act) == {folder}
        assert watched.keeps_silent(lambda: (folder / ".hidden").write_text("x"))
        assert len(watched.sentences) == 1


LIMITED = """
import sys, threading
from pathlib import Path
from wellread.ingest.sources.watch.watcher import changes
folder = Path(sys.argv[1])
sentences = []
taken = changes([folder], threading.Event(), say=sentences.append, poll_seconds=0.1)
next(taken)
(folder / "3" / "x.txt").write_text("x")
assert next(taken) == {folder}
print(sentences)
"""


@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_where_the_system_allows_no_more_watches_it_is_looked_at(folder: Path, limit: str) -> None:
    for number in range(20):
        (folder / f"{number}").mkdir()
    script = f'echo 5 > /proc/sys/user/{limit} && exec "$@"'
    if limit == "max_inotify_instances":
        script = script.replace("echo 5", "echo 0")
    confined = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*confined, script, "sh", "true"], check=False).returncode
    ):
        pytest.skip("no user namespace with limits of its own can be made here")
    done = subprocess.run(
        [*confined, script, "sh", sys.executable, "-c", LIMITED, str(folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "fs.inotify.max_user_watches" in done.stdout


def test_mounts_are_read_as_the_kernel_writes_them() -> None:
    mounts = (
        "22 1 8:1 / / rw,relatime - ext4 /dev/x rw\n"
        "40 22 0:50 / /srv/two\\040words rw shared:1 - cifs //host/docs rw\n"
        "41 40 0:51 / /srv/two\\040words/local rw - tmpfs none rw\n"
        "42 22 0:52 / /srv/box rw - fuse.sshfs host: rw\n"
        "43 22 0:53 / /srv/disk rw - fuseblk /dev/y rw\n"
        "nonsense\n"
    )
    found = {
        path: remote_file_system(Path(path), mounts)
        for path in (
            "/",
            "/srv/two words",
            "/srv/two words/x",
            "/srv/two words/local/x",
            "/srv/two",
            "/srv/disk/x",
        )
    }
    assert found == {
        "/": "cifs", "/srv/two words": "cifs", "/srv/two words/x": "cifs", "/srv/two words/local/x": None,
        "/srv/two": None, "/srv/disk/x": None,
    }  # fmt: skip
    assert remote_file_system(Path("/srv/box/x"), mounts) == "fuse.sshfs"
    assert remote_file_system(Path("/srv"), "") is None


def test_a_location_that_takes_long_to_look_at_is_looked_at_less_often(
    folder: Path, remote: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def slow(self: watch_tree.Tree, root: Path) -> bytes:
        looks.append(time.monotonic())
        time.sleep(0.1)
        return b"same"

    monkeypatch.setattr(watch_tree.Tree, "digest", slow)
    with Watched(folder, poll_seconds=0.01):
        wait_until(lambda: len(looks) == 2)
    assert looks[1] - looks[0] > 0.1 * watch._SHARE
