"""The arms are compared whichever adapter reads, and the training of one's own adapter is part of its price."""

from pathlib import Path

import pytest
from handbook import adapter

from wellread.flows.compare import CompareRequest
from wellread.models.bundled import BUNDLED
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


def test_the_bundled_reader_reads_where_nothing_was_tuned(
    filled: Workspace, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = adapter(filled, id="reader", dataset=BUNDLED)
    for flow in ("ask", "compare"):
        monkeypatch.setattr(f"wellread.flows.{flow}.bundled_readers", lambda _: (bundled,))
    compared = filled.compare(CompareRequest(questions=rows))
    assert [arm.arm for arm in compared.comparison.arms] == ["base", "rag", "tuned", "tuned+rag"]
    assert compared.comparison.conditions.adapter == "reader"
    assert (
        filled.ask("How many days of annual leave do employees have?", "bob", adapter="reader").adapter
        == "reader"
    )


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
