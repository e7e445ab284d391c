"""The arms are compared whichever adapter reads, and the training of one's own adapter is part of its price."""

from pathlib import Path

import pytest
from handbook import adapter

from wellread.flows.compare import Compared, CompareRequest
from wellread.models.bundled import BUNDLED
from wellread.records.learning import Adapter
from wellread.workspace import Workspace

ROWS = (
    '{"question": "How many days of annual leave do employees have?", "answer": "25 days", "document": "leave.md"}\n'
    '{"question": "What does parking cost?", "answer": null}\n'
)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(ROWS)
    return path


@pytest.fixture
def bundled(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> Adapter:
    """One that is of the told model."""
    made = adapter(filled, id="reader", dataset=BUNDLED)
    for flow in ("ask", "compare"):
        monkeypatch.setattr(f"wellread.flows.{flow}.bundled_readers", lambda _: (made,))
    return made


def readers(compared: Compared) -> dict[str, str | None]:
    """By arm, the adapter that read."""
    return {one.arm: one.answer.adapter for one in compared.comparison.outcomes}


def test_rag_is_read_by_the_bundled_reader(filled: Workspace, rows: Path, bundled: Adapter) -> None:
    compared = filled.compare(CompareRequest(questions=rows))
    assert readers(compared) == {"base": None, "rag": "reader"}
    assert compared.comparison.conditions.adapter is None
    asked = filled.ask("How many days of annual leave do employees have?", "bob")
    assert asked.adapter == "reader"


def test_an_own_adapter_is_set_beside_the_bundled_reader(
    filled: Workspace, rows: Path, bundled: Adapter
) -> None:
    filled.catalogue.learning.save_adapter(adapter(filled, id="adp_1"), "operator")
    compared = filled.compare(CompareRequest(questions=rows))
    assert readers(compared) == {"base": None, "rag": "reader", "tuned": "adp_1", "tuned+rag": "adp_1"}
    assert compared.comparison.conditions.adapter == "adp_1"


def test_a_bundled_reader_that_is_named_is_set_beside_the_model_alone(
    filled: Workspace, rows: Path, bundled: Adapter
) -> None:
    compared = filled.compare(CompareRequest(questions=rows, adapter="reader"))
    assert readers(compared) == {"base": None, "rag": None, "tuned": "reader", "tuned+rag": "reader"}


def test_an_own_adapter_pays_for_its_training(filled: Workspace, rows: Path) -> None:
    cost = {}
    for seconds in (0.0, 36_000.0):
        filled.catalogue.learning.save_adapter(
            adapter(filled, id=f"adp_{seconds:.0f}", training_seconds=seconds), "operator"
        )
        arms = filled.compare(CompareRequest(questions=rows, adapter=f"adp_{seconds:.0f}")).comparison.arms
        cost[seconds] = {arm.arm: arm.cost_per_question for arm in arms}
    ten_hours_of_two_cores = 10 * 2 * 0.05 / 10_000
    assert cost[36_000.0]["tuned"] > cost[0.0]["tuned"] + ten_hours_of_two_cores / 2
    assert cost[36_000.0]["rag"] < ten_hours_of_two_cores
