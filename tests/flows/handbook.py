"""A small folder of documents, and what of it can be asked."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from wellread.records.learning import Adapter
from wellread.records.people import Audience
from wellread.workspace import Workspace

FAKES = 'generator = "fake"\nembedder = "fake"\n'

LEAVE = "# Leave\n\nEmployees have 25 days of annual leave. The notice period is four weeks.\n"
TRAVEL = "# Travel\n\nA train ticket is booked in second class. Hotels may cost 120 euros a night.\n"
PAY = "# Pay bands\n\nThe salary of band C is 62,000 euros.\n"
PAY_QUESTION = "What is the salary of band C?"


def handbook(folder: Path) -> Path:
    """`leave.md` and `travel.md` for whoever the source is for, `hr/pay.md` for group:hr."""
    (folder / "hr").mkdir(parents=True)
    (folder / "leave.md").write_text(LEAVE)
    (folder / "travel.md").write_text(TRAVEL)
    (folder / "hr" / "pay.md").write_text(PAY)
    (folder / "hr" / ".readers").write_text("group:hr\n")
    return folder


def adapter(workspace: Workspace, **changes: Any) -> Adapter:
    """A promoted adapter of the workspace's base, for everyone; it is not saved."""
    made = Adapter(
        id="adp_1",
        state="promoted",
        method="lora",
        base="fake",
        base_digest=workspace.generator.digest,
        dataset="dst_1",
        audience=Audience.everyone(),
        path="/nowhere.gguf",
        digest="0" * 64,
        refuse_above=0.5,
    )
    return replace(made, **changes)


def found(workspace: Workspace, question: str, person: str | None = None) -> dict[str, str]:
    """The uri and the text of the best passage of every document found."""
    texts: dict[str, str] = {}
    for hit in workspace.search(question, person=person).hits:
        texts.setdefault(hit.passage.uri, hit.passage.text)
    return texts
