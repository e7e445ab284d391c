"""Names that the best hits call are followed to the documents that bear them, and only for who may read both."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from open_and_closed import open_and_closed

from wellread.records.knowledge import Hit, Passage
from wellread.retrieve.linked import calling, leads_of
from wellread.workspace import Workspace

TEXTS = {
    "open/ledger.md": "# Ledger\n\nThe ledger is looked after by the Harbour Group since it was bought.\n",
    "open/harbour_group.md": "# Harbour Group\n\nIts lead is Mara Venn.\n",
    "open/quay.md": "# Quay\n\nThe lead of Quay is somebody else.\n",
    "open/rota.md": "# Rota (2031)\n\nMondays are for the desk.\n",
    "open/duty.md": "# Duty\n\nWho is on duty stands in the Rota of the week.\n",
    "closed/ledger_audit.md": "# Ledger audit\n\nThe ledger audit found what Blue Lantern had hidden.\n",
    "open/blue_lantern.md": "# Blue Lantern\n\nA lamp shop.\n",
    "closed/mara_venn.md": "# Mara Venn\n\nHer notice was handed in.\n",
} | {
    f"open/other{number}.md": f"# Other {number}\n\nThe lead of team {number} is new.\n"
    for number in range(20)
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with open_and_closed(tmp_path_factory.mktemp("linked"), TEXTS) as opened:
        yield opened


def found(
    workspace: Workspace, question: str, person: str | None = None, *, linked: bool = True
) -> list[Hit]:
    principals = workspace.principals(person)
    return list(workspace.searcher.search(question, principals, 8, linked=linked).hits)


def uris(hits: list[Hit]) -> list[str]:
    return [hit.passage.uri for hit in hits]


def followed(hits: list[Hit]) -> set[str]:
    """Those that were called by name."""
    return {hit.passage.uri for hit in hits if hit.signals["linked"] > 0}


def test_a_document_that_a_hit_calls_by_name_comes_right_behind_it(workspace: Workspace) -> None:
    question = "By whom is the ledger looked after?"
    assert "harbour_group.md" not in uris(found(workspace, question, linked=False))[:2]
    hits = found(workspace, question)
    assert uris(hits)[:2] == ["ledger.md", "harbour_group.md"]
    assert "harbour_group.md" in followed(hits)
    assert hits[1].score == pytest.approx(sum(hits[1].signals.values()))


def test_a_name_is_followed_without_what_stands_in_brackets_behind_it(workspace: Workspace) -> None:
    assert "rota.md" in followed(found(workspace, "Who is on duty?"))


def test_what_a_closed_hit_names_is_not_followed_for_others(workspace: Workspace) -> None:
    question = "What did the ledger audit find?"
    assert "blue_lantern.md" in followed(found(workspace, question, "ann"))
    assert "blue_lantern.md" not in followed(found(workspace, question))


def test_a_closed_document_is_not_reached_by_its_name(workspace: Workspace) -> None:
    question = "Who is the lead of Harbour Group?"
    assert "mara_venn.md" in followed(found(workspace, question, "ann"))
    assert "mara_venn.md" not in uris(found(workspace, question))


def test_without_names_the_hits_are_as_they_were(workspace: Workspace) -> None:
    question = "who is new?"
    assert uris(found(workspace, question)) == uris(found(workspace, question, linked=False))


def test_a_search_inside_a_document_stays_there(workspace: Workspace) -> None:
    [ledger] = found(workspace, "ledger looked after", linked=False)[:1]
    principals = workspace.principals(None)
    inside = workspace.searcher.search("lead", principals, 5, document=ledger.passage.document, linked=True)
    assert {hit.passage.document for hit in inside.hits} == {ledger.passage.document}
    closed = workspace.searcher.search("notice", workspace.principals("ann"), 1).hits[0].passage
    assert not workspace.searcher.search("notice", principals, 5, document=closed.document).hits


def hit(text: str, title: str, score: float) -> Hit:
    passage = Passage(
        key=1, id="p", document="d", version="v", uri="u", title=title, heading=(), start=0, end=1, text=text
    )
    return Hit(passage=passage, score=score)


def test_leads_are_neither_the_hits_own_name_nor_what_was_asked() -> None:
    leads = leads_of(
        [hit("Harbour Group and the Bank of Elm met Mara Venn in May.", "Harbour Group", 1.0)],
        "who met Mara Venn?",
    )
    assert {(lead.name, lead.passage) for lead in leads.leads} == {
        ("Mara Venn", None),
        ("Harbour Group and the Bank of Elm", 1),
        ("May", 1),
    }


def test_a_lead_is_worth_what_its_hit_is_beside_the_best() -> None:
    leads = leads_of([hit("Elm Bank.", "A", 2.0), hit("Oak Bank.", "B", 1.0)], "which?")
    assert [(lead.name, lead.worth) for lead in leads.leads] == [("Elm Bank", 1.0), ("Oak Bank", 0.5)]


def test_the_sentence_that_calls_a_document_is_found() -> None:
    team = hit("Its lead is Mara Venn.", "Harbour Group (2031)", 1.0).passage
    ledger = replace(
        hit("It was bought. The Harbour Group looks after it.", "Ledger", 1.0).passage, key=2, document="e"
    )
    found = calling(team, [team, ledger])
    assert found is not None
    other, start, end = found
    assert (other.key, other.text[start:end]) == (2, "The Harbour Group looks after it.")
    assert calling(ledger, [team]) is None
    assert calling(team, [replace(ledger, document="d")]) is None
