"""A dataset is for those who may read all that it tells of, and leads back to the passages it came from."""

import json
from pathlib import Path

import pytest

from wellread.errors import NotFoundError, RefusedError
from wellread.flows.curate import CurateRequest
from wellread.records.learning import DatasetVersion, Example
from wellread.records.people import Audience
from wellread.workspace import Workspace


@pytest.fixture
def filled(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Enough documents to be split: sixteen for everyone, four of them for hr alone."""
    folder = tmp_path / "rules"
    (folder / "hr").mkdir(parents=True)
    (folder / "hr" / ".readers").write_text("group:hr\n")
    for number in range(16):
        place = "hr" if number % 4 == 0 else "."
        (folder / place / f"rule{number}.md").write_text(
            f"# Permit {number}\n\nPermit {number} costs {40 + number} euros. Permit {number} is valid for "
            f"{2 + number} months. Permit {number} is issued by Dr Vera Holm.\n"
        )
    workspace.add(folder, readers="everyone", name="rules")
    return workspace


def rows(workspace: Workspace, version: DatasetVersion) -> list[Example]:
    return [example for example, _ in workspace.catalogue.learning.examples(version.id)]


def test_the_audience_is_of_those_who_may_read_everything_it_was_made_from(filled: Workspace) -> None:
    assert filled.curate(person="bob").audience == Audience.everyone()
    assert filled.curate(person="ann").audience == Audience.of(["group:hr"])


def test_nothing_closed_to_who_curates_is_in_the_dataset(filled: Workspace) -> None:
    version = filled.curate(person="bob")
    hr = {one.id for one in filled.catalogue.knowledge.visible_documents(None) if one.uri.startswith("hr/")}
    assert len(hr) == 4
    made = rows(filled, version)
    assert made
    for example in made:
        assert not example.documents & hr
        for number in (0, 4, 8, 12):
            assert f"Permit {number} " not in example.question + "".join(c.text for c in example.contexts)


def test_every_example_leads_back_to_passages_that_stand_in_the_catalogue(filled: Workspace) -> None:
    version = filled.curate(person="ann")
    knowledge = filled.catalogue.knowledge
    made = rows(filled, version)
    assert len(made) == version.examples > 20
    for example in made:
        for document in example.documents:
            knowledge.document(document)
        for context in example.contexts:
            own = {one.id: one for one in knowledge.passages(context.document, filled.principals("ann"))}
            assert own[context.passage].text == context.text
        if example.answer is not None:
            assert example.gold is not None
            assert example.quote is not None
            assert example.quote in example.contexts[example.gold].text


def test_the_catalogue_finds_what_was_learnt_from_a_document(filled: Workspace) -> None:
    version = filled.curate(person="ann")
    [document] = filled.catalogue.knowledge.find("rule1.md", None)
    told = {example.id for example in rows(filled, version) if document.id in example.documents}
    assert told
    assert set(filled.catalogue.learning.examples_of_document(document.id)) == told


def test_the_same_documents_give_the_same_version(filled: Workspace) -> None:
    assert filled.curate(person="ann").id == filled.curate(person="ann").id


def test_documents_of_held_out_questions_are_not_trained_on(filled: Workspace, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"question": "What does permit 1 cost?", "answer": "41 euros", "document": "rule1.md"}\n'
    )
    version = filled.curate(CurateRequest(hold_out=questions), person="ann")
    [document] = filled.catalogue.knowledge.find("rule1.md", None)
    for example, split in filled.catalogue.learning.examples(version.id):
        if split != "test":
            assert document.id not in example.documents


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_rows_of_ones_own_are_taken_and_bad_ones_named_by_line(filled: Workspace, tmp_path: Path) -> None:
    good = [
        {"question": f"What does permit {n} cost?", "answer": f"{40 + n} euros", "document": f"rule{n}.md"}
        for n in (1, 2, 3, 5, 6, 7)
    ]
    file = write(tmp_path / "rows.jsonl", good[0], "{broken", *good[1:], {"question": "And?"})
    version = filled.curate(CurateRequest(questions=file, name="own"), person="bob")
    assert [row.row for row in version.refused] == [2, 8]
    assert "not JSON" in version.refused[0].rule
    assert version.examples == 6
    assert {example.question for example in rows(filled, version)} == {one["question"] for one in good}


def test_a_row_about_a_document_that_is_closed_to_its_writer_is_refused_as_one_about_none(
    filled: Workspace, tmp_path: Path
) -> None:
    def rule(document: str) -> str:
        file = write(
            tmp_path / "rows.jsonl",
            {"question": "What does permit 4 cost?", "answer": "44 euros", "document": document},
            {"question": "What does permit 1 cost?", "answer": "41 euros", "document": "rule1.md"},
        )
        version = filled.curate(CurateRequest(questions=file), person="bob")
        [refused] = version.refused
        return refused.rule.replace(document, "_")

    assert rule("hr/rule4.md") == rule("no/such.md")


def test_a_file_without_a_usable_row_is_refused_by_its_first_line(filled: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", "{broken", {"question": "And?"})
    with pytest.raises(RefusedError, match=r"rows\.jsonl holds no row to train on; line 1: not JSON.*1 more"):
        filled.curate(CurateRequest(questions=file))
    with pytest.raises(RefusedError, match="is empty"):
        filled.curate(CurateRequest(questions=write(tmp_path / "empty.jsonl")))
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        filled.curate(CurateRequest(questions=tmp_path / "none.jsonl"))


def test_without_a_document_one_may_read_there_is_nothing_to_curate(workspace: Workspace) -> None:
    with pytest.raises(RefusedError, match="no document that you may read"):
        workspace.curate()
