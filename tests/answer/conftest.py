"""An adapter that nobody has to train, and a small knowledge base where one answer stands in two documents."""

from collections.abc import Iterator

import pytest
from open_and_closed import open_and_closed

from wellread.answer.agent.workbench import Workbench
from wellread.records.learning import Adapter
from wellread.records.people import Audience
from wellread.workspace import Workspace

LONG = "Rules of all kinds apply here. " * 30
TEXTS = {
    "open/ledger.md": "# Ledger\n\nThe ledger is looked after by the Harbour Group since it was bought.\n",
    "open/harbour_group.md": "# Harbour Group\n\nIts lead is Mara Venn. It has 12 people.\n",
    "open/notice.md": "# Notice\n\n"
    + "\n\n".join(
        f"## Part {number}\n\n{LONG}The notice period of grade {number} is {number} weeks."
        for number in range(1, 5)
    ),
    "closed/bonus.md": "# Bonus\n\nThe ledger bonus of the Harbour Group is 900 euros.\n",
}


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """It is only asked."""
    with open_and_closed(tmp_path_factory.mktemp("agent"), TEXTS) as opened:
        yield opened


@pytest.fixture
def workbench(workspace: Workspace) -> Workbench:
    """Of nobody in particular."""
    return Workbench(workspace.searcher, workspace.principals(None))


@pytest.fixture
def of_ann(workspace: Workspace) -> Workbench:
    """Of somebody who may read everything."""
    return Workbench(workspace.searcher, workspace.principals("ann"))


@pytest.fixture
def adapter() -> Adapter:
    return Adapter(
        id="adp_1",
        state="promoted",
        method="lora",
        base="told",
        base_digest="0" * 64,
        dataset="bundled",
        audience=Audience.everyone(),
        path="reader.gguf",
        digest="1" * 64,
        refuse_above=0.5,
    )
