from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellread.curate.facts import occurrences
from wellread.curate.mine import mine
from wellread.curate.raft import Raft
from wellread.errors import UsageError
from wellread.records.knowledge import Passage
from wellread.records.learning import Example

Make = Callable[..., Passage]
FILLER = " Nobody needs to read any further than this, though there is always a little more to be said."


def library(passage: Make, count: int) -> list[Passage]:
    return [
        passage(
            f"The permit for zone{n} costs ${n}50. Permits are sold at counter{n}." + FILLER, name=f"p{n}"
        )
        for n in range(1, count + 1)
    ]


def raft(passage: Make, finder: Callable[..., object], settings: Raft, count: int = 40) -> list[Example]:
    passages = library(passage, count)
    return list(settings.examples(mine(passages, phrasings=1), finder(passages)))  # type: ignore[arg-type]


def test_the_share_without_gold_is_about_what_was_asked_for(
    passage: Make, finder: Callable[..., object]
) -> None:
    examples = raft(passage, finder, Raft(absent=0.3), count=200)
    refusals = sum(example.answer is None for example in examples)
    assert len(examples) >= 200
    assert 0.2 < refusals / len(examples) < 0.4


def test_no_gold_is_ever_withheld_at_share_zero(passage: Make, finder: Callable[..., object]) -> None:
    assert all(example.answer for example in raft(passage, finder, Raft(absent=0.0)))


def test_a_refusal_shows_no_passage_with_the_answer(passage: Make, finder: Callable[..., object]) -> None:
    passages = library(passage, 30)
    same = passage("Elsewhere it says that the permit for zone7 was $750 last year." + FILLER, name="echo")
    facts = {fact.question: fact for fact in mine(passages, phrasings=1)}
    made = list(Raft(absent=0.9).examples(facts.values(), finder([*passages, same])))  # type: ignore[arg-type]
    refusals = [example for example in made if example.answer is None]
    assert len(refusals) > 20
    for example in refusals:
        fact = facts[example.question]
        assert example.gold is None and example.quote is None and example.contexts
        assert fact.passage.id not in {context.passage for context in example.contexts}
        assert not any(occurrences(fact.answer, context.text) for context in example.contexts)


def test_the_small_words_before_an_answer_do_not_hide_it(
    passage: Make, finder: Callable[..., object]
) -> None:
    gold = passage("You must submit your voucher within 5 business days of returning." + FILLER, name="gold")
    other = passage("Anybody returning has 5 business days, it says here, to submit." + FILLER, name="other")
    facts = mine([gold])
    assert facts[0].answer == "within 5 business days"
    for one in Raft(absent=0.99).examples(facts, finder([gold, other])):  # type: ignore[operator]
        assert [context.passage for context in one.contexts] == [gold.id]


def test_distractors_do_not_carry_the_answer_either(passage: Make, finder: Callable[..., object]) -> None:
    for example in raft(passage, finder, Raft(absent=0.0)):
        holding = [c for c in example.contexts if occurrences(example.answer or "", c.text)]
        assert holding == [example.contexts[example.gold or 0]]


def test_the_gold_stands_anywhere_and_the_number_shown_varies(
    passage: Make, finder: Callable[..., object]
) -> None:
    examples = raft(passage, finder, Raft(absent=0.0, most_shown=4), count=120)
    assert {len(example.contexts) for example in examples} == {1, 2, 3, 4}
    assert {example.gold for example in examples} == {0, 1, 2, 3}


def test_a_refusal_still_says_what_it_was_written_from(passage: Make, finder: Callable[..., object]) -> None:
    refusal = next(e for e in raft(passage, finder, Raft(absent=0.9)) if e.answer is None)
    (source,) = refusal.written_from
    assert source not in {context.document for context in refusal.contexts}
    assert source in refusal.documents


def test_without_anything_else_to_show_the_gold_is_not_withheld(passage: Make) -> None:
    facts = mine(library(passage, 3))
    assert all(e.answer is not None for e in Raft(absent=0.99).examples(facts, lambda question, limit: []))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 5), absent=st.floats(0, 0.99), shown=st.integers(1, 5))
def test_the_same_settings_give_the_same_examples(
    passage: Make, finder: Callable[..., object], seed: int, absent: float, shown: int
) -> None:
    recipe = Raft(seed=seed, absent=absent, most_shown=shown)
    once = raft(passage, finder, recipe, count=8)
    assert once == raft(passage, finder, recipe, count=8)
    assert len({example.id for example in once}) == len(once)
    assert all(1 <= len(example.contexts) <= shown for example in once)


@pytest.mark.parametrize("wrong", [{"most_shown": 0}, {"absent": 1.0}, {"absent": -0.1}])
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Raft(**wrong)  # type: ignore[arg-type]
