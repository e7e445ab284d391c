"""The workspace opens what is needed when it is needed, and holds people to what they may do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import wellread
from wellread import settings
from wellread.errors import BusyError, NotAllowedError, NotFoundError, RefusedError, UsageError
from wellread.flows.compare import choose
from wellread.index.embedded import EmbeddedIndex
from wellread.parts import KEPT
from wellread.records.learning import Adapter, AdapterState, Context, DatasetVersion, Example, GateResult
from wellread.records.people import Audience
from wellread.workspace import Workspace

FAKES = 'generator = "fake"\nembedder = "fake"\n'
HR = Audience.of(["group:hr"])


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "wellread.toml").write_text(FAKES)
    with wellread.open(tmp_path) as opened:
        opened.add_person("ann", ["hr"])
        opened.add_person("bob")
        yield opened


@pytest.fixture
def documents(workspace: Workspace) -> Path:
    folder = workspace.root / "pages"
    folder.mkdir()
    (folder / "leave.md").write_text("The notice period is four weeks.\n")
    return folder


def adapter(
    identity: str, *, state: AdapterState = "candidate", passed: bool = True, base: str = ""
) -> Adapter:
    return Adapter(
        id=identity,
        state=state,
        method="lora",
        base="fake",
        base_digest=base,
        dataset="dst_hr",
        audience=HR,
        path="/nowhere.gguf",
        digest="0" * 64,
        refuse_above=0.5,
        gates=(GateResult(gate="gain", passed=passed, value=0.0, limit=0.0),),
    )


def test_init_makes_a_workspace_and_leaves_an_existing_one_as_it_is(tmp_path: Path) -> None:
    with wellread.init(tmp_path / "new" / "place") as made:
        assert settings.read(made.root, {}) == wellread.Settings()
    (made.root / "wellread.toml").write_text(FAKES)
    with wellread.init(made.root) as again:
        assert again.settings.generator == "fake"
    with pytest.raises(UsageError, match="is a file: a workspace is a folder"):
        wellread.init(made.root / "wellread.toml")


def test_opening_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "wellread.toml").write_text(FAKES)
    with wellread.open(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["wellread.toml"]
    with pytest.raises(NotFoundError, match="wellread init"):
        wellread.open(tmp_path / "elsewhere")


def test_closing_twice_is_harmless_and_ends_its_use(workspace: Workspace, documents: Path) -> None:
    workspace.add(documents)
    workspace.search("notice")
    workspace.close()
    workspace.close()
    with pytest.raises(UsageError, match="closed"):
        workspace.search("notice")


def test_one_process_writes_at_a_time_and_the_other_is_told_which(
    workspace: Workspace, documents: Path
) -> None:
    workspace.add(documents)
    folder = workspace.root / KEPT / "index" / "fake-64"
    with EmbeddedIndex.open(folder, 64, writable=True), pytest.raises(BusyError, match=r"by process \d+"):
        workspace.sync()
    assert workspace.search("notice period").hits
    assert workspace.sync()[0].unchanged == 1


def test_another_embedder_in_the_settings_is_told_and_the_former_goes_on_answering(
    workspace: Workspace, documents: Path
) -> None:
    workspace.add(documents)
    (workspace.root / "wellread.toml").write_text(FAKES.replace('embedder = "fake"', 'embedder = "fake:32"'))
    with wellread.open(workspace.root) as other:
        told: list[str] = []
        other.report = told.append
        assert other.search("notice period").hits
        assert "wellread reindex" in told[0]
        (documents / "more.md").write_text("The notice period of interns is one week.\n")
        assert other.sync()[0].added == 1
        assert other.search("interns").hits
        assert other.embedder.dimensions == 64


def test_a_model_is_opened_once_however_often_it_is_named(workspace: Workspace) -> None:
    held = workspace.principals(None)
    assert workspace.reader(held, model="fake").generator is workspace.generator
    remote = "openai:some@http://localhost:1/v1"
    assert workspace.reader(held, model=remote).generator is workspace.reader(held, model=remote).generator


def test_nobody_in_particular_holds_what_everyone_does(workspace: Workspace) -> None:
    assert workspace.principals(None) == {"everyone"}
    assert workspace.principals("ann") == {"everyone", "user:ann", "group:hr"}
    with pytest.raises(NotFoundError, match="no person 'eve'"):
        workspace.principals("eve")


def test_readers_that_are_none_are_refused_before_anything_is_added(
    workspace: Workspace, documents: Path
) -> None:
    for readers in ("", "bob", "group:", "everyone, group hr"):
        with pytest.raises(UsageError, match=r"is not a reader|no readers given"):
            workspace.add(documents, readers=readers)
    assert workspace.catalogue.knowledge.sources() == []


def test_somebody_unknown_adds_and_synchronises_nothing(workspace: Workspace, documents: Path) -> None:
    with pytest.raises(NotFoundError):
        workspace.add(documents, person="eve")
    workspace.add(documents, person="bob")
    with pytest.raises(NotFoundError):
        workspace.sync(person="eve")
    assert [row.actor for row in workspace.catalogue.audit.rows() if row.action == "source.added"] == ["bob"]


def test_without_a_source_there_is_nothing_to_synchronise(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="wellread add LOCATION"):
        workspace.sync()
    with pytest.raises(NotFoundError, match="'wiki'"):
        workspace.sync("wiki")


def test_an_adapter_is_shown_to_and_changed_by_its_audience_alone(workspace: Workspace) -> None:
    workspace.catalogue.learning.save_adapter(adapter("adp_1"))
    assert [one.id for one in workspace.adapters()] == ["adp_1"]
    assert [one.id for one in workspace.adapters("ann")] == ["adp_1"]
    assert workspace.adapters("bob") == []
    with pytest.raises(NotAllowedError, match="bob may not read all"):
        workspace.set_state("adp_1", "promoted", "", "bob")
    with pytest.raises(NotFoundError, match="'eve'"):
        workspace.set_state("adp_1", "promoted", "", "eve")
    assert workspace.set_state("adp_1", "promoted", "", "ann").state == "promoted"
    assert workspace.set_state("adp_1", "retired", "").state == "retired"


def test_a_failed_gate_is_overruled_only_with_a_reason(workspace: Workspace) -> None:
    workspace.catalogue.learning.save_adapter(adapter("adp_1", state="quarantined", passed=False))
    with pytest.raises(RefusedError, match=r"failed gain.*--reason"):
        workspace.set_state("adp_1", "promoted", "")
    assert workspace.set_state("adp_1", "promoted", "for a trial").state == "promoted"
    [row] = [row for row in workspace.catalogue.audit.rows() if row.action == "adapter.state"]
    assert "for a trial" in str(row)


def test_a_dataset_is_tuned_on_only_by_its_audience(workspace: Workspace) -> None:
    context = Context(passage="psg_1", document="doc_1", text="The bonus is 900 euros.")
    example = Example(
        id="exa_1", question="What is the bonus?", contexts=(context,), answer="900 euros", gold=0
    )
    version = DatasetVersion(
        id="dst_1",
        name="pay",
        examples=1,
        splits={"train": 1, "validation": 0, "test": 0},
        audience=HR,
        documents=1,
    )
    workspace.catalogue.learning.save_dataset("pay", version, [(example, "train")], "operator")
    with pytest.raises(NotAllowedError, match="group:hr"):
        workspace.tune("pay", person="bob")
    with pytest.raises(UsageError, match="no GGUF file to tune"):
        workspace.tune("pay", person="ann")
    with pytest.raises(NotFoundError, match="'none'"):
        workspace.tune("none")


def test_the_newest_adapter_that_serves_this_base_is_compared(workspace: Workspace) -> None:
    digest = workspace.generator.digest
    for identity, state, base in (
        ("adp_z", "promoted", digest),
        ("adp_b", "candidate", digest),
        ("adp_c", "quarantined", digest),
        ("adp_d", "candidate", "another base"),
    ):
        workspace.catalogue.learning.save_adapter(adapter(identity, state=state, base=base))  # type: ignore[arg-type]  # the literals above
    chosen = choose(workspace.catalogue, digest, None)
    assert chosen is not None
    assert chosen.id == "adp_b"
