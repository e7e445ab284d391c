"""Datasets by content, adapters by id, comparisons by time."""

from dataclasses import replace

import pytest
from catalogue_samples import adapter, dataset, document, example, put

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError
from wellread.records.learning import Adapter, Example, RefusedRow, Split

ROWS: list[tuple[Example, Split]] = [
    (example("q1", [("psg_1", "doc_1"), ("psg_2", "doc_2")]), "train"),
    (example("q2", [("psg_3", "doc_3")]), "test"),
    (example("q3", [("psg_4", "doc_4")]), "validation"),
]


def test_a_dataset_comes_back_as_it_was_saved(catalogue: Catalogue) -> None:
    version = dataset("faq", ROWS)
    catalogue.learning.save_dataset("faq", version, ROWS)
    assert catalogue.learning.dataset("faq") == version
    assert catalogue.learning.dataset(version.id) == version
    assert catalogue.learning.examples(version.id) == ROWS
    assert catalogue.learning.examples(version.id, "test") == ROWS[1:2]
    assert catalogue.learning.documents_of(version.id) == {"doc_1", "doc_2", "doc_3", "doc_4"}


def test_a_refusal_and_the_refused_rows_survive(catalogue: Catalogue) -> None:
    refusal = replace(ROWS[0][0], id="exa_r", answer=None, gold=None, quote=None)
    version = replace(dataset("faq", [(refusal, "train")]), refused=(RefusedRow(row=3, rule="no question"),))
    catalogue.learning.save_dataset("faq", version, [(refusal, "train")])
    assert catalogue.learning.examples(version.id) == [(refusal, "train")]
    assert catalogue.learning.dataset("faq").refused == version.refused


def test_saving_the_same_again_does_nothing(catalogue: Catalogue) -> None:
    version = dataset("faq", ROWS)
    catalogue.learning.save_dataset("faq", version, ROWS)
    before = catalogue.audit.head()
    catalogue.learning.save_dataset("faq", version, ROWS)
    assert catalogue.audit.head() == before
    assert catalogue.learning.datasets() == [version]


def test_a_name_means_the_version_saved_last_also_when_it_was_there_before(catalogue: Catalogue) -> None:
    small, large = dataset("faq", ROWS[:1]), dataset("faq", ROWS)
    for version, rows, expected in ((small, ROWS[:1], small), (large, ROWS, large), (small, ROWS[:1], small)):
        catalogue.learning.save_dataset("faq", version, rows)
        assert catalogue.learning.dataset("faq") == expected
    assert catalogue.learning.examples(small.id) == ROWS[:1]
    assert catalogue.learning.datasets_of_document("doc_1") == sorted([small.id, large.id])


def test_one_content_may_have_two_names(catalogue: Catalogue) -> None:
    version = dataset("one", ROWS)
    catalogue.learning.save_dataset("one", version, ROWS)
    catalogue.learning.save_dataset("two", version, ROWS)
    assert [catalogue.learning.dataset(name).name for name in ("one", "two")] == ["one", "two"]
    assert catalogue.learning.dataset("one").id == catalogue.learning.dataset("two").id


def test_a_dataset_or_adapter_that_is_not_there_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match=r"'faq'.*wellread curate"):
        catalogue.learning.dataset("faq")
    with pytest.raises(NotFoundError, match=r"'ada'.*wellread adapters"):
        catalogue.learning.adapter("ada")
    with pytest.raises(NotFoundError):
        catalogue.learning.adapter("")
    with pytest.raises(NotFoundError):
        catalogue.learning.set_state("ada", "retired", "t", "old")


def test_an_erased_example_says_nothing_but_stays_known(catalogue: Catalogue) -> None:
    version = dataset("faq", ROWS)
    catalogue.learning.save_dataset("faq", version, ROWS)
    gone = catalogue.learning.examples_of_document("doc_2")
    assert gone == [ROWS[0][0].id]
    assert catalogue.learning.erase_examples(gone, "ann") == 1
    assert catalogue.learning.erase_examples(gone, "ann") == 0
    assert catalogue.learning.examples(version.id) == ROWS[1:]
    assert catalogue.learning.examples_of_document("doc_2") == gone
    assert catalogue.audit.rows()[-1].detail == {"examples": gone}


def test_an_erased_example_that_is_given_again_is_back(catalogue: Catalogue) -> None:
    version = dataset("faq", ROWS)
    catalogue.learning.save_dataset("faq", version, ROWS)
    catalogue.learning.erase_examples([ROWS[1][0].id], "ann")
    catalogue.learning.save_dataset("faq", version, ROWS, "bob")
    assert catalogue.learning.examples(version.id) == ROWS
    last = catalogue.audit.rows()[-1]
    assert (last.actor, last.action, last.detail) == (
        "bob",
        "examples.restored",
        {"examples": [ROWS[1][0].id]},
    )


def test_a_dataset_that_miscounts_its_rows_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="3 examples but 2"):
        catalogue.learning.save_dataset("faq", dataset("faq", ROWS), ROWS[:2])
    assert catalogue.learning.datasets() == []


def test_an_adapter_comes_back_by_id_and_by_unique_prefix(catalogue: Catalogue) -> None:
    one, two = adapter("ada_1a", "set_1"), adapter("ada_1b", "bundled", gates=(), state="promoted")
    for each in (one, two):
        catalogue.learning.save_adapter(each)
    assert catalogue.learning.adapter("ada_1a") == catalogue.learning.adapter("ada_1a"[:6]) == one
    assert catalogue.learning.adapters("promoted") == [two]
    assert catalogue.learning.adapters() == [two, one]
    with pytest.raises(UsageError, match="ada_1a, ada_1b"):
        catalogue.learning.adapter("ada_1")
    with pytest.raises(NotFoundError):
        catalogue.learning.adapter("ada%")
    catalogue.learning.save_adapter(adapter("ada_1", "set_1"))
    assert catalogue.learning.adapter("ada_1").id == "ada_1"


def test_saving_an_adapter_again_replaces_it_and_its_gates(catalogue: Catalogue) -> None:
    catalogue.learning.save_adapter(adapter("ada_1", "set_1"))
    again = adapter("ada_1", "set_1", gates=(), refuse_above=0.9)
    catalogue.learning.save_adapter(again)
    assert catalogue.learning.adapters() == [again]


def test_a_change_of_state_is_recorded_with_its_reason(catalogue: Catalogue) -> None:
    catalogue.learning.save_adapter(adapter("ada_1", "set_1"))
    changed: Adapter = catalogue.learning.set_state("ada", "promoted", "ann", "better by 12 points")
    assert changed == catalogue.learning.adapter("ada_1") == adapter("ada_1", "set_1", state="promoted")
    last = catalogue.audit.rows()[-1]
    assert (last.actor, last.action, last.subject) == ("ann", "adapter.state", "ada_1")
    assert last.detail == {"before": "candidate", "after": "promoted", "reason": "better by 12 points"}
    with pytest.raises(UsageError, match=r"'best'.*candidate"):
        catalogue.learning.set_state("ada_1", "best", "ann", "")  # type: ignore[arg-type]


def test_a_dataset_knows_which_versions_it_was_made_from(catalogue: Catalogue) -> None:
    old = put(catalogue, "a.md", "alpha beta")
    passage = catalogue.knowledge.passages(old.id)[0]
    rows: list[tuple[Example, Split]] = [(example("q", [(passage.id, old.id), ("psg_x", "file:3")]), "train")]
    version = dataset("d", rows)
    catalogue.learning.save_dataset("d", version, rows)
    put(catalogue, "a.md", "changed")
    assert catalogue.learning.versions_used(version.id) == {old.id: {old.version}}
    assert catalogue.knowledge.document(document("a.md").id).version != old.version


def test_a_document_that_a_question_was_written_from_is_in_the_lineage_though_not_shown(
    catalogue: Catalogue,
) -> None:
    left_out = put(catalogue, "left-out.md")
    refusal = replace(ROWS[0][0], id="exa_r", answer=None, gold=None, written_from=(left_out.id, "doc_1"))
    rows: list[tuple[Example, Split]] = [(refusal, "train")]
    version = dataset("d", rows)
    catalogue.learning.save_dataset("d", version, rows)
    catalogue.learning.save_adapter(adapter("ada_1", version.id))
    assert catalogue.learning.examples(version.id) == rows
    assert catalogue.learning.examples_of_document(left_out.id) == ["exa_r"]
    assert catalogue.learning.training_documents("ada_1") == refusal.documents
    assert catalogue.learning.versions_used(version.id) == {left_out.id: {left_out.version}}


def test_comparisons_come_back_latest_first(catalogue: Catalogue) -> None:
    assert catalogue.learning.latest_comparison() is None
    catalogue.learning.save_comparison("arms", {"arms": [{"arm": "base", "correct": 0.25}]})
    number = catalogue.learning.save_comparison("forgetting", [1, None, "é"])
    latest = catalogue.learning.latest_comparison()
    assert latest is not None
    assert (latest.number, latest.kind, latest.payload) == (number, "forgetting", [1, None, "é"])
    arms = catalogue.learning.latest_comparison("arms")
    assert arms is not None
    assert arms.payload == {"arms": [{"arm": "base", "correct": 0.25}]}
