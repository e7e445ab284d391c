"""A conversation is one person's, whole, and never shows more than that person may read today."""

from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_samples import HR, document, put, words
from conversation_samples import cited, turn, unclear
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_erasure import left_on_disk

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, WellreadError
from wellread.records.conversation import Statement
from wellread.records.turns import WITHHELD, Ground

SECRET = "Kryptonsalat"


@pytest.fixture
def people(catalogue: Catalogue) -> Catalogue:
    """ann is in hr, bob in no group."""
    catalogue.people.add_person("ann", ["hr"])
    catalogue.people.add_person("bob")
    return catalogue


def test_a_turn_is_read_as_it_was_written(people: Catalogue) -> None:
    stored = put(people, "a.md")
    both = Statement("Alpha and beta.", (cited(stored, "alpha"), cited(stored, "beta")))
    identifier = people.conversations.begin(
        "ann", turn("What?", both, grounds=(Ground(stored.id, stored.version),))
    )
    assert people.conversations.add(identifier, "ann", turn("And?")) == 2
    first, second = people.conversations.turns(identifier, "ann")
    assert first.answer.statements == (both,)
    assert first.grounds == (Ground(stored.id, stored.version),)
    assert (first.number, first.question, first.withheld, second.number) == (1, "What?", (), 2)
    assert (first.answer.steps[0].name, first.answer.tokens) == ("read", 7)
    assert first.asked <= second.asked
    assert second.answer.verdict == "not in your sources"
    assert people.conversations.turns(identifier, "ann", last=1) == [second]
    listed = people.conversations.conversation(identifier, "ann")
    assert (listed.title, listed.length, listed.changed) == ("What?", 2, second.asked)


def test_the_newest_conversation_is_listed_first(people: Catalogue) -> None:
    older = people.conversations.begin("ann", turn("older"))
    newer = people.conversations.begin("ann", turn("newer " * 40))
    assert [one.id for one in people.conversations.of("ann")] == [newer, older]
    assert len(people.conversations.of("ann")[0].title) == 80
    people.conversations.add(older, "ann", turn("again"))
    assert [one.id for one in people.conversations.of("ann")] == [older, newer]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["begin", "add", "read", "delete", "delete all", "forget"]),
            st.sampled_from(["ann", "bob", "cyd"]),
            st.integers(0, 5),
        ),
        max_size=25,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_persons_conversation_is_as_if_it_did_not_exist(
    catalogue: Catalogue, deeds: list[tuple[str, str, int]]
) -> None:
    room = catalogue.conversations
    made: list[str] = ["cnv_none"]
    held: dict[str, tuple[str, list[str]]] = {}
    for name in ("ann", "bob", "cyd"):
        catalogue.people.add_person(name)
        room.delete_all(name)
    for number, (deed, person, chosen) in enumerate(deeds):
        identifier = made[chosen % len(made)]
        mine = held.get(identifier, ("nobody", []))[0] == person
        if deed == "begin":
            made.append(room.begin(person, turn(f"q{number}")))
            held[made[-1]] = person, [f"q{number}"]
        elif deed in ("delete all", "forget"):
            if deed == "forget":
                catalogue.people.remove_person(person)
                catalogue.people.add_person(person)
            else:
                room.delete_all(person)
            held = {one: kept for one, kept in held.items() if kept[0] != person}
        elif not mine:
            missing = refusal(catalogue, deed, "cnv_none", person)
            assert refusal(catalogue, deed, identifier, person) == missing.replace("cnv_none", identifier)
        elif deed == "add":
            room.add(identifier, person, turn(f"q{number}"))
            held[identifier][1].append(f"q{number}")
        elif deed == "delete":
            room.delete(identifier, person)
            del held[identifier]
        for name in ("ann", "bob", "cyd"):
            theirs = {one: said for one, (owner, said) in held.items() if owner == name}
            assert {one.id: one.length for one in room.of(name)} == {i: len(s) for i, s in theirs.items()}
            for one, said in theirs.items():
                assert [each.question for each in room.turns(one, name)] == said


def refusal(catalogue: Catalogue, deed: str, identifier: str, person: str) -> str:
    """The words with which it is refused."""
    room = catalogue.conversations
    with pytest.raises(NotFoundError) as caught:
        if deed == "add":
            room.add(identifier, person, turn("no"))
        elif deed == "delete":
            room.delete(identifier, person)
        else:
            with pytest.raises(NotFoundError) as same:
                room.turns(identifier, person)
            with pytest.raises(NotFoundError, match="has no conversation"):
                room.conversation(identifier, person)
            raise same.value
    return str(caught.value)


def test_what_may_be_read_no_longer_is_withheld_and_comes_back_with_the_permission(people: Catalogue) -> None:
    open_, closed = put(people, "a.md"), put(people, "b.md", "delta epsilon", readers=HR)
    statements = (
        Statement("Alpha.", (cited(open_, "alpha"),)),
        Statement("Both.", (cited(open_, "alpha"), cited(closed, "delta"))),
    )
    used = (Ground(closed.id, closed.version),)
    room = people.conversations
    identifier = room.begin("ann", turn("What?", *statements, resolved="What delta?", grounds=used))
    room.add(identifier, "ann", unclear("Do you mean delta?", *used))
    whole = room.turns(identifier, "ann")
    people.people.leave("ann", "hr")
    first, second = room.turns(identifier, "ann")
    assert first.answer.statements == (statements[0], Statement(WITHHELD))
    assert (first.withheld, first.resolved, first.grounds) == ((1,), "What?", ())
    assert "delta" not in second.answer.text
    assert "delta" not in str(room.turns(identifier, "ann")).replace("epsilon", "")
    people.people.add_person("ann", ["hr"])
    assert room.turns(identifier, "ann") == whole


def test_what_is_gone_reads_like_what_may_not_be_read(people: Catalogue) -> None:
    room = people.conversations
    read = []
    for uri in ("closed.md", "gone.md"):
        stored = put(people, uri, f"{SECRET} is served", readers=HR)
        said = turn("What?", Statement("Served.", (cited(stored, SECRET),)), resolved=f"What {SECRET}?",
                    grounds=(Ground(stored.id, stored.version),))  # fmt: skip
        identifier = room.begin("ann", said)
        if uri == "gone.md":
            people.knowledge.remove(stored.id, "t")
        else:
            people.knowledge.set_readers(stored.id, ["user:bob"], "t")
        [one] = room.turns(identifier, "ann")
        read.append((one.question, one.resolved, one.grounds, one.answer.statements, one.withheld))
    assert read[0] == read[1]


@pytest.mark.parametrize("how", ["remove", "remove source", "remove item", "forget versions"])
def test_what_is_erased_is_erased_from_every_turn_and_from_the_disk(
    people: Catalogue, file: Path, how: str
) -> None:
    put(people, "stays.md", "Rapunzel grows here")
    stored = put(people, "menu.md", f"{SECRET} is served")
    kept = put(people, "a.md", source="other")
    room, used = people.conversations, (Ground(stored.id, stored.version),)
    unanswered = replace(turn("And?").answer, missing=(SECRET,))
    served = Statement(f"{SECRET} is served", (cited(stored, SECRET), cited(kept, "alpha")))
    alpha = Statement("Alpha.", (cited(kept, "alpha"),))
    ids = {
        person: room.begin(person, turn("What?", served, alpha, resolved=f"What {SECRET}?", grounds=used))
        for person in ("ann", "bob")
    }
    room.add(ids["ann"], "ann", turn("And?", answer=unanswered, grounds=used))
    room.add(ids["ann"], "ann", unclear(f"Do you mean {SECRET}?", *used))
    if how == "remove":
        people.knowledge.remove(stored.id, "t")
    elif how == "remove source":
        people.knowledge.remove_source("docs", "t")
    elif how == "remove item":
        people.knowledge.remove_item("docs", "menu.md", "t")
    else:
        put(people, "menu.md", "soup is served")
        assert room.turns(ids["ann"], "ann")[0].answer.statements[0] == served  # its text is still kept
        people.knowledge.forget_versions(stored.id, "t")
    for person, identifier in ids.items():
        first = room.turns(identifier, person)[0]
        assert first.answer.statements == (Statement(WITHHELD), alpha)
    people.vacuum()
    assert left_on_disk(file, SECRET) == []
    assert people.audit.verify() is None


def test_a_document_that_comes_back_brings_back_no_quote(people: Catalogue) -> None:
    stored = put(people, "a.md")
    identifier = people.conversations.begin("ann", turn("What?", Statement("A.", (cited(stored, "alpha"),))))
    people.knowledge.remove(stored.id, "t")
    assert put(people, "a.md").version == stored.version
    assert people.conversations.turns(identifier, "ann")[0].answer.statements == (Statement(WITHHELD),)


def test_the_past_of_a_document_that_is_gone_is_shown_to_its_last_readers(people: Catalogue) -> None:
    people.knowledge.add_source(
        "docs", "git", "/srv/docs", ["everyone"], "t", options={"history": "full,gone"}
    )
    stored = document("a.md", readers=HR)
    people.knowledge.put(stored, words(stored.text), "t")
    people.past.keep_current("docs", "2026-01-01")
    said = turn("What?", Statement("A.", (cited(stored, "alpha"),)))
    anns, bobs = people.conversations.begin("ann", said), people.conversations.begin("bob", said)
    people.knowledge.remove_item("docs", "a.md", "t")
    assert people.conversations.turns(anns, "ann")[0].withheld == ()
    assert people.conversations.turns(bobs, "bob")[0].withheld == (0,)
    people.past.forget_source("docs")
    assert people.conversations.turns(anns, "ann")[0].withheld == (0,)


def test_the_audit_log_tells_of_conversations_and_not_what_was_said(people: Catalogue) -> None:
    before = people.audit.head()[0]
    identifier = people.conversations.begin("ann", turn(SECRET))
    people.conversations.add(identifier, "ann", turn(SECRET))
    people.conversations.delete(identifier, "ann")
    rows = people.audit.rows(after=before)
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("ann", f"conversation.{deed}", identifier) for deed in ("begun", "turn", "turn", "deleted")
    ]
    assert SECRET not in str(rows)


def test_a_deleted_conversation_is_gone_from_the_disk_after_vacuum(people: Catalogue, file: Path) -> None:
    stored = put(people, "a.md")
    said = turn(SECRET, Statement(SECRET, (cited(stored, "alpha"),)), resolved=SECRET)
    one, _ = people.conversations.begin("ann", said), people.conversations.begin("ann", said)
    people.conversations.delete(one, "ann")
    people.vacuum()
    assert left_on_disk(file, SECRET) == [file.name]
    assert people.conversations.delete_all("ann") == 1
    people.vacuum()
    assert left_on_disk(file, SECRET) == []


def test_a_turn_that_cannot_be_written_leaves_nothing(people: Catalogue) -> None:
    identifier = people.conversations.begin("ann", turn("What?"))
    twice = (Ground("doc_1", "ver_1"), Ground("doc_1", "ver_1"))
    assert people.conversations.add(identifier, "ann", turn("twice is once", grounds=twice)) == 2
    broken = turn("broken", Statement("x", (cited(document("a.md"), "alpha"),)))
    object.__setattr__(broken.answer.statements[0].citations[0], "version", None)
    with pytest.raises(WellreadError):
        people.conversations.add(identifier, "ann", broken)
    assert [one.question for one in people.conversations.turns(identifier, "ann")] == [
        "What?",
        "twice is once",
    ]


def test_conversations_move_with_the_catalogue(people: Catalogue, tmp_path: Path) -> None:
    stored = put(people, "a.md")
    identifier = people.conversations.begin("ann", turn("What?", Statement("A.", (cited(stored, "alpha"),))))
    with Catalogue.open(tmp_path / "other.db") as other:
        people.copy_to(other)
        assert other.conversations.turns(identifier, "ann") == people.conversations.turns(identifier, "ann")
