from collections.abc import Callable

from wellread.curate.facts import occurrences
from wellread.curate.mine import mine
from wellread.curate.unanswerable import misplaced, swapped
from wellread.records.knowledge import Passage

Make = Callable[..., Passage]
FILLER = " Nobody needs to read any further than this, though there is a little more to be said."


def test_a_question_is_put_to_the_nearest_passage_of_another_document(passage: Make) -> None:
    source = passage("The visitor parking permit costs $120." + FILLER, name="a")
    near = passage("A visitor parking permit is printed at the gate." + FILLER, name="b")
    far = passage("Leave requests go through the portal." + FILLER, name="c")
    facts = mine([source], phrasings=1)
    (example,) = misplaced(facts, [source, far, near], share=1.0)
    assert [context.document for context in example.contexts] == [near.document]
    assert example.answer is None and example.gold is None
    assert example.written_from == (source.document,)


def test_a_passage_with_the_answer_is_never_taken_for_one_without(passage: Make) -> None:
    source = passage("The visitor parking permit costs $120." + FILLER, name="a")
    echo = passage("For a visitor parking permit we charge $120 nowadays." + FILLER, name="b")
    facts = mine([source], phrasings=1)
    assert facts and list(misplaced(facts, [source, echo], share=1.0)) == []


def test_the_share_is_kept(passage: Make) -> None:
    passages = [
        passage(f"The zone{n} parking permit costs ${n}50." + FILLER, name=str(n)) for n in range(1, 121)
    ]
    facts = mine(passages, phrasings=1)
    made = list(misplaced(facts, passages, share=0.2))
    assert 0.1 * len(facts) < len(made) < 0.3 * len(facts)
    by_question = {fact.question: fact for fact in facts}
    assert not any(occurrences(by_question[one.question].answer, one.contexts[0].text) for one in made)


def test_an_attribute_that_the_passage_leaves_open_is_asked_for(passage: Make) -> None:
    text = (
        "The Help Desk is a small team at the back of the hall. It has been here since 2019, free of charge."
    )
    (example,) = swapped(mine([passage(text)], phrasings=1))
    assert example.question == "What is the phone number of the Help Desk?"
    assert example.answer is None


def test_only_what_has_a_name_and_could_be_called_is_asked_for_a_number(passage: Make) -> None:
    for subject in ("Ledgerline", "A strong relationship"):
        text = f"{subject} is a good thing for all of us here. It has been so since 2019, free of charge."
        assert list(swapped(mine([passage(text)]))) == []


def test_nothing_is_asked_where_every_attribute_is_mentioned(passage: Make) -> None:
    text = "Ledgerline is a web application for filing receipts. It costs $5 since 2019; call us."
    assert mine([passage(text)]) and list(swapped(mine([passage(text)]))) == []
