"""What is found in a catalogue, by whom, and what of it nobody finds any more."""

import pytest
from catalogue_place import CataloguePlace
from catalogue_samples import EVERYONE, HR, document, put, words

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError


class ReadingContract(CataloguePlace):
    def test_a_removed_document_leaves_nothing_that_can_be_read(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        passage = catalogue.knowledge.passages(stored.id)[0]
        catalogue.knowledge.remove(stored.id, "t")
        assert catalogue.knowledge.confirm([passage.key], EVERYONE) == {}
        assert catalogue.knowledge.entries([passage.key]) == []
        assert catalogue.knowledge.find("a.md") == catalogue.knowledge.passages(stored.id) == []
        assert catalogue.knowledge.versions_of(stored.id) == []
        for lookup in (
            lambda: catalogue.knowledge.document(stored.id),
            lambda: catalogue.knowledge.passage(passage.id),
            lambda: catalogue.knowledge.version_text(stored.version),
            lambda: catalogue.knowledge.remove(stored.id, "t"),
            lambda: catalogue.knowledge.set_readers(stored.id, ["everyone"], "t"),
        ):
            with pytest.raises(NotFoundError):
                lookup()

    def test_a_forbidden_document_looks_like_one_that_never_was(self, catalogue: Catalogue) -> None:
        secret = put(catalogue, "secret.md", readers=HR)
        passage = catalogue.knowledge.passages(secret.id)[0]
        absent = document("absent.md")
        ann = frozenset({"everyone", "user:ann"})
        knowledge = catalogue.knowledge

        def told(identifier: str) -> str:
            with pytest.raises(NotFoundError) as refusal:
                knowledge.document(identifier, ann)
            return str(refusal.value).replace(identifier, "ID")

        assert told(secret.id) == told(absent.id)
        assert knowledge.confirm([passage.key], ann) == {}
        assert knowledge.find("secret.md", ann) == knowledge.visible_documents(ann) == []
        assert knowledge.passages(secret.id, ann) == []
        with pytest.raises(NotFoundError):
            knowledge.passage(passage.id, ann)
        with pytest.raises(NotFoundError):
            knowledge.version_text(secret.version, ann)
        assert knowledge.confirm([passage.key], HR) == {passage.key: passage}
        assert [found.id for found in knowledge.visible_documents(HR)] == [secret.id]

    def test_no_principals_and_no_readers_both_mean_nothing(self, catalogue: Catalogue) -> None:
        opened = put(catalogue, "open.md")
        closed, hidden = (
            put(catalogue, "closed.md", readers=frozenset()),
            put(catalogue, "hidden.md", readers=HR),
        )
        nobody: frozenset[str] = frozenset()
        keys = catalogue.knowledge.passage_keys()
        assert catalogue.knowledge.confirm(keys, nobody) == {}
        assert catalogue.knowledge.visible_documents(nobody) == []
        for held, unseen in ((EVERYONE, {closed.id, hidden.id}), (EVERYONE | HR, {closed.id})):
            seen = {passage.document for passage in catalogue.knowledge.confirm(keys, held).values()}
            assert seen == {stored.id for stored in (opened, closed, hidden)} - unseen

    def test_many_principals_confirm_the_same_as_few(self, catalogue: Catalogue) -> None:
        put(catalogue, "a.md", readers=HR | {"user:bob"})
        put(catalogue, "b.md", readers=frozenset({"group:other"}))
        keys = catalogue.knowledge.passage_keys()
        many = HR | {f"group:g{number}" for number in range(500)}
        assert catalogue.knowledge.confirm(keys, many) == catalogue.knowledge.confirm(keys, HR) != {}

    def test_confirm_takes_more_keys_than_one_statement_does(self, catalogue: Catalogue) -> None:
        put(catalogue, "a.md")
        keys = catalogue.knowledge.passage_keys()
        assert set(catalogue.knowledge.confirm([*range(50_000), *keys], EVERYONE)) == keys

    def test_documents_are_found_by_id_uri_title_and_then_in_any_case(self, catalogue: Catalogue) -> None:
        one = put(catalogue, "x/Leave.md", title="Annual Leave")
        for text in (one.id, "x/Leave.md", "Annual Leave", "x/LEAVE.MD", "annual leave"):
            assert [found.id for found in catalogue.knowledge.find(text)] == [one.id]
        assert catalogue.knowledge.find("leave") == []

    def test_a_listing_comes_in_pages(self, catalogue: Catalogue) -> None:
        ids = sorted(put(catalogue, f"{number}.md").id for number in range(5))
        put(catalogue, "elsewhere.md", source="other")
        pages, after = [], ""
        while page := catalogue.knowledge.visible_documents(EVERYONE, "docs", after, limit=2):
            pages += [found.id for found in page]
            after = pages[-1]
        assert pages == ids

    def test_an_entry_has_what_the_index_stores(self, catalogue: Catalogue) -> None:
        stored = document("a.md", "alpha", readers=HR, title="Title")
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        [key] = catalogue.knowledge.put(stored, words("alpha", ("Top", "Sub")), "t")
        [entry] = catalogue.knowledge.entries([key, key + 1])
        assert (entry.key, entry.title, entry.heading) == (key, "Title", "Top > Sub")
        assert (entry.text, entry.readers) == ("alpha", HR)

    def test_sources_keep_their_place_and_may_change_their_readers(self, catalogue: Catalogue) -> None:
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        assert catalogue.knowledge.add_source("docs", "folder", "/x", HR, "t").readers == HR
        assert [source.name for source in catalogue.knowledge.sources()] == ["docs"]
        with pytest.raises(UsageError, match="another name"):
            catalogue.knowledge.add_source("docs", "folder", "/y", HR, "t")
        with pytest.raises(NotFoundError, match="'nope'"):
            catalogue.knowledge.source("nope")
        with pytest.raises(NotFoundError, match="'gone'"):
            catalogue.knowledge.put(document("a.md", source="gone"), [], "t")

    def test_a_source_is_removed_with_its_documents(self, catalogue: Catalogue) -> None:
        gone, stays = put(catalogue, "a.md"), put(catalogue, "b.md", source="other")
        assert catalogue.knowledge.remove_source("docs", "t") == [gone.id]
        assert [found.id for found in catalogue.knowledge.visible_documents(None)] == [stays.id]
        assert catalogue.knowledge.states("docs") == {}
