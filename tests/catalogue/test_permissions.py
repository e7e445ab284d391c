"""Whatever people, groups, readers and documents do, `confirm` answers as a naive model of them does."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from catalogue_samples import document, words
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError

PEOPLE = ["ann", "bob", "cy"]
GROUPS = ["staff", "hr", "leads", "board"]
URIS = ["a.md", "b.md", "c.md"]
READERS = ["everyone", *(f"user:{name}" for name in PEOPLE), *(f"group:{name}" for name in GROUPS)]

people = st.sampled_from(PEOPLE)
groups = st.sampled_from(GROUPS)
uris = st.sampled_from(URIS)
readers = st.frozensets(st.sampled_from(READERS), max_size=3)
texts = st.sampled_from(["alpha", "alpha beta", "gamma delta alpha"])


class Permissions(RuleBasedStateMachine):
    """The model keeps pairs and walks them; it shares no code with the catalogue."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.catalogue = Catalogue.open(shutil.copy(template, self.directory.name))
        self.catalogue.knowledge.add_source("docs", "folder", "/x", ["everyone"], "t")
        self.members: set[tuple[str, str]] = set()
        self.inside: set[tuple[str, str]] = set()
        self.readers: dict[str, frozenset[str]] = {}
        self.texts: dict[str, str] = {}
        self.every_key: set[int] = set()
        for name in PEOPLE:
            self.catalogue.people.add_person(name)

    def teardown(self) -> None:
        self.catalogue.close()
        self.directory.cleanup()

    @rule(person=people, group=groups)
    def join(self, person: str, group: str) -> None:
        self.catalogue.people.add_person(person, [group])
        self.members.add((person, group))

    @rule(person=people, group=groups)
    def leave(self, person: str, group: str) -> None:
        if (person, group) in self.members:
            self.catalogue.people.leave(person, group)
            self.members.remove((person, group))
        else:
            with pytest.raises(NotFoundError):
                self.catalogue.people.leave(person, group)

    @rule(group=groups, parent=groups)
    def nest(self, group: str, parent: str) -> None:
        if group in self.upward(parent):
            with pytest.raises(UsageError):
                self.catalogue.people.add_group(group, [parent])
        else:
            self.catalogue.people.add_group(group, [parent])
            self.inside.add((group, parent))

    @rule(uri=uris, text=texts, readers=readers)
    def put(self, uri: str, text: str, readers: frozenset[str]) -> None:
        self.catalogue.knowledge.put(document(uri, text, readers=readers), words(text), "t")
        self.readers[uri], self.texts[uri] = readers, text

    @rule(uri=uris, readers=readers)
    def set_readers(self, uri: str, readers: frozenset[str]) -> None:
        if uri in self.readers:
            self.catalogue.knowledge.set_readers(document(uri).id, readers, "t")
            self.readers[uri] = readers

    @rule(uri=uris)
    def remove(self, uri: str) -> None:
        if self.readers.pop(uri, None) is not None:
            self.catalogue.knowledge.remove(document(uri).id, "t")

    @invariant()
    def everybody_is_confirmed_exactly_what_they_may_read(self) -> None:
        self.every_key |= self.catalogue.knowledge.passage_keys()
        for person in PEOPLE:
            held = self.catalogue.people.principals(person)
            assert held == self.held_by(person)
            found = self.catalogue.knowledge.confirm(self.every_key, held).values()
            may_read = {uri for uri, permitted in self.readers.items() if permitted & held}
            expected = {(uri, word) for uri in may_read for word in self.texts[uri].split()}
            assert sorted((passage.uri, passage.text) for passage in found) == sorted(expected)
            assert {one.uri for one in self.catalogue.knowledge.visible_documents(held)} == may_read

    def upward(self, group: str) -> set[str]:
        return {group}.union(*(self.upward(parent) for child, parent in self.inside if child == group))

    def held_by(self, person: str) -> set[str]:
        direct = [group for member, group in self.members if member == person]
        groups = set[str]().union(*map(self.upward, direct))
        return {"everyone", f"user:{person}"} | {f"group:{group}" for group in groups}


def test_confirm_agrees_with_a_naive_model(empty_catalogue: Path) -> None:
    machine: Callable[[], Permissions] = lambda: Permissions(empty_catalogue)  # noqa: E731
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=12, stateful_step_count=15, suppress_health_check=list(HealthCheck)),
    )
