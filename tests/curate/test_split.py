from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellread.curate.example import home, identified
from wellread.curate.split import split
from wellread.records.learning import SPLITS, Context, Example

Make = Callable[..., Example]


def made(
    question: str, documents: list[str], gold: int | None, written_from: tuple[str, ...] = ()
) -> Example:
    contexts = tuple(Context(passage=f"p{d}", document=d, text=f"text of {d}") for d in documents)
    answer = None if gold is None else "text"
    return identified(
        Example(
            id="", question=question, contexts=contexts, answer=answer, gold=gold, written_from=written_from
        )
    )


DOCUMENTS = st.sampled_from([f"d{n}" for n in range(12)])
EXAMPLES = st.lists(
    st.builds(
        lambda number, shown, gold, source: made(
            f"q{number}", shown, None if gold is None else gold % len(shown), (source,) if source else ()
        ),
        st.integers(0, 999),
        st.lists(DOCUMENTS, min_size=1, max_size=4, unique=True),
        st.none() | st.integers(0, 3),
        st.none() | DOCUMENTS,
    ),
    max_size=25,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(examples=EXAMPLES, seed=st.integers(0, 4), held_out=st.frozensets(DOCUMENTS, max_size=2))
def test_training_shows_nothing_that_a_held_out_question_is_answered_from(
    examples: list[Example], seed: int, held_out: frozenset[str]
) -> None:
    rows = split(examples, seed=seed, held_out=held_out).rows
    homes = {own: {d for e, s in rows if s == own for d in home(e)} for own in SPLITS}
    shown = {own: {d for e, s in rows if s == own for d in e.documents} for own in SPLITS}
    assert not shown["train"] & (homes["validation"] | homes["test"] | held_out)
    assert not shown["validation"] & (homes["test"] | held_out)
    assert not homes["train"] & homes["validation"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(examples=EXAMPLES, seed=st.integers(0, 4))
def test_rows_keep_their_gold_their_answer_and_an_id_of_their_own(examples: list[Example], seed: int) -> None:
    parts = split(examples, seed=seed)
    assert len(parts.rows) + len(parts.dropped) == len(examples)
    kept = [example for example in examples if example not in parts.dropped]
    for before, (after, _) in zip(kept, parts.rows, strict=True):
        assert (after.question, after.answer) == (before.question, before.answer)
        assert after == identified(after)
        if before.gold is not None and after.gold is not None:
            assert after.contexts[after.gold] == before.contexts[before.gold]


def plain(count: int) -> list[Example]:
    return [made(f"q{n}", [f"doc{n}"], 0, (f"doc{n}",)) for n in range(count)]


def test_about_eight_tenths_are_for_training() -> None:
    rows = split(plain(1000)).rows
    shares = {own: sum(s == own for _, s in rows) / 1000 for own in SPLITS}
    assert 0.76 < shares["train"] < 0.84
    assert 0.07 < shares["validation"] < 0.13


def test_three_documents_are_enough_for_three_splits() -> None:
    for count in (3, 4, 7):
        for seed in range(20):
            assert {own for _, own in split(plain(count), seed=seed).rows} == set(SPLITS)


def test_held_out_documents_go_to_test_and_the_others_still_fill_all_splits() -> None:
    rows = split(plain(8), held_out=["doc0", "doc1"]).rows
    assert {e.question: s for e, s in rows}["q0"] == "test"
    assert {e.question: s for e, s in rows}["q1"] == "test"
    assert {s for _, s in rows} == set(SPLITS)


def test_a_row_of_two_documents_ties_them() -> None:
    for seed in range(20):
        tied = [*plain(12), made("both", ["doc0"], 0, ("doc0", "doc1"))]
        assigned = {e.question: s for e, s in split(tied, seed=seed).rows}
        assert assigned["q0"] == assigned["q1"] == assigned["both"]


def test_a_refusal_is_tied_to_the_document_that_was_left_out() -> None:
    rows = [*plain(12), made("refusal", ["doc5"], None, ("doc0",))]
    for seed in range(20):
        parts = split(rows, seed=seed)
        assigned = {e.question: s for e, s in parts.rows}
        dropped = {e.question for e in parts.dropped}
        assert "refusal" in dropped or assigned["refusal"] == assigned["q0"]


def test_a_document_keeps_its_split_when_others_come() -> None:
    before = {e.question: s for e, s in split(plain(100)).rows}
    after = {e.question: s for e, s in split(plain(160)).rows}
    assert before.items() <= after.items()
