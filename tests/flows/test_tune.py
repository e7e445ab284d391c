"""A dataset becomes an adapter that is measured, traced to its documents and served to its audience alone."""

from pathlib import Path

import pytest

import wellread
from wellread.errors import NotAllowedError, RefusedError
from wellread.flows.curate import CurateRequest
from wellread.flows.tune import SILENT, Tune, tune
from wellread.models.fakes import FakeEmbedder, FakeGenerator
from wellread.models.fetch import default_cache_dir
from wellread.models.weights import GENERATOR, known
from wellread.records.learning import Context, DatasetVersion, Example
from wellread.records.people import Audience
from wellread.tune.recipe import Recipe
from wellread.workspace import Workspace


def test_a_dataset_without_test_rows_is_refused_before_anything_is_trained(workspace: Workspace) -> None:
    context = Context(passage="psg_1", document="doc_1", text="The fee is 900 euros.")
    example = Example(id="exa_1", question="How much?", contexts=(context,), answer="900 euros", gold=0)
    version = DatasetVersion(
        id="dst_1",
        name="fees",
        examples=1,
        splits={"train": 1, "validation": 0, "test": 0},
        audience=Audience.of(["everyone"]),
        documents=1,
    )
    workspace.catalogue.learning.save_dataset("fees", version, [(example, "train")], "operator")
    work = Tune(
        catalogue=workspace.catalogue,
        generator=FakeGenerator(),
        embedder=FakeEmbedder(),
        base_file=Path("/nowhere.gguf"),
        folder=workspace.root,
        actor="operator",
        progress=SILENT,
        report=lambda _: None,
    )
    with pytest.raises(RefusedError, match=r"fees has no test row.*at least 3 documents"):
        tune(work, "fees", Recipe())
    assert workspace.catalogue.jobs.running() == []


@pytest.mark.slow
def test_an_adapter_is_measured_traced_and_served_to_its_audience(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the tuning extra is not installed")
    pytest.importorskip("transformers", reason="the tuning extra is not installed")
    if not (default_cache_dir() / known(GENERATOR).file).is_file():
        pytest.skip(f"the weights {GENERATOR} are not in the cache folder")
    documents = tmp_path / "permits"
    documents.mkdir()
    for number in range(16):
        (documents / f"permit{number}.md").write_text(
            f"# Permit {number}\n\nPermit {number} costs {40 + number} euros. Permit {number} is valid for "
            f"{2 + number} months. Permit {number} is issued by desk {number * 3}.\n"
        )
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "wellread.toml").write_text('embedder = "fake"\noffline = true\n')
    with wellread.open(root) as workspace:
        workspace.add_person("ann", ["hr"])
        workspace.add_person("bob")
        workspace.add(documents, readers="group:hr")
        version = workspace.curate(CurateRequest(name="permits"), person="ann")
        assert version.audience == Audience.of(["group:hr"])
        recipe = Recipe(minutes=0.3)
        adapter = workspace.tune("permits", recipe, person="ann")

        assert {gate.gate for gate in adapter.gates} == {"parity", "difference", "gain"}
        assert adapter.state == ("candidate" if all(gate.passed for gate in adapter.gates) else "quarantined")
        assert next(gate for gate in adapter.gates if gate.gate == "parity").passed
        assert next(gate for gate in adapter.gates if gate.gate == "difference").passed
        assert adapter.training_seconds > 0
        assert adapter.audience == version.audience
        trained = set(workspace.catalogue.learning.training_documents(adapter.id))
        read = {  # what sets the refusal limit counts as read
            document
            for example, split in workspace.catalogue.learning.examples(version.id)
            if split != "test"
            for document in example.documents
        }
        assert trained == read
        assert workspace.catalogue.learning.adapter(adapter.id) == adapter
        assert workspace.tune("permits", recipe, person="ann") == adapter

        workspace.set_state(adapter.id, "promoted", "for this test", person="ann")
        assert workspace.ask("How much does permit 3 cost?", "ann").adapter == adapter.id
        assert workspace.ask("How much does permit 3 cost?", "bob").adapter != adapter.id
        with pytest.raises(NotAllowedError, match="group:hr"):
            workspace.ask("How much does permit 3 cost?", "bob", adapter=adapter.id)
