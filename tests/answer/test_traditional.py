"""From hits to an answer: cited, checked, or refused."""

from dataclasses import replace

import pytest
from answering import Even, Told, hits, passage

from wellread.answer.closed_book import recall
from wellread.answer.traditional import Reader, answer
from wellread.models.prompts import NOT_HERE
from wellread.records.conversation import NOT_IN_SOURCES
from wellread.records.knowledge import Hit

LEAVE = "Leave is 26 days a year. It lapses in March."
PARKING = "Parking is behind the house. It is free for staff."


def all_together(says, **options):
    return Reader(generator=Told(says, **options), embedder=Even())


def test_no_hits_is_not_in_your_sources_without_asking_a_model() -> None:
    generator = Told(lambda _: "26 days")
    said = answer("How much leave?", [], Reader(generator=generator, embedder=Even()))
    assert (said.text, said.answered, said.citations) == (NOT_IN_SOURCES, False, ())
    assert generator.requests == []


def test_a_supported_answer_cites_its_sentence() -> None:
    said = answer(
        "How much leave?", hits(PARKING, LEAVE), all_together(lambda _: "You get 26 days of leave a year.")
    )
    assert said.answered
    assert [(one.uri, one.quote) for one in said.citations] == [("page-2.md", "Leave is 26 days a year.")]
    assert said.text == "You get 26 days of leave a year."
    assert said.tokens == 12


def test_a_slip_is_replaced_by_the_sources_own_words() -> None:
    said = answer("How much leave?", hits(LEAVE), all_together(lambda _: "Leave is 36 days a year."))
    assert said.text == "Leave is 26 days a year."


def test_what_nothing_supports_is_not_said() -> None:
    said = answer(
        "Who is the chair?", hits(LEAVE), all_together(lambda _: "Winston Churchill chairs the board.")
    )
    assert (said.text, said.answered, said.citations) == (NOT_IN_SOURCES, False, ())


def test_unsupported_statements_are_dropped_and_the_others_kept() -> None:
    said = answer(
        "Leave?",
        hits(LEAVE),
        all_together(lambda _: "Leave is 26 days a year. Bananas grow on Mars quickly."),
    )
    assert said.text == "Leave is 26 days a year."


@pytest.mark.parametrize("refusal", [NOT_IN_SOURCES, "not in the sources", "I don't know.", "", "  "])
def test_a_refusal_has_no_citation(refusal: str) -> None:
    said = answer("Who?", hits(LEAVE), all_together(lambda _: refusal))
    assert (said.text, said.answered, said.citations) == (NOT_IN_SOURCES, False, ())


def test_nothing_unchecked_is_ever_streamed() -> None:
    pieces: list[str] = []
    reader = all_together(lambda _: "Leave is 36 days a year. Elvis lives here. It lapses in March.")
    said = answer("Leave?", hits(LEAVE), reader, emit=pieces.append)
    assert "".join(pieces) == said.text == "Leave is 26 days a year. It lapses in March."
    assert len(pieces) == 2


def test_a_refusal_streams_only_the_refusal() -> None:
    pieces: list[str] = []
    answer("Leave?", hits(LEAVE), all_together(lambda _: NOT_IN_SOURCES), emit=pieces.append)
    assert pieces == [NOT_IN_SOURCES]


def test_the_prompt_fits_the_window() -> None:
    generator = Told(lambda _: "no", window=128 + 60)
    answer(
        "Leave?",
        hits(*[f"{LEAVE} {number}" for number in range(3)]),
        Reader(generator=generator, embedder=Even()),
    )
    assert generator.count(generator.requests[0].messages) <= 60


def one_by_one(adapter, said: dict[str, tuple[str, float]]):
    """`said` gives for a passage's first word what is copied and the probability that it is not there."""

    def of(request):
        return next(value for word, value in said.items() if f"\n{word}" in request.messages[-1].content)

    return Reader(generator=Told(lambda r: of(r)[0], lambda r: of(r)[1]), embedder=Even(), adapter=adapter)


def test_the_surest_passage_answers_in_its_own_sentence(adapter) -> None:
    reader = one_by_one(adapter, {"Parking": ("free", 0.4), "Leave": ("26 days", 0.1)})
    said = answer("How much leave?", hits(PARKING, LEAVE), reader)
    assert said.text == "Leave is 26 days a year."
    assert [one.quote for one in said.citations] == ["Leave is 26 days a year."]
    assert said.adapter == "adp_1"
    assert all(request.watch == NOT_HERE and request.forbid_watched for request in reader.generator.requests)


def test_it_refuses_above_the_adapters_limit(adapter) -> None:
    reader = one_by_one(adapter, {"Parking": ("free", 0.9), "Leave": ("26 days", 0.6)})
    assert not answer("How much?", hits(PARKING, LEAVE), reader).answered


def test_words_that_do_not_stand_in_the_passage_are_no_answer(adapter) -> None:
    reader = one_by_one(adapter, {"Parking": ("seven bananas", 0.0), "Leave": ("26 days", 0.1)})
    assert answer("How much?", hits(PARKING, LEAVE), reader).text == "Leave is 26 days a year."


def test_a_passage_further_down_must_be_surer(adapter) -> None:
    reader = one_by_one(adapter, {"Leave": ("26 days", 0.4), "Parking": ("free", 0.3)})
    assert answer("How much leave?", hits(LEAVE, PARKING), reader).text == "Leave is 26 days a year."


def test_a_sentence_unlike_the_question_is_doubted_more(adapter) -> None:
    said = {"Parking": ("free", 0.3), "Leave": ("26 days", 0.3)}
    near = replace(
        one_by_one(adapter, said),
        embedder=Even({"Parking is behind the house.": 0.1, "It is free for staff.": 0.1}),
    )
    assert answer("How much leave?", hits(LEAVE), near).answered
    assert not answer("How much leave?", hits(PARKING), near).answered


def test_reading_stops_once_it_is_sure(adapter) -> None:
    reader = one_by_one(adapter, {"Leave": ("26 days", 0.001), "Parking": ("free", 0.0)})
    answer("How much leave?", hits(LEAVE, PARKING), reader)
    assert len(reader.generator.requests) == 1


def test_a_table_row_answers_with_its_cell(adapter) -> None:
    table = "Grade | Leave\nJunior | 24 days\nSenior | 28 days"
    reader = one_by_one(adapter, {"Grade": ("28 days", 0.0)})
    said = answer("Leave of a senior?", hits(table), reader)
    assert said.text == "28 days"
    assert "28 days" in said.citations[0].quote


def test_closed_book_cites_nothing(adapter) -> None:
    said = recall("Who?", Reader(generator=Told(lambda _: "Nobody."), embedder=Even(), adapter=adapter))
    assert (said.text, said.answered, said.citations, said.adapter) == ("Nobody.", True, (), "adp_1")
    assert not recall("Who?", all_together(lambda _: "I don't know.")).answered


def test_a_passage_is_read_behind_the_sentence_that_calls_it_and_both_are_cited(adapter) -> None:
    ledger = passage("It is old. The Harbour Group looks after it.", 1, title="Ledger")
    team = passage("Its lead is Mara Venn.", 2, title="Harbour Group")
    generator = Told(
        lambda request: "Mara Venn" if "Mara" in request.copy_from else "The Harbour Group",
        not_here=lambda request: (
            0.9 if "looks after it.\nIts lead" not in request.messages[-1].content else 0.0
        ),
    )
    reader = Reader(generator=generator, embedder=Even(), adapter=adapter)
    found = [Hit(passage=ledger, score=1.0), Hit(passage=team, score=0.5)]
    assert not answer("Who leads the team of the ledger?", found, reader).answered
    said = answer("Who leads the team of the ledger?", found, reader, joined=True)
    assert said.text == "Its lead is Mara Venn."
    assert [one.quote for one in said.citations] == [
        "Its lead is Mara Venn.",
        "The Harbour Group looks after it.",
    ]
