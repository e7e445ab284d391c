"""Nobody is ever shown what they may not read, by any way of asking, whatever happens in between.

People, groups, readers, documents, the index and the process change at random; a naive model that shares no code with
the product says who may read what. The index is often behind the catalogue, as it is between a commit and its indexing:
then everything readable need not be found, but nothing else may be.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError
from wellread.flows.indexing import catch_up, rebuild
from wellread.index.embedded import EmbeddedIndex
from wellread.models.fakes import FakeEmbedder
from wellread.records import identity
from wellread.records.knowledge import Chunk, Document
from wellread.records.people import EVERYONE
from wellread.retrieve.explain import explain
from wellread.retrieve.search import Searcher

PEOPLE = ("ann", "bob", "cy", "dee", "eve")
GROUPS = ("staff", "hr", "leads", "board", "guests")
URIS = tuple(f"{name}.md" for name in "abcdefgh")
READERS = (EVERYONE, *(f"user:{name}" for name in PEOPLE), *(f"group:{name}" for name in GROUPS))
WORDS = ("notice", "period", "salary", "travel", "budget", "merger")


class World:
    """The product, the naive model of it, and how many cases of each kind were checked."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.checked = Counter[str]()
        self.members: set[tuple[str, str]] = set()
        self.inside: set[tuple[str, str]] = set()
        self.readers: dict[str, frozenset[str]] = {}
        self.texts: dict[str, str] = {}
        self.versions: dict[str, set[str]] = {}
        self.is_indexed = True
        self.open()
        self.catalogue.knowledge.add_source("docs", "folder", "/x", [EVERYONE], "t")
        for name in PEOPLE:
            self.catalogue.people.add_person(name)

    def open(self) -> None:
        self.catalogue = Catalogue.open(self.folder / "catalogue.db")
        self.embedder = FakeEmbedder()
        self.index = EmbeddedIndex.open(self.folder / "index", self.embedder.dimensions, writable=True)
        self.searcher = Searcher(self.catalogue, self.index, self.embedder)

    def close(self) -> None:
        self.index.close()
        self.catalogue.close()

    # What may happen.

    def change(self) -> None:
        """One thing happens; some of them often, some seldom."""
        often = (self.put, self.put, self.set_readers, self.set_readers, self.join, self.leave, self.catch_up)
        seldom = (self.nest, self.unnest, self.remove, self.rename, self.catch_up, self.rebuild, self.reopen)
        self.random.choice((*often, *often, *seldom))()

    def put(self, uri: str = "", text: str = "") -> None:
        uri = uri or self.random.choice(URIS)
        text = text or " ".join(self.random.choices(WORDS, k=self.random.randint(1, 4)))
        readers = self.readers.get(uri) or frozenset(self.random.sample(READERS, self.random.randint(0, 3)))
        identifier = identity.document_id("docs", uri)
        version = identity.version_id(identifier, identity.digest(text))
        document = Document(
            id=identifier, version=version, source="docs", uri=uri, title=f"Title of {uri}", text=text,
            content_digest=identity.digest(text), readers=readers, modified="2026-01-01T00:00:00+00:00",
        )  # fmt: skip
        self.catalogue.knowledge.put(document, [Chunk(start=0, end=len(text))], "t")
        self.readers[uri], self.texts[uri] = readers, text
        self.versions.setdefault(uri, set()).add(version)
        self.is_indexed = False

    def set_readers(self) -> None:
        if self.texts:
            uri = self.random.choice(sorted(self.texts))
            readers = frozenset(self.random.sample(READERS, self.random.randint(0, 2)))
            self.catalogue.knowledge.set_readers(identity.document_id("docs", uri), readers, "t")
            self.readers[uri] = readers
            self.is_indexed = False

    def remove(self, uri: str = "") -> None:
        if self.texts:
            uri = uri or self.random.choice(sorted(self.texts))
            self.catalogue.knowledge.remove(identity.document_id("docs", uri), "t")
            del self.texts[uri], self.readers[uri], self.versions[uri]
            self.is_indexed = False

    def rename(self) -> None:
        free = sorted(set(URIS) - set(self.texts))
        if self.texts and free:
            uri = self.random.choice(sorted(self.texts))
            text = self.texts[uri]
            self.remove(uri)
            self.put(self.random.choice(free), text)

    def join(self) -> None:
        person, group = self.random.choice(PEOPLE), self.random.choice(GROUPS)
        self.catalogue.people.add_person(person, [group])
        self.members.add((person, group))

    def leave(self) -> None:
        if self.members:
            person, group = self.random.choice(sorted(self.members))
            self.catalogue.people.leave(person, group)
            self.members.remove((person, group))

    def nest(self) -> None:
        group, parent = self.random.sample(GROUPS, 2)
        try:
            self.catalogue.people.add_group(group, [parent])
        except UsageError:
            assert group in self.upward(parent)
        else:
            self.inside.add((group, parent))

    def unnest(self) -> None:
        if self.inside:
            group, parent = self.random.choice(sorted(self.inside))
            self.catalogue.people.remove_nesting(group, parent)
            self.inside.remove((group, parent))

    def catch_up(self) -> None:
        catch_up(self.catalogue, self.index, self.embedder)
        self.is_indexed = True

    def rebuild(self) -> None:
        rebuild(self.catalogue, self.index, self.embedder)
        self.is_indexed = True

    def reopen(self) -> None:
        self.close()
        self.open()

    # What must hold.

    def check(self) -> None:
        """Ask as everybody, and compare."""
        for person in PEOPLE:
            self.check_as(person)

    def check_as(self, person: str) -> None:
        held = self.catalogue.people.principals(person)
        may_read = {uri for uri, readers in self.readers.items() if readers & self.held_by(person)}
        self.check_search(held, may_read)
        uri = self.random.choice(URIS)
        self.check_document(held, uri, uri in may_read)
        listed = {one.uri for one in self.catalogue.knowledge.visible_documents(held)}
        assert listed == may_read
        self.checked["list"] += 1

    def check_search(self, held: frozenset[str], may_read: set[str]) -> None:
        question = " ".join(self.random.sample(WORDS, 2))
        everything = self.searcher.search(question, held, 100).hits
        shown = [passage for hit in everything for passage in (hit.passage, *hit.copies)]
        found = {passage.uri for passage in shown}
        assert found <= may_read
        assert {(passage.uri, passage.text) for passage in shown} <= set(self.texts.items())
        if self.is_indexed:
            assert found == may_read  # every vector is proposed, so whatever may be read is found
            few = self.searcher.search(question, held, 3).hits
            assert [hit.passage for hit in few] == [hit.passage for hit in everything[:3]]
        self.checked["search"] += 1

    def check_document(self, held: frozenset[str], uri: str, may_read: bool) -> None:
        knowledge = self.catalogue.knowledge
        identifier = identity.document_id("docs", uri)
        assert bool(knowledge.find(f"Title of {uri}", held)) == may_read
        passages = knowledge.passages(identifier, held)
        assert [one.text for one in passages] == ([self.texts[uri]] if may_read else [])
        for version in self.versions.get(uri, ()):
            self.check_kept_from(lambda: knowledge.version_text(version, held), may_read)  # noqa: B023
        self.check_kept_from(lambda: knowledge.document(identifier, held), may_read)
        told = explain(self.searcher, "notice", held, 3, uri).expected or ""
        nowhere = explain(self.searcher, "notice", held, 3, "nowhere.md").expected or ""
        assert (told.replace(uri, "nowhere.md") == nowhere) == (not may_read)
        self.checked["document"] += 5

    def check_kept_from(self, ask: object, may_read: bool) -> None:
        assert callable(ask)
        if may_read:
            ask()
        else:
            with pytest.raises(NotFoundError):
                ask()

    def upward(self, group: str) -> set[str]:
        return {group}.union(*(self.upward(parent) for child, parent in self.inside if child == group))

    def held_by(self, person: str) -> set[str]:
        direct = [group for member, group in self.members if member == person]
        groups = set[str]().union(*map(self.upward, direct))
        return {EVERYONE, f"user:{person}"} | {f"group:{group}" for group in groups}


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(tmp_path, seed=getattr(request, "param", 0))
    yield made
    made.close()


def ask_until(world: World, cases: int) -> None:
    """Changes and questions in turn; as many cases as asked, all of which hold, or this raises."""
    while world.checked.total() < cases:
        world.change()
        world.check()


@pytest.mark.parametrize("world", [1, 2], indirect=True)
def test_two_thousand_cases_without_a_leak(world: World) -> None:
    ask_until(world, 1_000)
    assert min(world.checked.values()) > 20


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("world", range(10), indirect=True)
def test_a_hundred_thousand_cases_without_a_leak(world: World) -> None:
    ask_until(world, 10_000)
