"""Who may decide on what is held back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue
from wellread.errors import NotAllowedError, NotFoundError
from wellread.govern.quarantine import Quarantine
from wellread.records.knowledge import ItemState


@pytest.fixture
def catalogue(catalogue_file: Path) -> Iterator[Catalogue]:
    """One item is held of each of two sources; ann's group may decide on the first, bob on nothing."""
    with Catalogue.open(catalogue_file) as opened:
        opened.people.add_person("ann", ["stewards"])
        opened.people.add_person("bob")
        for name, options in (("policies", {"released_by": "group:stewards,user:eve"}), ("notes", {})):
            opened.knowledge.add_source(name, "folder", f"/{name}", ["everyone"], "t", options=options)
            state = ItemState(uri="a.md", failed_stamp="1", error="it is not signed")
            opened.knowledge.hold_item(name, state, "a" * 64, "t", withdraw=True)
        yield opened


def test_the_operator_decides_on_everything(catalogue: Catalogue) -> None:
    desk = Quarantine(catalogue)
    assert [one.source for one in desk.held()] == ["notes", "policies"]
    assert desk.decide("notes", "a.md", "released", why="ours").decided_by == "operator"
    with pytest.raises(NotFoundError, match="'nope'"):
        desk.held("nope")


def test_a_person_decides_where_the_source_names_them(catalogue: Catalogue) -> None:
    desk = Quarantine(catalogue, "ann")
    assert [one.source for one in desk.held()] == ["policies"]
    assert [one.verdict for one in desk.history("policies", "a.md")] == ["held"]
    desk.decide("policies", "a.md", "released", why="I signed it on paper")
    row = catalogue.audit.rows()[-1]
    assert (row.actor, row.action, row.detail["reason"]) == ("ann", "item.released", "I signed it on paper")


@pytest.mark.parametrize("person", ["ann", "bob"])
def test_elsewhere_a_source_looks_like_one_that_is_not_there(catalogue: Catalogue, person: str) -> None:
    desk = Quarantine(catalogue, person)
    told = set()
    for name in ("notes", "nope"):
        for attempt in (
            lambda source=name: desk.held(source),
            lambda source=name: desk.history(source, "a.md"),
            lambda source=name: desk.decide(source, "a.md", "released", why="please"),
        ):
            with pytest.raises(NotAllowedError) as refused:
                attempt()
            told.add(str(refused.value).replace(name, "NAME"))
    assert len(told) == 1
    assert len(catalogue.quarantine.held("notes")) == 1


def test_nobody_unknown_decides(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="eve"):
        Quarantine(catalogue, "eve")
