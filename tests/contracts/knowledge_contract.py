"""What goes into a catalogue comes out of it: documents, their versions, and what is known of their sources."""

from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_place import CataloguePlace
from catalogue_samples import EVERYONE, HR, document, put, words

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError
from wellread.records.knowledge import Chunk, Document, ItemState


class KnowledgeContract(CataloguePlace):
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

        catalogue.knowledge.put_items("docs", [(state, held("x.md", "y.md"))], "t")
        assert set(catalogue.knowledge.states("docs")["a.zip"].documents) == {"a.zip!/x.md", "a.zip!/y.md"}
        catalogue.knowledge.put_items("docs", [(replace(state, stamp="2"), held("y.md", "z.md"))], "t")
        known = catalogue.knowledge.states("docs")["a.zip"]
        assert (known.stamp, set(known.documents)) == ("2", {"a.zip!/y.md", "a.zip!/z.md"})
        assert catalogue.knowledge.remove_item("docs", "a.zip", "t") == 2
        assert set(catalogue.knowledge.states("docs")) == {"other.md"}
        assert len(catalogue.knowledge.passage_keys()) == 3

    def test_of_several_items_all_are_written_or_none(self, catalogue: Catalogue) -> None:
        put(catalogue, "a.md", "the first")
        old = ItemState(uri="a.md", stamp="1", content_digest="1" * 64)
        new = [
            (replace(old, stamp="2"), []),
            (replace(old, uri="b.md"), [(document("b.md", "text"), words("text"))]),
        ]
        wrong = (replace(old, uri="c.md"), [(document("c.md", "text"), [Chunk(start=0, end=99)])])
        catalogue.knowledge.put_items("docs", [(old, [(document("a.md"), words("the first"))])], "t")
        with pytest.raises(UsageError):
            catalogue.knowledge.put_items("docs", [*new, wrong], "t")
        assert {uri: one.stamp for uri, one in catalogue.knowledge.states("docs").items()} == {"a.md": "1"}
        catalogue.knowledge.put_items("docs", new, "t")
        known = catalogue.knowledge.states("docs")
        assert {uri: (one.stamp, len(one.documents)) for uri, one in known.items()} == {
            "a.md": ("2", 0),
            "b.md": ("1", 1),
        }

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
        catalogue.knowledge.put_items(
            "docs", [(ItemState(uri="a.md", stamp="4", content_digest="4" * 64), [])], "t"
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
