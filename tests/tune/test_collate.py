"""Packing readings that share a passage."""

import pytest

from wellread.errors import RefusedError
from wellread.models.prompts import NOT_HERE, QUESTION, read_one
from wellread.records.learning import Context, Example
from wellread.tune.collate import Pack, Reading, pack, readings

LEAVE = "Everybody has 26 days of leave."
PARKING = "Parking is behind the house."


def packed(rows: list[Reading], characters, **options) -> list[Pack]:
    return pack(rows, characters, end_of_turn=characters.end_of_turn, **options)


def test_the_layout_is_the_documented_one(characters) -> None:
    rows = [
        Reading("Leave", LEAVE, "How many days?", "26 days"),
        Reading("Leave", LEAVE, "Where is parking?", NOT_HERE),
    ]
    (one,) = packed(rows, characters)

    shared = characters.render(read_one("?", "Leave", LEAVE)).rindex(QUESTION)
    text = characters.decode(one.tokens)
    assert one.segments[:shared] == [0] * shared
    assert one.positions[:shared] == list(range(shared))
    first = one.segments.index(1)
    second = one.segments.index(2)
    assert first == shared
    assert text[first:second].startswith(f"{QUESTION}How many days?")
    assert one.positions[first:second] == list(range(shared, shared + second - first))
    assert one.positions[second] == shared, "the second question stands where the first one stood"
    trained = "".join(
        character for character, is_trained in zip(text, one.trained, strict=True) if is_trained
    )
    assert trained == f"26 days\x02{NOT_HERE}\x02"
    assert one.readings == 2


def test_every_reading_has_the_tokens_it_is_served_with(characters) -> None:
    rows = [
        Reading("Leave", LEAVE, question, answer) for question, answer in (("A?", "26"), ("B?", NOT_HERE))
    ]
    (one,) = packed(rows, characters)
    for number, row in enumerate(rows, start=1):
        seen = [
            token for token, segment in zip(one.tokens, one.segments, strict=True) if segment in (0, number)
        ]
        served = characters.render(read_one(row.question, row.heading, row.text)) + row.target + "\x02"
        assert characters.decode(seen) == served


def test_other_passages_go_to_other_packs(characters) -> None:
    rows = [
        Reading("", LEAVE, "A?", "26"),
        Reading("", PARKING, "B?", "behind"),
        Reading("", LEAVE, "C?", NOT_HERE),
    ]
    assert [one.readings for one in packed(rows, characters)] == [2, 1]


def test_a_pack_that_grows_too_long_is_begun_anew(characters) -> None:
    rows = [Reading("", LEAVE, f"Question {number}?", "26") for number in range(10)]
    packs = packed(rows, characters, longest=330)
    assert len(packs) > 1
    assert max(map(len, packs)) <= 330
    assert sum(one.readings for one in packs) == 10


def test_a_reading_longer_than_the_limit_is_refused_by_its_words(characters) -> None:
    with pytest.raises(RefusedError, match=r"exceeds the limit of 100.*Everybody has"):
        packed([Reading("", LEAVE, "A?", "26")], characters, longest=100)


def test_nothing_to_train_is_refused(characters) -> None:
    with pytest.raises(RefusedError, match="0 tokens would be trained"):
        packed([], characters)


def test_an_example_is_read_passage_by_passage_and_only_its_own_answers() -> None:
    contexts = tuple(
        Context(passage=f"p{number}", document="d", text=text, heading="H")
        for number, text in enumerate((PARKING, LEAVE, "The canteen is open."))
    )
    example = Example(
        id="e", question="How many days?", contexts=contexts, answer="26 days", gold=1, quote=LEAVE
    )
    assert [(row.text, row.target) for row in readings([example], wrong_passages=2)] == [
        (PARKING, NOT_HERE),
        (LEAVE, "26 days"),
        ("The canteen is open.", NOT_HERE),
    ]
    refusal = Example(id="f", question="Who?", contexts=contexts, answer=None)
    assert [row.target for row in readings([refusal], wrong_passages=2)] == [NOT_HERE, NOT_HERE]
