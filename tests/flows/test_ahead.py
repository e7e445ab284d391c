"""While a synchronisation goes on, search shows what is committed, and nothing is missing from it meanwhile."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from handbook import TRAVEL, found

from wellread.flows import ahead
from wellread.flows.ingest import Progress
from wellread.models.fakes import FakeEmbedder
from wellread.models.protocols import Vectors
from wellread.models.registry import OpenModels
from wellread.workspace import Workspace


class WatchedEmbedder(FakeEmbedder):
    """Calls somebody before it embeds texts."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[Sequence[str]], None] = lambda texts: None

    def embed(self, texts: Sequence[str]) -> Vectors:
        before, self.before = self.before, lambda texts: None  # a search embeds as well
        before(texts)
        self.before = before
        return super().embed(texts)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WatchedEmbedder:
    watched = WatchedEmbedder()
    monkeypatch.setattr(OpenModels, "embedder", lambda models, name: watched)
    return watched


def test_a_page_that_is_being_indexed_is_found_as_it_was(
    embedder: WatchedEmbedder, filled: Workspace, documents: Path
) -> None:
    shown = []
    changed = "# Leave\n\nThe notice period is six weeks, since May.\n"
    (documents / "leave.md").write_text(changed)

    def look(texts: Sequence[str]) -> None:
        if any("six weeks" in text for text in texts):
            shown.append(found(filled, "notice period")["leave.md"])

    embedder.before = look
    filled.sync()
    assert len(shown) == 1
    assert "six weeks" not in shown[0]
    assert "six weeks" in found(filled, "notice period")["leave.md"]


def test_what_is_read_first_is_found_before_the_rest_is_read(
    workspace: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "FOUND_AT_ONCE", 1)
    seen = []

    def look(done: int, total: int, uri: str) -> None:
        seen.append(len(found(workspace, "notice period train ticket salary", "ann")))

    workspace.add(documents, readers="everyone", progress=Progress(reading=look))
    assert seen == [0, 1, 2, 3]


def test_readers_that_are_given_hold_before_changed_contents_are_read(
    filled: Workspace, documents: Path
) -> None:
    assert "hr/pay.md" not in found(filled, "salary bands")
    (documents / "travel.md").write_text(f"{TRAVEL}\nBook early.\n")
    seen = []

    def look(done: int, total: int, uri: str) -> None:
        seen.append("hr/pay.md" in found(filled, "salary bands"))

    (documents / "hr" / ".readers").write_text("everyone\n")
    filled.sync(progress=Progress(reading=look))
    assert seen[0]
