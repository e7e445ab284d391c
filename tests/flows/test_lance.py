"""A workspace whose indexes are Lance datasets: in it, and on storage that imitates S3's."""

import subprocess
import sys
from pathlib import Path

import pytest
from handbook import FAKES, found

import wellread
from wellread.errors import BusyError
from wellread.flows.reindex import ReindexRequest
from wellread.workspace import KEPT, Workspace

pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")

from s3_server import ACCESS_KEY, SECRET_KEY
from s3_server import Storage as Server

pytest_plugins = ("s3_server",)


def beside_the_index_tests() -> Path:
    return Path(__file__).parents[1] / "index"


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set before the workspace is opened."""
    setting = "lance"
    if request.param == "bucket":
        server: Server = request.getfixturevalue("s3")
        setting = f"s3://{server.empty_bucket()}/team/knowledge"
        monkeypatch.setenv("WELLREAD_INDEX_ENDPOINT", server.endpoint)
        monkeypatch.setenv("WELLREAD_SECRET_INDEX", f"{ACCESS_KEY}:{SECRET_KEY}")
    monkeypatch.setenv("WELLREAD_INDEX", setting)
    return setting


@pytest.fixture
def kept(engine: str, workspace: Workspace, documents: Path) -> Workspace:
    assert workspace.settings.index == engine
    workspace.add(documents, readers="everyone")
    return workspace


def test_what_is_added_closed_and_removed_shows_in_the_next_search(kept: Workspace, documents: Path) -> None:
    assert not (kept.root / KEPT / "index").exists()
    assert set(found(kept, "notice period salary train")) == {"leave.md", "travel.md"}
    assert set(found(kept, "notice period salary train", "ann")) == {"leave.md", "travel.md", "hr/pay.md"}
    kept.catalogue.people.leave("ann", "hr")
    assert "hr/pay.md" not in found(kept, "salary of band C", "ann")
    kept.add_person("ann", ["hr"])
    (documents / ".readers").write_text("group:hr\n")
    kept.sync()
    assert found(kept, "notice period") == {}
    assert "leave.md" in found(kept, "notice period", "ann")
    (documents / "leave.md").unlink()
    kept.sync()
    assert "leave.md" not in found(kept, "notice period", "ann")
    assert kept.catalogue.outbox.last() == kept.index.position


def test_an_index_built_anew_holds_nothing_of_what_was_removed(kept: Workspace, documents: Path) -> None:
    (documents / "secret.md").write_text("The zanzibarite was sold.\n")
    kept.sync()
    assert "secret.md" in found(kept, "zanzibarite")
    (documents / "secret.md").unlink()
    kept.sync()
    assert found(kept, "zanzibarite").get("secret.md") is None
    kept.reindex(ReindexRequest(anew=True))
    sys.path.insert(0, str(beside_the_index_tests()))
    from lance_support import everything_told

    told = everything_told(kept.indexes._storage)  # type: ignore[attr-defined]
    assert "zanzibarite" not in told.words
    assert "annual leave" in told.words
    assert set(found(kept, "notice period")) >= {"leave.md"}
    kept.reindex(ReindexRequest(embedder="fake:32"))
    assert kept.reindex(ReindexRequest(back=True)).serving == "fake"
    assert kept.reindex(ReindexRequest(drop_former=True)).former is None
    assert set(found(kept, "notice period")) >= {"leave.md"}


def test_another_process_searches_what_was_synchronised(kept: Workspace) -> None:
    program = (
        "import sys, wellread\n"
        "with wellread.open(sys.argv[1]) as workspace:\n"
        "    for line in sys.stdin:\n"
        "        print(*(hit.passage.uri for hit in workspace.search('notice period').hits), flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(kept.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reading:
        assert reading.stdin is not None
        assert reading.stdout is not None

        def seen() -> set[str]:
            print(file=reading.stdin, flush=True)
            return set(reading.stdout.readline().split())  # type: ignore[union-attr]

        assert "leave.md" in seen()
        [leave] = kept.catalogue.knowledge.find("leave.md")
        kept.catalogue.knowledge.remove(leave.id, "t")
        assert "leave.md" not in seen()
        kept.reindex(ReindexRequest(embedder="fake:32"))
        assert "travel.md" in seen()
        reading.stdin.close()


def test_one_process_writes_at_a_time(kept: Workspace) -> None:
    with (
        kept.indexes.writer(),
        pytest.raises(BusyError, match="by process"),
        wellread.open(kept.root) as other,
    ):
        other.sync()


def test_a_workspace_that_changes_its_engine_keeps_nothing_of_the_former(
    workspace: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.add(documents, readers="everyone")
    for setting, mine, other in (("lance", "lance", "index"), ("", "index", "lance")):
        monkeypatch.setenv("WELLREAD_INDEX", setting)
        with wellread.open(workspace.root) as changed:
            changed.sync()
            assert "leave.md" in found(changed, "notice period")
            assert (changed.root / KEPT / mine).is_dir()
            assert not (changed.root / KEPT / other).exists()


def test_storage_that_does_not_answer_is_told_so(
    tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "far"
    root.mkdir()
    (root / "wellread.toml").write_text(f'{FAKES}index = "s3://nowhere/knowledge"\n')
    monkeypatch.setenv("WELLREAD_INDEX_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("WELLREAD_SECRET_INDEX", "key:hidden-secret")
    with wellread.open(root) as workspace, pytest.raises(wellread.WellreadError) as refused:
        workspace.add(documents)
    assert "s3://nowhere/knowledge" in str(refused.value)
    assert "hidden-secret" not in str(refused.value)
