"""While a workspace watches, search soon sees what the folders hold."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from handbook import found

import wellread
from wellread.errors import NotFoundError
from wellread.flows.watch import Watching
from wellread.workspace import Workspace

SOON = 20.0


@pytest.fixture
def watched(filled: Workspace) -> Iterator[Workspace]:
    """A second opening of the workspace, while the first watches its folder in a thread."""
    stop = threading.Event()
    ready = threading.Event()

    def run() -> None:
        for _ in filled.watch(watching=Watching(stop=stop)):
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(SOON)
    with wellread.open(filled.root) as reader:
        yield reader
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive()


def until(reader: Workspace, question: str, wanted: set[str], person: str | None = None) -> None:
    """Waits for search to find exactly these documents."""
    ends = time.monotonic() + SOON
    while set(found(reader, question, person)) != wanted:
        assert time.monotonic() < ends, set(found(reader, question, person))
        time.sleep(0.02)


def test_new_changed_and_removed_files_are_seen(watched: Workspace, documents: Path) -> None:
    (documents / "new.md").write_text("The notice period of interns is one week.")
    until(watched, "notice period", {"leave.md", "travel.md", "new.md"})
    (documents / "leave.md").unlink()
    (documents / "new.md").rename(documents / "interns.md")
    until(watched, "notice period", {"travel.md", "interns.md"})


def test_a_permission_that_is_taken_back_is_seen(watched: Workspace, documents: Path) -> None:
    until(watched, "notice period", {"leave.md", "travel.md", "hr/pay.md"}, "ann")
    (documents / ".readers").write_text("user:bob")
    until(watched, "notice period", {"hr/pay.md"}, "ann")


def test_a_workspace_without_sources_has_nothing_to_watch(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no source yet"):
        next(workspace.watch())
