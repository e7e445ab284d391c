"""What is changed in a catalogue is changed as a whole, told in the outbox, and by one writer at a time."""

import threading
from pathlib import Path

import pytest
from catalogue_place import CataloguePlace
from catalogue_samples import EVERYONE, HR, document, put, words

from wellread.catalogue import Catalogue
from wellread.errors import BusyError, UsageError


class ChangeContract(CataloguePlace):
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
