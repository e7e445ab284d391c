import pytest

from wellread.answer.agent.actions import (
    Calculate,
    Compare,
    FindInDocument,
    ListVersions,
    OpenAround,
    Search,
)
from wellread.answer.agent.workbench import NOTHING, Workbench
from wellread.errors import UsageError


def test_a_search_shows_passages_under_numbers_as_marked_data(workbench: Workbench) -> None:
    seen = workbench.run(Search("who looks after the ledger?"))
    assert seen.text.startswith("[1]\n| Ledger\n| ")
    texts = [line for line in seen.text.splitlines() if line and not line.startswith("[")]
    assert all(line.startswith("| ") for line in texts)
    assert workbench.shown[0].uri == "ledger.md"


def test_names_are_followed(workbench: Workbench) -> None:
    workbench.run(Search("who looks after the ledger?"))
    assert [hit.passage.uri for hit in workbench.hits()][:2] == ["ledger.md", "harbour_group.md"]


def test_what_was_shown_is_not_shown_again(workbench: Workbench) -> None:
    first = workbench.run(Search("ledger"))
    count = len(workbench.shown)
    again = workbench.run(Search("ledger"))
    assert "0 new" in again.note
    assert again.text.startswith("And as before: 1")
    assert len(workbench.shown) == count
    assert first.text != again.text


def test_nobody_is_shown_what_they_may_not_read(workbench: Workbench, of_ann: Workbench) -> None:
    for query in ("ledger bonus of the Harbour Group", "900 euros"):
        workbench.run(Search(query))
        of_ann.run(Search(query))
    assert "bonus.md" in {one.uri for one in of_ann.shown}
    assert "bonus.md" not in {one.uri for one in workbench.shown}
    assert "bonus.md" not in {hit.passage.uri for hit in workbench.hits()}


def test_a_document_is_searched_by_a_passage_of_it(workbench: Workbench) -> None:
    workbench.run(Search("notice period"))
    number = next(at for at, one in enumerate(workbench.shown, 1) if one.uri == "notice.md")
    before = len(workbench.shown)
    workbench.run(FindInDocument(number, "ledger"))
    assert {one.uri for one in workbench.shown[before:]} <= {"notice.md"}


def test_what_stands_around_a_passage_is_opened(workbench: Workbench) -> None:
    workbench.run(Search("notice period of grade 2"))
    middle = workbench.shown[0]
    number = 1
    workbench.run(OpenAround(number))
    document = workbench.searcher.passages_of(middle.document, workbench.principals)
    place = [one.key for one in document].index(middle.key)
    around = {one.key for one in document[max(0, place - 1) : place + 2]}
    assert around <= {one.key for one in workbench.shown}


def test_a_number_that_was_not_shown_leads_nowhere(workbench: Workbench) -> None:
    with pytest.raises(UsageError, match="no passage 3 was shown: there are 0"):
        workbench.run(OpenAround(3))


def test_without_history_the_last_change_is_told(workbench: Workbench) -> None:
    workbench.run(Search("ledger"))
    assert "No history is kept here; it last changed 20" in workbench.run(ListVersions(1)).text


def test_sums_and_comparisons_are_told(workbench: Workbench) -> None:
    assert workbench.run(Calculate("12 * 2")).text == "12 * 2 = 24"
    assert "greater" in workbench.run(Compare("3 weeks", "20 days")).text


def test_nothing_found_is_said(workbench: Workbench) -> None:
    nobody = Workbench(workbench.searcher, frozenset())
    assert nobody.run(Search("ledger")).text == NOTHING
    assert nobody.hits() == []
