"""The source that the documentation shows works as it stands there."""

import re
import sys
import types
from pathlib import Path

import pytest
from handbook import found

from wellread.errors import NotFoundError, UsageError
from wellread.workspace import Workspace

GUIDE = Path(__file__).parents[2] / "docs" / "sources.md"


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The documentation's example as an installed module; what it holds."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    module = types.ModuleType("example_notes")
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, "example_notes", module)
    held: dict[str, str] = module.__dict__["NOTES"]
    return held


def test_it_is_added_searched_and_kept_up_to_date(workspace: Workspace, notes: dict[str, str]) -> None:
    report = workspace.add("notes:all", readers="group:hr", name="notes", kind="example_notes:Notes")
    assert (report.added, report.failed) == (2, ())
    assert set(found(workspace, "gate", "ann")) == {"first", "second"}
    assert set(found(workspace, "gate", "bob")) == set()
    notes["first"] = "The gate closes at nine."
    del notes["second"]
    [report] = workspace.sync()
    assert (report.changed, report.removed) == (1, 1)
    assert workspace.search("gate", person="ann").hits[0].passage.text == "The gate closes at nine."
    notes.clear()
    with pytest.raises(NotFoundError, match="the notes are gone"):
        workspace.sync("notes")
    assert found(workspace, "gate", "ann")


@pytest.mark.parametrize("kind", ["nowhere:Notes", "example_notes:Absent", "folder:", "carrier-pigeon"])
def test_a_kind_that_is_not_there_is_refused(workspace: Workspace, notes: dict[str, str], kind: str) -> None:
    with pytest.raises(UsageError, match="kind"):
        workspace.add("notes:all", kind=kind)
    assert workspace.catalogue.knowledge.sources() == []
