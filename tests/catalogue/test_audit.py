"""The audit log shows that it was tampered with, and where."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from catalogue_samples import put
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.catalogue import Catalogue
from wellread.catalogue.chain import GENESIS, Deed, seal

ROWS = 12


@pytest.fixture
def log(file: Path) -> Path:
    """A catalogue file with ROWS rows of audit."""
    with Catalogue.open(file) as catalogue:
        for number in range(ROWS):
            catalogue.audit.append("ann", "test.done", f"thing {number}", {"n": number, "é": [None, 1.5]})
    return file


def tamper(file: Path, *statements: str) -> None:
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def first_broken(file: Path, head: tuple[int, str] | None = None) -> int | None:
    with Catalogue.open(file) as catalogue:
        broken = catalogue.audit.verify(head)
    return None if broken is None else broken.number


def test_rows_come_back_as_they_were_written(log: Path) -> None:
    with Catalogue.open(log) as catalogue:
        rows = catalogue.audit.rows()
        assert [row.number for row in rows] == list(range(1, ROWS + 1))
        assert [row.detail for row in rows] == [{"n": number, "é": [None, 1.5]} for number in range(ROWS)]
        assert catalogue.audit.rows(after=3, limit=2) == rows[3:5]
        assert catalogue.audit.head() == (ROWS, rows[-1].hash)
        assert catalogue.audit.verify() is None
        assert rows[0].previous == GENESIS


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "detail", "previous", "hash"])
@pytest.mark.parametrize("number", [1, 5, ROWS])
def test_an_edited_row_is_found(log: Path, column: str, number: int) -> None:
    tamper(log, f"UPDATE audit SET {column} = {column} || ' ' WHERE number = {number}")
    assert first_broken(log) == number


def test_a_row_edited_together_with_its_hash_is_found_at_the_next(log: Path) -> None:
    with Catalogue.open(log) as catalogue:
        row = catalogue.audit.rows()[4]
    forged = seal(5, Deed(row.at, "eve", row.action, row.subject, "{}"), row.previous)
    tamper(log, f"UPDATE audit SET actor = 'eve', detail = '{{}}', hash = '{forged}' WHERE number = 5")
    assert first_broken(log) == 6


@pytest.mark.parametrize("number", [1, 5, ROWS])
def test_a_removed_row_is_found(log: Path, number: int) -> None:
    tamper(log, f"DELETE FROM audit WHERE number = {number}")
    assert first_broken(log) == number


def test_rows_that_changed_places_are_found(log: Path) -> None:
    tamper(
        log,
        "UPDATE audit SET number = -1 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 5",
        "UPDATE audit SET number = 5 WHERE number = -1",
    )
    assert first_broken(log) == 4


def test_an_inserted_row_is_found(log: Path) -> None:
    tamper(
        log,
        f"INSERT INTO audit SELECT {ROWS + 1}, at, actor, action, subject, detail, hash, hash FROM audit "
        f"WHERE number = {ROWS}",
    )
    assert first_broken(log) == ROWS + 1


def test_a_cut_off_end_needs_a_noted_head_when_the_count_was_set_back_too(log: Path) -> None:
    with Catalogue.open(log) as catalogue:
        noted = catalogue.audit.head()
    tamper(log, "DELETE FROM audit WHERE number > 8")
    assert first_broken(log) == 9
    tamper(log, "UPDATE sequences SET value = 8 WHERE name = 'audit'")
    assert first_broken(log) is None
    assert first_broken(log, noted) == 9


def test_a_rewritten_chain_needs_a_noted_head(log: Path) -> None:
    with Catalogue.open(log) as catalogue:
        noted = catalogue.audit.head()
        rows = catalogue.audit.rows()
    previous = GENESIS
    for row in rows:
        hashed = seal(row.number, Deed(row.at, "eve", row.action, row.subject, "{}"), previous)
        tamper(
            log,
            f"UPDATE audit SET actor = 'eve', detail = '{{}}', previous = '{previous}', hash = '{hashed}' "
            f"WHERE number = {row.number}",
        )
        previous = hashed
    assert first_broken(log) is None
    assert first_broken(log, noted) == ROWS


@pytest.mark.parametrize(
    ("act", "action"),
    [
        (lambda c, d: c.knowledge.set_readers(d, ["group:hr"], "bob"), "document.readers"),
        (lambda c, d: c.knowledge.remove(d, "bob"), "document.removed"),
        (lambda c, d: c.knowledge.remove_source("docs", "bob"), "source.removed"),
        (lambda c, d: c.people.add_person("eve", ["hr"], actor="bob"), "person.added"),
        (lambda c, d: c.people.add_group("hr", ["staff"], actor="bob"), "group.added"),
    ],
)
def test_what_matters_is_recorded_with_who_did_it(
    catalogue: Catalogue, act: Callable[[Catalogue, str], object], action: str
) -> None:
    stored = put(catalogue, "private/ann-smith.md", "salary of ann")
    assert [row.action for row in catalogue.audit.rows()] == ["source.added", "document.added"]
    act(catalogue, stored.id)
    last = catalogue.audit.rows()[-1]
    assert (last.action, last.actor) == (action, "bob")
    # The log outlives what it speaks of, so it names documents by id only.
    assert not any("ann-smith" in str(row) or "salary" in str(row) for row in catalogue.audit.rows())


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
deeds = st.tuples(texts, texts, texts, texts, texts)


@settings(max_examples=200)
@given(deeds, deeds)
def test_different_rows_never_share_a_hash(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    sealed = [seal(1, Deed(*deed), GENESIS) for deed in (one, two)]
    assert (sealed[0] == sealed[1]) == (one == two)
