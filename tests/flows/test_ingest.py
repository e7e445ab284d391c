"""From a folder to what search sees: the state of the folder, exactly, and at no needless cost."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from handbook import FAKES, PAY_QUESTION, TRAVEL, found

import wellread
from wellread.errors import NotFoundError, UsageError
from wellread.index.embedded import EmbeddedIndex
from wellread.ingest.parse.expand import Found
from wellread.ingest.parse.worker import Workers
from wellread.models.fakes import FakeEmbedder
from wellread.models.protocols import Vectors
from wellread.models.registry import OpenModels
from wellread.workspace import KEPT, Workspace


class CountingEmbedder(FakeEmbedder):
    """Remembers every text it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> CountingEmbedder:
    counting = CountingEmbedder()
    monkeypatch.setattr(OpenModels, "embedder", lambda models, name: counting)
    return counting


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Uris of the documents that were parsed."""
    uris: list[str] = []
    read = Workers.read

    def counting(workers: Workers, uri: str, data: bytes) -> Sequence[Found]:
        uris.append(uri)
        return read(workers, uri, data)

    monkeypatch.setattr(Workers, "read", counting)
    return uris


def test_what_is_added_is_found(workspace: Workspace, documents: Path) -> None:
    report = workspace.add(documents, readers="everyone")
    assert (report.source, report.added, report.failed) == ("handbook", 3, ())
    assert next(iter(found(workspace, "notice period"))) == "leave.md"
    assert set(found(workspace, "notice period", "ann")) == {"leave.md", "travel.md", "hr/pay.md"}


def test_search_sees_exactly_what_the_folder_holds_after_a_sync(filled: Workspace, documents: Path) -> None:
    (documents / "leave.md").write_text("# Leave\n\nThe notice period is six weeks, since May.\n")
    (documents / "travel.md").unlink()
    (documents / "it.md").write_text("# Help desk\n\nThe help desk answers at extension 4711.\n")
    [report] = filled.sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 1, 1)
    texts = found(filled, "notice period four six weeks train ticket help desk")
    assert set(texts) == {"leave.md", "it.md"}
    assert "six weeks" in texts["leave.md"]
    assert "four weeks" not in "".join(texts.values())


def test_a_document_removed_from_the_catalogue_is_gone_from_the_next_search(filled: Workspace) -> None:
    [leave] = filled.catalogue.knowledge.find("leave.md", None)
    filled.catalogue.knowledge.remove(leave.id, "operator")
    assert set(found(filled, "notice period")) == {"travel.md"}, "the catalogue disposes, the index lags"


def test_readers_that_a_file_takes_away_hold_after_the_next_sync(filled: Workspace, documents: Path) -> None:
    assert "leave.md" in found(filled, "notice period", "bob")
    (documents / ".readers").write_text("group:hr\n")
    [report] = filled.sync()
    assert report.unchanged == 3
    assert found(filled, "notice period", "bob") == {}
    assert "leave.md" in found(filled, "notice period", "ann")


def test_readers_changed_in_the_catalogue_hold_for_the_next_search(filled: Workspace) -> None:
    filled.search("anything")  # the reader is open, and its index will lag
    [leave] = filled.catalogue.knowledge.find("leave.md", None)
    filled.catalogue.knowledge.set_readers(leave.id, ["user:ann"], "operator")
    assert "leave.md" not in found(filled, "notice period", "bob")
    assert "leave.md" in found(filled, "notice period", "ann")


def test_somebody_who_joins_a_group_sees_its_documents_at_once(filled: Workspace) -> None:
    assert "hr/pay.md" not in found(filled, PAY_QUESTION, "bob")
    filled.add_person("bob", ["hr"])
    assert "hr/pay.md" in found(filled, PAY_QUESTION, "bob")
    filled.catalogue.people.leave("bob", "hr")
    assert "hr/pay.md" not in found(filled, PAY_QUESTION, "bob")


def test_the_process_that_reads_files_is_kept_until_the_workspace_is_closed(
    workspace: Workspace, documents: Path
) -> None:
    workspace.add(documents, readers="everyone")
    first = workspace._workers._child
    (documents / "leave.md").write_text("Employees have 30 days of annual leave.")
    workspace.sync()
    assert workspace._workers._child is first
    workspace.close()
    assert workspace._workers._child is None


def test_of_a_changed_page_only_the_changed_passages_are_embedded(
    workspace: Workspace, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    folder = tmp_path / "manual"
    folder.mkdir()
    parts = [
        f"## Part {part}\n\n" + f"Lamp {part} is cleaned with care each evening. " * 20 for part in range(6)
    ]
    (folder / "lamps.md").write_text("# Lamps\n\n" + "\n\n".join(parts))
    workspace.add(folder, readers="everyone")
    assert len(embedder.texts) == 6
    embedder.texts.clear()
    parts[2] = "## Part 2\n\nLamp 2 was broken by a gull. " + parts[2][12:]
    (folder / "lamps.md").write_text("# Lamps\n\n" + "\n\n".join(parts))
    workspace.sync()
    assert len(embedder.texts) == 1
    assert "broken by a gull" in embedder.texts[0]
    assert len(workspace.catalogue.knowledge.passage_keys()) == 6
    vector = FakeEmbedder().embed(["broken by a gull"])[0]
    assert len(workspace.searcher.index.search_vectors(vector, frozenset({"everyone"}), 20)) == 6


def test_unchanged_documents_are_neither_parsed_nor_embedded(
    workspace: Workspace, documents: Path, embedder: CountingEmbedder, parsed: list[str]
) -> None:
    workspace.add(documents)
    assert sorted(parsed) == ["hr/pay.md", "leave.md", "travel.md"]
    assert len(embedder.texts) == 3
    parsed.clear()
    embedder.texts.clear()
    workspace.add(documents)
    workspace.sync()
    (documents / "travel.md").write_text(TRAVEL)  # another date, the same bytes
    (documents / ".readers").write_text("group:hr\n")
    workspace.sync()
    assert (parsed, embedder.texts) == ([], [])
    (documents / "travel.md").write_text(TRAVEL.replace("120", "140"))
    workspace.sync()
    assert parsed == ["travel.md"]
    assert len(embedder.texts) == 1
    assert "140 euros" in embedder.texts[0]


def test_a_lost_index_is_rebuilt_by_the_next_sync(filled: Workspace) -> None:
    before = found(filled, "notice period", "ann")
    root = filled.root
    filled.close()
    shutil.rmtree(root / KEPT / "index")
    told: list[str] = []
    with wellread.open(root) as again:
        again.report = told.append
        assert found(again, "notice period", "ann") == {}
        assert any("wellread sync" in line for line in told), (
            "an empty index must not pass for empty documents"
        )
        [report] = again.sync()
        assert report.unchanged == 3
        assert found(again, "notice period", "ann") == before


def test_a_process_that_was_open_before_sees_what_another_changes(filled: Workspace, documents: Path) -> None:
    assert "four weeks" in found(filled, "notice period")["leave.md"]
    (documents / "leave.md").write_text("# Leave\n\nThe notice period is eight weeks.\n")
    (documents / "travel.md").unlink()
    program = "import sys, wellread\nwith wellread.open(sys.argv[1]) as workspace: workspace.sync()"
    subprocess.run([sys.executable, "-c", program, str(filled.root)], check=True, timeout=60)
    assert found(filled, "notice period") == {"leave.md": "The notice period is eight weeks."}


def test_a_source_whose_place_is_gone_keeps_its_documents_and_does_not_stop_the_others(
    filled: Workspace, documents: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "canteen.md").write_text("Lunch is served at noon.\n")
    filled.add(other)
    documents.rename(tmp_path / "unmounted")
    (other / ".readers").write_text("group:hr\n")
    reports = {report.source: report for report in filled.sync()}
    assert "does not exist" in reports["handbook"].failed[0].error
    assert "canteen.md" not in found(filled, "lunch", "bob")
    assert "leave.md" in found(filled, "notice period", "bob")
    with pytest.raises(NotFoundError, match="that it is mounted"):
        filled.sync("handbook")


def test_a_new_source_is_for_everyone_and_a_known_one_keeps_its_readers(
    workspace: Workspace, documents: Path
) -> None:
    workspace.add(documents, readers="group:hr")
    assert found(workspace, "notice period", "bob") == {}
    workspace.add(documents)
    assert found(workspace, "notice period", "bob") == {}
    workspace.add(documents, readers="everyone")
    assert set(found(workspace, "notice period", "bob")) == {"leave.md", "travel.md"}


def test_folders_of_one_name_become_two_sources(filled: Workspace, tmp_path: Path) -> None:
    second = tmp_path / "second" / "handbook"
    second.mkdir(parents=True)
    (second / "guests.md").write_text("Guests sign in at the gate.\n")
    assert filled.add(second).source == "handbook-2"
    assert filled.add(second).source == "handbook-2"
    with pytest.raises(UsageError, match="'handbook' is already"):
        filled.add(second, name="handbook")


def test_two_queries_over_one_database_become_two_sources(workspace: Workspace, tmp_path: Path) -> None:
    database = tmp_path / "wiki.db"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE pages (id, text)")
        made.execute("INSERT INTO pages VALUES ('leave', 'Notice periods are counted in weeks. Office ')")
    made.close()
    first, second = (
        {"query": f"SELECT {number} || id AS id, text || {number} AS text FROM pages"} for number in (1, 2)
    )
    for options in (first, second, {**first, "format": "markdown"}):
        workspace.add(f"sqlite:///{database}", options=options)
    known = {one.name: one.options["query"] for one in workspace.catalogue.knowledge.sources()}
    assert known == {"wiki.db": first["query"], "wiki.db-2": second["query"]}
    assert set(found(workspace, "notice periods")) == {"1leave", "2leave"}


def test_a_workspace_inside_its_own_documents_does_not_read_itself(tmp_path: Path) -> None:
    (tmp_path / "wellread.toml").write_text(FAKES)
    (tmp_path / "leave.md").write_text("The notice period is four weeks.\n")
    with wellread.open(tmp_path) as workspace:
        assert workspace.add(tmp_path).added == 1
        assert workspace.sync()[0].added == 0


def test_what_the_interrupted_run_left_is_indexed_even_if_its_source_is_gone(
    workspace: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr("wellread.ingest.executor.chunk", interrupted, raising=True)
        with pytest.raises(KeyboardInterrupt):
            workspace.add(documents)
    assert [job.state for job in workspace.catalogue.jobs.recent()] == ["failed"]
    with monkeypatch.context() as during:
        during.setattr(EmbeddedIndex, "apply", interrupted)  # committed, not indexed
        with pytest.raises(KeyboardInterrupt):
            workspace.add(documents)
    documents.rename(documents.with_name("gone"))
    workspace.sync()
    assert "leave.md" in found(workspace, "notice period")


def test_a_source_that_is_no_longer_asked_for_rightly_does_not_stop_the_others(
    workspace: Workspace, tmp_path: Path, documents: Path
) -> None:
    database = tmp_path / "notes.db"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE notes (uri TEXT, text TEXT)")
        made.execute("INSERT INTO notes VALUES ('one', 'The gate closes at ten.')")
    made.close()
    query = {"query": "SELECT uri, text FROM notes"}
    workspace.add(f"sqlite:///{database}", readers="everyone", name="a-notes", options=query)
    workspace.add(documents, readers="everyone", name="b-handbook")
    with sqlite3.connect(database) as made:
        made.execute("ALTER TABLE notes RENAME COLUMN text TO words")
    made.close()
    (documents / "leave.md").unlink()
    notes, handbook = workspace.sync()
    assert [one.uri for one in notes.failed] == [f"sqlite:///{database}"]
    assert handbook.removed == 1
    assert "one" in found(workspace, "gate")
