"""What a source objects to is held back; what was accepted on other grounds is judged again, or goes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.catalogue import Catalogue
from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.protocol import Content, Item, UnvouchedError
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

STAFF = frozenset({"group:staff"})


class Judging:
    """Texts by name, and the names that it objects to."""

    location = "nowhere"

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.objections: dict[str, str] = {}
        self.grounds = "keys"
        self.errors: dict[str, Exception] = {}
        self.broken = False
        self.reads: list[str] = []

    @property
    def memory(self) -> dict[str, Any]:
        return {}

    def items(self) -> Iterator[Item]:
        for uri, text in self.texts.items():
            stamp = f"{text} {self.objections.get(text)}"
            yield Item(
                uri=uri, modified="2026-01-01", size=1, readers=STAFF, stamp=stamp, grounds=self.grounds
            )
        if self.broken:
            raise UnvouchedError("a folder cannot be listed", self.grounds)

    def read(self, item: Item) -> Content:
        self.reads.append(item.uri)
        if item.uri in self.errors:
            raise self.errors[item.uri]
        text = self.texts[item.uri]
        return Content(text.encode(), item.uri, self.objections.get(text, ""))

    def close(self) -> None:
        pass


class Place:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.source = Judging()
        catalogue.knowledge.add_source("docs", "folder", "/x", STAFF, "t")

    def clear(self) -> None:
        """As it was at first."""
        self.catalogue.knowledge.remove_source("docs", "t")
        self.catalogue.knowledge.add_source("docs", "folder", "/x", STAFF, "t")
        self.source = Judging()

    def sync(self, *, keep: bool = False, full: bool = False) -> SyncReport:
        self.source.reads = []
        return synchronise(
            self.source, self.catalogue.knowledge, name="docs", actor="t", keep_earlier=keep, full=full
        )

    def decide(self, verdict: Any, uri: str = "a.md") -> None:
        self.catalogue.quarantine.decide("docs", uri, verdict, why="looked at", actor="ann")

    def answers(self) -> dict[str, str]:
        """The text of every document that a reader may see."""
        knowledge = self.catalogue.knowledge
        found = knowledge.confirm(knowledge.passage_keys(), STAFF)
        return {one.uri: one.text for one in found.values()}


@pytest.fixture
def place(catalogue_file: Path) -> Iterator[Place]:
    with Catalogue.open(catalogue_file) as catalogue:
        yield Place(catalogue)


def held(report: SyncReport) -> list[tuple[str, str]]:
    return [(one.uri, one.error) for one in report.held]


def test_what_is_objected_to_is_held_and_nothing_of_it_is_stored(place: Place) -> None:
    place.source.texts = {"a.md": "good", "b.md": "forged"}
    place.source.objections = {"forged": "it is not signed"}
    report = place.sync()
    assert (report.added, report.failed, held(report)) == (1, (), [("b.md", "it is not signed")])
    assert place.answers() == {"a.md": "good"}
    again = place.sync()
    assert (place.source.reads, held(again), again.unchanged) == ([], held(report), 1)
    place.sync(full=True)
    assert [row.action for row in place.catalogue.audit.rows()].count("item.held") == 1


def test_a_changed_item_is_judged_anew(place: Place) -> None:
    place.source.texts = {"a.md": "forged"}
    place.source.objections = {"forged": "no", "forged too": "no either"}
    place.sync()
    place.source.texts["a.md"] = "forged too"
    assert held(place.sync()) == [("a.md", "no either")]
    assert [one.reason for one in place.catalogue.quarantine.held()] == ["no either"]
    place.source.texts["a.md"] = "good"
    assert (place.sync().held, place.answers()) == ((), {"a.md": "good"})
    assert place.catalogue.quarantine.held() == []


def test_what_is_signed_later_is_taken_in(place: Place) -> None:
    place.source.texts = {"a.md": "text"}
    place.source.objections = {"text": "it is not signed"}
    place.sync()
    place.source.objections = {}
    assert place.sync().added == 1
    assert place.answers() == {"a.md": "text"}


def test_a_release_holds_for_those_bytes_alone(place: Place) -> None:
    place.source.texts = {"a.md": "one"}
    place.source.objections = {"one": "no", "two": "no"}
    place.sync()
    place.decide("released")
    assert place.answers() == {}
    assert (place.sync().added, place.answers()) == (1, {"a.md": "one"})
    place.sync(full=True)
    assert place.answers() == {"a.md": "one"}
    place.source.texts["a.md"] = "two"
    assert (held(place.sync()), place.answers()) == ([("a.md", "no")], {})
    place.source.texts["a.md"] = "one"
    assert (place.sync().held, place.answers()) == ((), {"a.md": "one"})


def test_what_is_deleted_is_passed_over_until_it_changes_or_is_released(place: Place) -> None:
    place.source.texts = {"a.md": "one"}
    place.source.objections = {"one": "no"}
    place.sync()
    place.decide("deleted")
    for full in (False, True, False):
        report = place.sync(full=full)
        assert (report.held, report.failed, place.answers()) == ((), (), {})
    place.source.objections = {}
    assert (place.sync().added, place.answers()) == (0, {}), "a person said no to these bytes"
    place.decide("released")
    assert (place.sync().added, place.answers()) == (1, {"a.md": "one"})


@pytest.mark.parametrize("keep", [False, True])
def test_the_version_before_answers_on_only_where_the_source_says_so(place: Place, keep: bool) -> None:
    place.source.texts = {"a.md": "one"}
    place.source.objections = {"two": "it is not signed"}
    place.sync()
    place.source.texts["a.md"] = "two"
    for full in (False, False, True):
        assert held(place.sync(keep=keep, full=full)) == [("a.md", "it is not signed")]
        assert place.answers() == ({"a.md": "one"} if keep else {})
    place.source.texts["a.md"] = "one"
    assert (place.sync(keep=keep).held, place.answers()) == ((), {"a.md": "one"})


def test_deleting_a_bad_version_leaves_the_one_before_where_that_is_kept(place: Place) -> None:
    place.source.texts = {"a.md": "one"}
    place.source.objections = {"two": "no"}
    place.sync()
    place.source.texts["a.md"] = "two"
    place.sync(keep=True)
    place.decide("deleted")
    for full in (False, True):
        assert (place.sync(keep=True, full=full).held, place.answers()) == ((), {"a.md": "one"})


@pytest.mark.parametrize("keep", [False, True])
def test_a_signature_that_no_longer_holds_takes_its_document_out(place: Place, keep: bool) -> None:
    place.source.texts = {"a.md": "one", "b.md": "two"}
    place.sync()
    place.source.objections = {"one": "its key was taken out"}
    place.source.grounds = "other keys"
    assert held(place.sync(keep=keep)) == [("a.md", "its key was taken out")]
    assert place.answers() == {"b.md": "two"}


def test_a_kept_version_goes_once_other_keys_count(place: Place) -> None:
    place.source.texts = {"a.md": "one"}
    place.source.objections = {"two": "it is not signed"}
    place.sync()
    place.source.texts["a.md"] = "two"
    place.sync(keep=True)
    assert place.answers() == {"a.md": "one"}
    place.source.grounds = "other keys"
    place.sync(keep=True)
    assert place.answers() == {}


@pytest.mark.parametrize("error", [ParseError("it is locked"), UnreachableError("no answer")])
def test_what_cannot_be_judged_again_goes_and_comes_back(place: Place, error: Exception) -> None:
    place.source.texts = {"a.md": "one"}
    place.sync()
    place.source.errors = {"a.md": error}
    place.sync(full=True)
    assert place.answers() == {"a.md": "one"}, "on the same grounds an earlier version stays"
    place.source.grounds = "other keys"
    report = place.sync()
    assert ([one.uri for one in report.failed], place.answers()) == (["a.md"], {})
    place.source.errors = {}
    assert (place.sync().added, place.answers()) == (1, {"a.md": "one"})


def test_bytes_that_are_no_document_under_other_keys_take_the_version_before_out(place: Place) -> None:
    place.source.texts = {"a.md": "one"}
    place.sync()
    place.source.texts["a.md"] = "\0\1\2"
    place.sync()
    assert place.answers() == {"a.md": "one"}
    place.source.grounds = "other keys"
    for _ in range(2):
        assert [one.uri for one in place.sync().failed] == ["a.md"]
        assert place.answers() == {}


def test_what_is_not_listed_stays_only_on_the_same_grounds(place: Place) -> None:
    place.source.texts = {"a.md": "one", "b.md": "two"}
    place.sync()
    del place.source.texts["b.md"]
    place.source.broken = True
    place.sync()
    assert set(place.answers()) == {"a.md", "b.md"}
    place.source.grounds = "other keys"
    assert place.sync().removed == 1
    assert set(place.answers()) == {"a.md"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Catalogue.open(tmp_path_factory.mktemp("held") / "catalogue.db") as catalogue:
        yield Place(catalogue)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["one", "two", "three"]),
            st.frozensets(st.sampled_from(["one", "two", "three"])),
            st.sampled_from(["keys", "other keys"]),
            st.sampled_from(["", "released", "deleted"]),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_only_what_passed_or_was_released_ever_answers(
    shared: Place, steps: list[tuple[str, frozenset[str], str, str]], keep: bool
) -> None:
    place = shared
    place.clear()
    verdicts: dict[str, str] = {}
    passed: set[tuple[str, str]] = set()
    for text, bad, grounds, verdict in steps:
        place.source.texts = {"a.md": text}
        place.source.objections = dict.fromkeys(bad, "no")
        place.source.grounds = grounds
        place.sync(keep=keep)
        if text not in bad:
            passed.add((text, grounds))
        elif verdict and place.catalogue.quarantine.held():
            place.decide(verdict)
            verdicts[text] = verdict
            place.sync(keep=keep)
        deleted = {one for one, said in verdicts.items() if said == "deleted"}
        released = set(verdicts) - deleted
        answers = set(place.answers().values())
        may = ({text} - bad - deleted) | ({text} & released)
        if keep:
            may |= released | {one for one, on in passed if on == grounds}
        assert answers <= may
        if text not in bad and text not in deleted:
            assert answers == {text}


def test_a_document_is_audited_by_its_identity(place: Place) -> None:
    place.source.texts = {"a.md": "forged"}
    place.source.objections = {"forged": "no"}
    place.sync()
    [row] = [row for row in place.catalogue.audit.rows() if row.action == "item.held"]
    assert (row.subject, row.detail["uri"]) == (document_id("docs", "a.md"), "a.md")
