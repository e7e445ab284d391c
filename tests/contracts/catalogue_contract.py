"""What a catalogue must do, whatever database it stands on.

A test class inherits `CatalogueContract` and says in the fixture `place` where an empty database is.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from catalogue_samples import EVERYONE, adapter, dataset, document, example, put, words

from wellread.catalogue import Catalogue
from wellread.catalogue.schedule import Schedule
from wellread.errors import BusyError, NotFoundError, UsageError
from wellread.records.knowledge import Chunk, Document, ItemState

HR = frozenset({"group:hr"})


class CatalogueContract(ABC):
    @pytest.fixture
    @abstractmethod
    def place(self) -> str | Path:
        """A database of this test's own: a file name or a URL."""

    @pytest.fixture
    def catalogue(self, place: str | Path) -> Iterator[Catalogue]:
        with Catalogue.open(place) as opened:
            yield opened

    # Knowledge: what goes in comes out.

    def test_a_document_comes_back_as_it_was_put(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a/ü.md", "one two 文字 😀", readers=HR | {"user:ann"}, title="Ünï")
        assert catalogue.knowledge.document(stored.id) == stored

    def test_passages_are_the_spans_of_the_stored_text(self, catalogue: Catalogue) -> None:
        text = "é😀 two three"
        stored = document("a.md", text)
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        keys = catalogue.knowledge.put(stored, words(text, ("Top", "Sub")), "t")
        passages = catalogue.knowledge.passages(stored.id)
        assert [passage.text for passage in passages] == ["é😀", "two", "three"]
        assert [passage.key for passage in passages] == keys
        assert all(text[passage.start : passage.end] == passage.text for passage in passages)
        assert {passage.heading for passage in passages} == {("Top", "Sub")}
        assert catalogue.knowledge.passage(passages[1].id) == passages[1]

    def test_what_was_committed_is_there_after_opening_again(self, place: str | Path) -> None:
        with Catalogue.open(place) as first:
            stored = put(first, "a.md")
        with Catalogue.open(place) as second:
            assert second.knowledge.document(stored.id) == stored

    def test_the_same_put_twice_changes_nothing(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        before = catalogue.knowledge.passage_keys(), catalogue.outbox.last(), catalogue.audit.head()
        assert catalogue.knowledge.put(stored, words(stored.text), "t") == []
        assert (catalogue.knowledge.passage_keys(), catalogue.outbox.last(), catalogue.audit.head()) == before

    def test_a_new_version_replaces_the_passages_and_keeps_the_old_text(self, catalogue: Catalogue) -> None:
        old = put(catalogue, "a.md", "alpha beta")
        old_keys = catalogue.knowledge.passage_keys()
        new = put(catalogue, "a.md", "alpha delta")
        assert {passage.version for passage in catalogue.knowledge.passages(new.id)} == {new.version}
        assert not old_keys & catalogue.knowledge.passage_keys()
        assert catalogue.knowledge.version_text(old.version) == "alpha beta"
        assert catalogue.knowledge.versions_of(new.id) == [old.version, new.version]
        assert catalogue.knowledge.forget_versions(new.id, "t") == 1
        with pytest.raises(NotFoundError):
            catalogue.knowledge.version_text(old.version)
        assert catalogue.knowledge.document(new.id) == new

    def test_a_text_that_comes_back_is_its_old_version_with_new_keys(self, catalogue: Catalogue) -> None:
        first = put(catalogue, "a.md", "alpha beta")
        keys = catalogue.knowledge.passage_keys()
        put(catalogue, "a.md", "other")
        again = put(catalogue, "a.md", "alpha beta")
        assert again.version == first.version
        assert not keys & catalogue.knowledge.passage_keys()

    def test_other_bytes_of_the_same_text_keep_the_passages(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        keys, last = catalogue.knowledge.passage_keys(), catalogue.outbox.last()
        put(catalogue, "a.md", content_digest="f" * 64, modified="2026-02-02T00:00:00+00:00", size=99)
        assert catalogue.knowledge.passage_keys() == keys
        assert catalogue.outbox.last() == last
        noted = ItemState(uri="a.md", stamp="another", content_digest="e" * 64)
        catalogue.knowledge.note_item("docs", noted, "2026-03-03T00:00:00+00:00")
        assert catalogue.knowledge.document(stored.id).modified == "2026-03-03T00:00:00+00:00"
        state = catalogue.knowledge.states("docs")["a.md"]
        assert (state.stamp, state.content_digest, state.error) == ("another", "e" * 64, "")
        [known] = state.documents.values()
        assert (known.id, known.version, known.readers) == (stored.id, stored.version, EVERYONE)
        assert catalogue.outbox.last() == last

    def test_an_item_holds_several_documents_and_goes_with_them(self, catalogue: Catalogue) -> None:
        put(catalogue, "other.md")
        state = ItemState(uri="a.zip", stamp="1", content_digest="a" * 64)

        def held(*names: str) -> list[tuple[Document, list[Chunk]]]:
            made = [document(f"a.zip!/{name}", f"text of {name}", item="a.zip") for name in names]
            return [(one, words(one.text)) for one in made]

        catalogue.knowledge.put_item("docs", state, held("x.md", "y.md"), "t")
        assert set(catalogue.knowledge.states("docs")["a.zip"].documents) == {"a.zip!/x.md", "a.zip!/y.md"}
        catalogue.knowledge.put_item("docs", replace(state, stamp="2"), held("y.md", "z.md"), "t")
        known = catalogue.knowledge.states("docs")["a.zip"]
        assert (known.stamp, set(known.documents)) == ("2", {"a.zip!/y.md", "a.zip!/z.md"})
        assert catalogue.knowledge.remove_item("docs", "a.zip", "t") == 2
        assert set(catalogue.knowledge.states("docs")) == {"other.md"}
        assert len(catalogue.knowledge.passage_keys()) == 3

    def test_a_failure_is_noted_without_touching_the_earlier_version(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        failed = ItemState(
            uri="a.md", stamp="1", content_digest="a" * 64, failed_stamp="2", error="it is broken"
        )
        catalogue.knowledge.note_item("docs", failed)
        assert catalogue.knowledge.document(stored.id) == stored
        assert replace(catalogue.knowledge.states("docs")["a.md"], documents={}) == failed

    def test_a_removed_document_counts_as_never_read(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        catalogue.knowledge.note_item("docs", ItemState(uri="a.md", stamp="1", content_digest="a" * 64))
        catalogue.knowledge.remove(stored.id, "t")
        assert catalogue.knowledge.states("docs") == {}

    def test_a_source_remembers_only_what_it_said_last(self, catalogue: Catalogue) -> None:
        put(catalogue, "a.md")
        catalogue.knowledge.remember("docs", {"seen": [1, 2], "tag": "ü"})
        catalogue.knowledge.remember("docs", {"seen": [3]})
        assert catalogue.knowledge.remembered("docs") == {"seen": [3]}
        catalogue.knowledge.remove_source("docs", "t")
        catalogue.knowledge.add_source("docs", "folder", "/y", EVERYONE, "t")
        assert catalogue.knowledge.remembered("docs") == {}

    def test_options_of_a_source_are_kept_until_others_are_given(self, catalogue: Catalogue) -> None:
        add = catalogue.knowledge.add_source
        add("site", "web", "https://x.example/", EVERYONE, "t", options={"depth": "2"})
        assert add("site", "web", "https://x.example/", EVERYONE, "t").options == {"depth": "2"}
        assert add("site", "web", "https://x.example/", EVERYONE, "t", options={}).options == {}

    def test_trust_of_a_source_is_that_of_its_passages_from_the_moment_it_is_changed(
        self, catalogue: Catalogue
    ) -> None:
        stored = put(catalogue, "a.md", "alpha")
        put(catalogue, "b.md", "beta", source="other")
        catalogue.outbox.trim(last := catalogue.outbox.last())

        def confirmed() -> dict[str, str]:
            keys = catalogue.knowledge.passage_keys()
            return {one.uri: one.trust for one in catalogue.knowledge.confirm(keys, EVERYONE).values()}

        assert confirmed() == {"a.md": "unknown", "b.md": "unknown"}
        assert catalogue.knowledge.set_trust("docs", "Official ", "ann").trust == "official"
        assert confirmed() == {"a.md": "official", "b.md": "unknown"}
        assert catalogue.knowledge.passages(stored.id)[0].trust == "official"
        assert catalogue.outbox.last() == last, "the index has nothing to do with it"
        row = catalogue.audit.rows()[-1]
        assert (row.actor, row.action, row.subject) == ("ann", "source.trust", "docs")
        assert row.detail == {"before": "unknown", "after": "official"}
        with pytest.raises(UsageError, match=r"'gospel'.*official, reviewed, community, unknown"):
            catalogue.knowledge.set_trust("docs", "gospel", "ann")
        with pytest.raises(NotFoundError, match="'nope'"):
            catalogue.knowledge.set_trust("nope", "official", "ann")

    def test_trust_is_kept_until_another_tier_is_given(self, catalogue: Catalogue) -> None:
        add = catalogue.knowledge.add_source
        assert add("docs", "folder", "/x", EVERYONE, "t", trust="reviewed").trust == "reviewed"
        assert add("docs", "folder", "/x", EVERYONE, "t").trust == "reviewed"
        assert add("docs", "folder", "/x", EVERYONE, "t", trust="community").trust == "community"
        with pytest.raises(UsageError, match="gospel"):
            add("new", "folder", "/y", EVERYONE, "t", trust="gospel")
        assert [source.name for source in catalogue.knowledge.sources()] == ["docs"]

    def test_what_is_held_waits_for_a_decision_on_those_very_bytes(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        keys = catalogue.knowledge.passage_keys()
        known = ItemState(uri="a.md", stamp="1", content_digest="a" * 64)
        catalogue.knowledge.note_item("docs", known)
        state = replace(known, failed_stamp="2", error="it is not signed")
        hold = catalogue.knowledge.hold_item
        hold("docs", state, "b" * 64, "t", withdraw=False)
        assert catalogue.knowledge.passage_keys() == keys
        assert catalogue.knowledge.states("docs")["a.md"].is_held
        hold("docs", replace(state, failed_stamp="3"), "c" * 64, "t", withdraw=True)
        hold("docs", replace(state, failed_stamp="4"), "c" * 64, "t", withdraw=True)
        assert catalogue.knowledge.passage_keys() == frozenset()
        assert [row.action for row in catalogue.audit.rows()].count("item.held") == 2
        [held] = catalogue.quarantine.held("docs")
        assert (held.uri, held.digest, held.reason) == ("a.md", "c" * 64, "it is not signed")
        assert catalogue.quarantine.held("other") == []
        decide = catalogue.quarantine.decide
        with pytest.raises(UsageError, match="no reason"):
            decide("docs", "a.md", "released", why=" ", actor="ann")
        with pytest.raises(UsageError, match="look at it again"):
            decide("docs", "a.md", "released", why="known", actor="ann", digest="b" * 12)
        released = decide("docs", "a.md", "released", why=" known ", actor="ann", digest="c" * 12)
        assert (released.verdict, released.decided_by, released.why) == ("released", "ann", "known")
        row = catalogue.audit.rows()[-1]
        assert (row.actor, row.action, row.subject) == ("ann", "item.released", stored.id)
        assert (row.detail["digest"], row.detail["reason"]) == ("c" * 64, "known")
        state = catalogue.knowledge.states("docs")["a.md"]
        assert (state.stamp, state.failed_stamp, state.error) == ("", "", "")
        assert state.verdicts == {"c" * 64: "released"}
        with pytest.raises(NotFoundError, match="nothing is held"):
            decide("docs", "a.md", "deleted", why="x", actor="ann")

    def test_a_verdict_outlives_other_bytes_and_ends_with_the_item(self, catalogue: Catalogue) -> None:
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        for number in (1, 2, 3):
            state = ItemState(uri="a.md", failed_stamp=str(number), error="no")
            catalogue.knowledge.hold_item("docs", state, str(number) * 64, "t", withdraw=True)
            if number == 1:
                catalogue.quarantine.decide("docs", "a.md", "deleted", why="spam", actor="ann")
        found = {one.digest[0]: one.verdict for one in catalogue.quarantine.history("docs", "a.md")}
        assert found == {"1": "deleted", "3": "held"}, "what was only held went with its bytes"
        catalogue.knowledge.put_item(
            "docs", ItemState(uri="a.md", stamp="4", content_digest="4" * 64), [], "t"
        )
        assert catalogue.quarantine.held() == []
        assert catalogue.quarantine.decide("docs", "a.md", "released", why="no", actor="b").digest[0] == "1"
        catalogue.knowledge.remove_item("docs", "a.md", "t")
        with pytest.raises(NotFoundError):
            catalogue.quarantine.history("docs", "a.md")
        catalogue.knowledge.hold_item("docs", state, "3" * 64, "t", withdraw=True)
        catalogue.knowledge.remove_source("docs", "t")
        assert catalogue.quarantine.held() == []

    def test_pages_come_back_and_tell_where_a_character_stands(self, catalogue: Catalogue) -> None:
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        stored = document("a.pdf", "alpha beta")
        catalogue.knowledge.put(stored, [Chunk(start=0, end=10, pages=((0, 3), (6, 4)))], "t")
        [passage] = catalogue.knowledge.passages(stored.id)
        assert [passage.page(start) for start in (0, 5, 6, 9)] == [3, 3, 4, 4]

    def test_new_chunk_borders_replace_only_the_spans_that_differ(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md", "alpha beta gamma")
        alpha, *others = [passage.key for passage in catalogue.knowledge.passages(stored.id)]
        joined = [Chunk(start=0, end=5), Chunk(start=6, end=16)]
        [new] = catalogue.knowledge.put(stored, joined, "t")
        assert catalogue.knowledge.passage_keys() == {alpha, new}
        change = catalogue.outbox.pending(0)[-1]
        assert (change.upserts, change.deletes) == ((new,), tuple(others))

    def test_keys_are_never_used_twice(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md")
        used = set(catalogue.knowledge.passage_keys())
        for text in ("one", "two words", "one"):
            catalogue.knowledge.remove(stored.id, "t")
            put(catalogue, "a.md", text)
            keys = catalogue.knowledge.passage_keys()
            assert min(keys) > max(used)
            used |= keys

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

    # One transaction.

    def test_a_batch_that_fails_leaves_nothing(self, catalogue: Catalogue) -> None:
        put(catalogue, "before.md")
        before = catalogue.outbox.last(), catalogue.audit.head(), catalogue.knowledge.passage_keys()
        with pytest.raises(ZeroDivisionError), catalogue.knowledge.batch():
            put(catalogue, "a.md")
            raise ZeroDivisionError
        after = catalogue.outbox.last(), catalogue.audit.head(), catalogue.knowledge.passage_keys()
        assert after == before

    def test_a_caught_failure_inside_a_batch_undoes_itself_alone(self, catalogue: Catalogue) -> None:
        good, bad = document("good.md"), document("bad.md")
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        with catalogue.knowledge.batch():
            with pytest.raises(UsageError, match="twice"):
                catalogue.knowledge.put_many([(bad, []), (bad, [])], "t")
            catalogue.knowledge.put(good, words(good.text), "t")
        assert [found.uri for found in catalogue.knowledge.visible_documents(None)] == ["good.md"]
        assert {row.subject for row in catalogue.audit.rows()} == {"docs", good.id}

    def test_a_step_that_fails_after_writing_tells_neither_index_nor_audit(
        self, catalogue: Catalogue
    ) -> None:
        with catalogue.knowledge.batch():
            good = put(catalogue, "good.md")
            with pytest.raises(ZeroDivisionError), catalogue.knowledge.batch():
                put(catalogue, "bad.md")
                raise ZeroDivisionError
        [change] = catalogue.outbox.pending(0)
        assert set(change.upserts) == catalogue.knowledge.passage_keys()
        assert {row.subject for row in catalogue.audit.rows()} == {"docs", good.id}

    def test_put_many_does_what_put_does_for_each(self, catalogue: Catalogue) -> None:
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        many = [document(f"{number}.md", f"text {number}", readers=HR) for number in range(450)]
        keys = catalogue.knowledge.put_many(((one, words(one.text)) for one in many), "t")
        assert [len(each) for each in keys] == [2] * 450
        assert len({key for each in keys for key in each}) == 900
        assert all(catalogue.knowledge.document(one.id) == one for one in many[::50])
        assert [change.upserts for change in catalogue.outbox.pending(0)] == [tuple(each) for each in keys]

    def test_a_reader_in_another_thread_does_not_see_an_open_batch(self, catalogue: Catalogue) -> None:
        seen: list[int] = []
        with catalogue.knowledge.batch():
            put(catalogue, "a.md")
            reader = threading.Thread(target=lambda: seen.append(len(catalogue.knowledge.passage_keys())))
            reader.start()
            reader.join()
            assert len(catalogue.knowledge.passage_keys()) == 3
        assert seen == [0]

    def test_a_second_writer_waits_and_is_then_told_busy(self, place: str | Path) -> None:
        with Catalogue.open(place) as one, Catalogue.open(place, patience=0.3) as two:
            with one.knowledge.batch():
                put(one, "a.md")
                assert two.knowledge.passage_keys() == frozenset()
                with pytest.raises(BusyError, match=r"0\.3 s"):
                    put(two, "b.md")
            put(two, "b.md")
            assert [found.uri for found in one.knowledge.find("b.md")] == ["b.md"]

    # The outbox.

    def test_every_change_of_knowledge_is_in_the_outbox(self, catalogue: Catalogue) -> None:
        stored = put(catalogue, "a.md", "alpha beta")
        keys = tuple(sorted(catalogue.knowledge.passage_keys()))
        catalogue.knowledge.set_readers(stored.id, HR, "t")
        put(catalogue, "a.md", "alpha beta", readers=HR, title="New title")
        catalogue.knowledge.remove(stored.id, "t")
        added, moved, retitled, removed = catalogue.outbox.pending(0)
        assert (added.upserts, added.deletes, added.readers) == (keys, (), {})
        assert (moved.upserts, moved.deletes, moved.readers) == ((), (), dict.fromkeys(keys, HR))
        assert (retitled.upserts, retitled.deletes) == (keys, ())
        assert (removed.upserts, removed.deletes) == ((), keys)
        numbers = [change.number for change in (added, moved, retitled, removed)]
        assert numbers == sorted(set(numbers))
        assert catalogue.outbox.last() == numbers[-1]

    def test_readers_that_come_with_a_put_reach_the_outbox_and_the_audit_log(
        self, catalogue: Catalogue
    ) -> None:
        stored = put(catalogue, "a.md")
        keys = catalogue.knowledge.passage_keys()
        put(catalogue, "a.md", readers=HR)
        last = catalogue.outbox.pending(0)[-1]
        assert (last.upserts, last.deletes, last.readers) == ((), (), dict.fromkeys(keys, HR))
        row = catalogue.audit.rows()[-1]
        assert (row.action, row.subject) == ("document.readers", stored.id)
        assert row.detail == {"before": ["everyone"], "after": ["group:hr"]}

    def test_the_outbox_is_read_in_portions_and_trimmed(self, catalogue: Catalogue) -> None:
        for number in range(5):
            put(catalogue, f"{number}.md")
        first = catalogue.outbox.pending(0, limit=2)
        rest = catalogue.outbox.pending(first[-1].number)
        assert [len(first), len(rest)] == [2, 3]
        last = catalogue.outbox.last()
        assert catalogue.outbox.trim(first[-1].number) == 2
        assert catalogue.outbox.pending(0) == rest
        assert catalogue.outbox.first() == rest[0].number
        catalogue.outbox.trim(last)
        put(catalogue, "more.md")
        assert [change.number for change in catalogue.outbox.pending(0)] == [last + 1]

    # People.

    def test_principals_hold_inherited_groups(self, catalogue: Catalogue) -> None:
        catalogue.people.add_group("leads", ["staff", "managers"])
        catalogue.people.add_group("managers", ["staff"])
        catalogue.people.add_person("ann", ["leads"])
        catalogue.people.add_person("bob")
        expected = {"everyone", "user:ann", "group:leads", "group:staff", "group:managers"}
        assert catalogue.people.principals("ann") == expected
        assert catalogue.people.principals("bob") == {"everyone", "user:bob"}
        catalogue.people.leave("ann", "leads")
        assert catalogue.people.principals("ann") == {"everyone", "user:ann"}
        with pytest.raises(NotFoundError, match="wellread people add eve"):
            catalogue.people.principals("eve")

    def test_a_group_cannot_come_to_contain_itself(self, catalogue: Catalogue) -> None:
        catalogue.people.add_group("a", ["b"])
        catalogue.people.add_group("b", ["c"])
        before = catalogue.people.groups()
        for group, parent in (("c", "a"), ("b", "a"), ("a", "a")):
            with pytest.raises(UsageError, match="contain itself"):
                catalogue.people.add_group(group, [parent])
        assert catalogue.people.groups() == before

    # Jobs and schedules.

    def test_of_two_who_claim_a_job_at_once_one_gets_it(self, place: str | Path) -> None:
        outcomes: list[str] = []
        together = threading.Barrier(4)

        def claim() -> None:
            with Catalogue.open(place) as mine:
                together.wait()
                try:
                    mine.jobs.claim("sync", "docs")
                    outcomes.append("got it")
                except BusyError:
                    outcomes.append("busy")

        with Catalogue.open(place) as opened:
            threads = [threading.Thread(target=claim) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(outcomes) == ["busy", "busy", "busy", "got it"]
            [running] = opened.jobs.running()
            opened.jobs.claim("sync", "other")
            opened.jobs.finish(running)
            opened.jobs.claim("sync", "docs")

    def test_what_is_done_for_a_job_that_was_taken_over_is_undone(self, catalogue: Catalogue) -> None:
        job = catalogue.jobs.claim("sync", "docs")
        with catalogue.knowledge.batch():
            catalogue.jobs.renew(job)
            put(catalogue, "a.md")
        catalogue.jobs.fail(job, "given up for dead")
        before = catalogue.knowledge.passage_keys()
        with pytest.raises(BusyError, match="taken over"), catalogue.knowledge.batch():
            put(catalogue, "b.md")
            catalogue.jobs.renew(job)
        assert catalogue.knowledge.passage_keys() == before != frozenset()

    def test_a_source_that_fails_waits_longer_each_time_until_it_is_up_to_date(
        self, catalogue: Catalogue
    ) -> None:
        catalogue.knowledge.add_source("docs", "folder", "/x", EVERYONE, "t")
        now = datetime(2026, 3, 1, tzinfo=UTC)
        schedule = Schedule(catalogue._database, lambda: now, lambda: 1.0)
        assert (schedule.standing("docs").last_success, schedule.waits("docs")) == (None, False)
        waits = []
        for _ in range(12):
            standing = schedule.failed("docs", "no answer")
            waits.append((datetime.fromisoformat(standing.next_attempt or "") - now).total_seconds())
        assert waits[:4] == [60, 120, 240, 480]
        assert waits[-1] == 6 * 3600
        assert (standing.failures, standing.reason) == (12, "no answer")
        assert (schedule.waits("docs"), schedule.due()) == (True, set())
        now += timedelta(hours=7)
        assert (schedule.waits("docs"), schedule.due()) == (False, {"docs"})
        schedule.succeeded("docs")
        fresh = schedule.standing("docs")
        assert (fresh.failures, fresh.next_attempt, fresh.reason) == (0, None, "")
        assert fresh.last_success == now.isoformat(timespec="microseconds")
        assert schedule.due() == set()
        schedule.failed("docs", "busy", retry_after=3600.0)
        now += timedelta(minutes=59)
        assert schedule.waits("docs")
        schedule.ask("docs")
        assert schedule.due() == {"docs"}
        catalogue.knowledge.remove_source("docs", "t")
        assert schedule.standings() == {}

    # What documents said before.

    def test_what_held_at_a_moment_is_confirmed_for_those_who_may_read_it_now(
        self, catalogue: Catalogue
    ) -> None:
        past = catalogue.past
        put(catalogue, "a.md", "alpha beta", readers=HR)
        for at, text in (("2024", "alpha beta"), ("2025", "alpha delta delta"), ("2026", "alpha beta")):
            past.put(document("a.md", text), words(text), f"{at}-01-01T00:00:00.000000+00:00")

        def held(at: str, readers: frozenset[str] = HR) -> list[tuple[str, int]]:
            found = past.confirm(past.keys(), readers, f"{at}-06-01T00:00:00.000000+00:00").values()
            return sorted((passage.text, passage.start) for passage in found)

        assert held("2023") == []
        assert held("2024") == held("2026") == [("alpha", 0), ("beta", 6)]
        assert held("2025") == [("alpha", 0), ("delta", 6)]
        assert held("2025", EVERYONE) == held("2025", frozenset()) == []
        assert len(past.keys()) == 3, "the same words are stored once"
        before = past.keys(), catalogue.outbox.last()
        past.put(document("a.md", "alpha beta"), words("alpha beta"), "2027-01-01T00:00:00.000000+00:00")
        assert (past.keys(), catalogue.outbox.last()) == before, "the same again changes nothing"
        [entry] = [one for one in past.entries(past.keys()) if one.text == "delta"]
        assert all(reader.startswith("group:hr@") for reader in entry.readers)
        catalogue.knowledge.set_readers(document("a.md").id, ["user:bob"], "t")
        assert held("2025") == []
        assert held("2025", frozenset({"user:bob"})) == [("alpha", 0), ("delta", 6)]

    def test_the_past_of_what_is_gone_stays_for_its_last_readers_if_the_source_says_so(
        self, catalogue: Catalogue
    ) -> None:
        past, knowledge = catalogue.past, catalogue.knowledge
        for name, option in (("kept", "full,gone"), ("docs", "full")):
            knowledge.add_source(name, "folder", "/x", EVERYONE, "t", options={"history": option})
            knowledge.put(document("a.md", "alpha", source=name, readers=HR), words("alpha"), "t")
            assert past.keep_current(name, "2024-01-01T00:00:00.000000+00:00") == 1
            knowledge.remove_item(name, "a.md", "t")
            past.keep_current(name, "2025-01-01T00:00:00.000000+00:00")
        [found] = past.confirm(past.keys(), HR, "2024-06-01T00:00:00.000000+00:00").values()
        assert found.document == document("a.md", source="kept").id
        assert found.held is not None and found.held.until == "2025-01-01T00:00:00.000000+00:00"
        assert knowledge.version_text(found.version, HR) == "alpha"
        with pytest.raises(NotFoundError):
            knowledge.version_text(found.version, EVERYONE)
        assert past.confirm(past.keys(), HR, "2025-06-01T00:00:00.000000+00:00") == {}
        knowledge.put(document("a.md", "beta", source="kept", readers=frozenset()), words("beta"), "t")
        assert past.confirm(past.keys(), HR, "2024-06-01T00:00:00.000000+00:00") == {}, "nobody's, now"
        knowledge.remove_source("kept", "t")
        assert past.is_empty()
        assert past.known("kept") == {}

    # Learning.

    def test_lineage_goes_both_ways_and_outlives_the_document(self, catalogue: Catalogue) -> None:
        trained, tested = put(catalogue, "a.md"), put(catalogue, "b.md")
        shown = [catalogue.knowledge.passages(held.id)[0] for held in (trained, tested)]
        one, two = (example(f"q{p.key}", [(p.id, p.document)]) for p in shown)
        version = dataset("d", [(one, "train"), (two, "test")])
        learning = catalogue.learning
        learning.save_dataset("d", version, [(one, "train"), (two, "test")])
        learning.save_adapter(adapter("ada_1", version.id))
        for document_id in (trained.id, tested.id):
            catalogue.knowledge.remove(document_id, "t")
        assert learning.documents_of(version.id) == {trained.id, tested.id}
        assert learning.training_documents("ada_1") == {trained.id}
        assert learning.versions_used(version.id)[trained.id] == {trained.version}
        assert learning.examples_of_document(trained.id) == [one.id]
        assert learning.datasets_of_document(tested.id) == [version.id]
        assert [held.id for held in learning.adapters_of_document(trained.id)] == ["ada_1"]
        assert learning.adapters_of_document(tested.id) == []
