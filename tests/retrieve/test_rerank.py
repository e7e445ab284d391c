"""Hits that are read again: in which order they come, what is said of it, and what the reranker gets to see."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

import wellread
from wellread.errors import ModelError, SettingsError, UsageError
from wellread.records.people import EVERYONE
from wellread.retrieve.rerank import REREAD, Rereading
from wellread.retrieve.search import Found
from wellread.workspace import Workspace

FAKES = 'generator = "fake"\nembedder = "fake"\n'
GATES = [f"gate {number}" for number in range(8)]


class Liking:
    """Likes whatever holds a word, and remembers what it was shown."""

    name = "liking"

    def __init__(self, word: str) -> None:
        self._word = word
        self.shown: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.shown += texts
        return np.array([-5.0 + 3 * (self._word in text) for text in texts], np.float32)

    def close(self) -> None:
        pass


class Failing(Liking):
    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        raise ModelError("the server is asleep")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """It is only asked."""
    folder = tmp_path_factory.mktemp("rerank")
    (folder / "workspace").mkdir()
    (folder / "workspace" / "wellread.toml").write_text(FAKES)
    for where, names in {"open": GATES, "closed": ["secret gate"]}.items():
        (folder / where).mkdir()
        for name in names:
            (folder / where / f"{name}.md").write_text(f"# Gates\n\nThe {name} stands in the north wall.\n")
    with wellread.open(folder / "workspace") as opened:
        opened.add(folder / "open", readers="everyone")
        opened.add(folder / "closed", readers="group:hr")
        yield opened


def asked(workspace: Workspace, reranker: Liking | None, most: int = 20, limit: int = 10) -> Found:
    rereading = Rereading(reranker, most) if reranker else None
    searcher = replace(workspace.searcher, rereading=rereading)
    return searcher.search("Which gate is in the north wall?", frozenset([EVERYONE]), limit)


def uris(found: Found) -> list[str]:
    return [hit.passage.uri for hit in found.hits]


def test_what_the_reranker_likes_comes_first_and_the_signal_says_so(workspace: Workspace) -> None:
    last = uris(asked(workspace, None))[-1].removesuffix(".md")
    found = asked(workspace, Liking(last))
    assert uris(found)[0] == f"{last}.md"
    assert [hit.signals["reread"] for hit in found.hits] == [REREAD, *[0.0] * (len(GATES) - 1)]
    for hit in found.hits:
        assert hit.score == pytest.approx(sum(hit.signals.values()))
    assert uris(found)[1:] == [uri for uri in uris(asked(workspace, None)) if uri != f"{last}.md"]


def test_as_many_are_read_as_were_set_though_fewer_are_shown(workspace: Workspace) -> None:
    before = uris(asked(workspace, None))
    third = before[2].removesuffix(".md")
    reranker = Liking(third)
    assert uris(asked(workspace, reranker, most=3, limit=1)) == [before[2]]
    assert len(reranker.shown) == 3
    shown = asked(workspace, Liking(third), most=3)
    assert uris(shown) == [before[2], before[0], before[1], *before[3:]]
    assert ["reread" in hit.signals for hit in shown.hits] == [True] * 3 + [False] * (len(GATES) - 3)


def test_one_that_likes_all_alike_changes_nothing(workspace: Workspace) -> None:
    assert uris(asked(workspace, Liking("nowhere"))) == uris(asked(workspace, None))


def test_it_is_shown_nothing_that_the_reader_may_not_read(workspace: Workspace) -> None:
    reranker = Liking("secret")
    asked(workspace, reranker)
    assert len(reranker.shown) == len(GATES)
    assert not any("secret" in text for text in reranker.shown)


def test_where_it_fails_the_hits_come_as_they_were_found_and_it_is_said(workspace: Workspace) -> None:
    found = asked(workspace, Failing(""), limit=4)
    assert uris(found) == uris(asked(workspace, None))[:4]
    assert found.notes == (
        "in the order in which they were found, without the reranker: the server is asleep",
    )


@pytest.mark.parametrize("score", [np.nan, np.inf])
def test_a_score_that_is_no_number_orders_nothing_and_it_is_said(workspace: Workspace, score: float) -> None:
    reranker = Liking("gate")
    reranker.score = lambda _, texts: np.full(len(texts), score, np.float32)  # type: ignore[method-assign]
    found = asked(workspace, reranker)
    assert uris(found) == uris(asked(workspace, None))
    assert "the reranker liking gave a score that is no number" in found.notes[0]


def test_the_setting_names_it(workspace: Workspace) -> None:
    with wellread.open(workspace.root) as again:
        again.settings = replace(again.settings, reranker="fake")
        explained = again.explain("Which gate is in the north wall?", limit=2)
        assert all("reread" in hit.signals for hit in explained.found.hits)
    with wellread.open(workspace.root) as again:
        again.settings = replace(again.settings, reranker="/no/such/folder")
        with pytest.raises(UsageError, match="no reranker is called '/no/such/folder'"):
            again.search("gate")
    with pytest.raises(SettingsError, match="passages_reread is 201"):
        replace(workspace.settings, passages_reread=201)


def test_the_reason_tells_what_it_brought(workspace: Workspace) -> None:
    with wellread.open(workspace.root) as again:
        again.settings = replace(again.settings, reranker="fake")
        reasons = again.explain("Which gate 3 is in the north wall?", limit=1).reasons
        assert "the reranker, which read it again" in reasons[0]
