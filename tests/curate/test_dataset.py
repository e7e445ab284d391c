from collections.abc import Callable

import pytest

from wellread.curate.dataset import build
from wellread.errors import RefusedError
from wellread.records.learning import Example, RefusedRow
from wellread.records.people import Audience

Make = Callable[..., Example]


def everyone(document: str) -> list[str]:
    return ["everyone"]


def rows(example: Make, count: int = 20) -> list[Example]:
    return [
        example(
            f"Where is room{n} of wing{n}?", {f"d{n}": f"Room room{n} is on floor{n} there."}, f"floor{n}"
        )
        for n in range(count)
    ]


def test_the_id_is_that_of_the_content_whatever_the_order(example: Make) -> None:
    one = build("a", rows(example), everyone)
    assert one.version.id == build("b", rows(example)[::-1], everyone).version.id
    assert one.version.id != build("a", rows(example)[:-1], everyone).version.id
    assert one.version.id != build("a", rows(example), everyone, held_out=["d3", "d4", "d5", "d6"]).version.id


def test_the_counts_are_those_of_the_rows(example: Make) -> None:
    made = build("a", rows(example), everyone)
    version = made.version
    assert version.examples == len(made.rows) == sum(version.splits.values()) == 20
    assert all(version.splits[own] == sum(s == own for _, s in made.rows) > 0 for own in version.splits)
    assert version.documents == 20 and version.audience == Audience.everyone()


def test_only_who_may_read_every_document_is_in_the_audience(example: Make) -> None:
    readers = {"d1": ["group:hr"], "d2": ["group:leads", "user:ann"]}
    version = build("a", rows(example), lambda document: readers.get(document, ["everyone"])).version
    assert version.audience == Audience.of(["group:hr"]) & Audience.of(["group:leads", "user:ann"])


def test_a_document_that_only_the_question_tells_of_counts_for_the_audience(example: Make) -> None:
    secret = example(
        "What is the merger called?", {"d1": "Nothing of it is said here."}, None, written_from=("s",)
    )
    readers = {"s": ["group:board"]}
    made = build("a", [*rows(example), secret], lambda document: readers.get(document, ["everyone"]))
    assert secret.question in {one.question for one, _ in made.rows}
    assert made.version.audience == Audience.of(["group:board"])


def test_a_document_that_nobody_may_read_makes_a_dataset_for_nobody(example: Make) -> None:
    assert build("a", rows(example), lambda document: []).version.audience == Audience.nobody()


def test_refused_rows_are_reported_under_their_own_numbers(example: Make) -> None:
    broken = example("Where is it?", {"d1": "Room one."}, "floor nine")
    made = build(
        "a",
        [*rows(example), broken],
        everyone,
        refused=[RefusedRow(row=4, rule="not JSON")],
        numbers=[*range(10, 30), 2],
    )
    assert [(one.row, one.rule) for one in made.version.refused] == [
        (2, "answer is not in its passage"),
        (4, "not JSON"),
    ]


def test_a_training_row_that_shows_only_what_is_held_out_is_refused(example: Make) -> None:
    refusal = example(
        "Where is the roof garden?", {"d0": "Room room0 is on floor0 there."}, None, written_from=("x",)
    )
    made = build("a", [*rows(example), refusal], everyone, held_out=["d0"])
    last = [one for one in made.version.refused if one.row == 21]
    split_of = {e.question: s for e, s in made.rows}
    assert (
        split_of.get(refusal.question) == "test" or last[0].rule == "shows only documents that are held out"
    )


def test_leaking_rows_are_refused(example: Make) -> None:
    asked = "How much does the yearly visitor permit cost?"
    leak = example(asked, {"x": "The permit is $10 now."}, "$10")
    same = example(asked, {"d0": "A permit is $10 here."}, "$10")
    made = build("a", [*rows(example), same, leak], everyone, held_out=["d0"])
    kept = [own for one, own in made.rows if one.question == asked]
    assert kept == ["test"] or "train" not in kept


def test_nothing_to_train_on_is_an_error_that_says_why(example: Make) -> None:
    broken = [example("Where?", {"d": "Room."}, "floor") for _ in range(3)]
    with pytest.raises(
        RefusedError, match="no training row of 3; most often refused: answer is not in its passage"
    ):
        build("a", broken, everyone)
    with pytest.raises(RefusedError, match="no training row of 0"):
        build("a", [], everyone)
