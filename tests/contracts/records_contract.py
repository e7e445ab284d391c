"""What a catalogue keeps besides knowledge: people, jobs, what documents said before, and what was learnt of them."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from catalogue_place import CataloguePlace
from catalogue_samples import EVERYONE, HR, adapter, dataset, document, example, put, words

from wellread.catalogue import Catalogue
from wellread.catalogue.schedule import Schedule
from wellread.errors import BusyError, NotFoundError, UsageError
from wellread.records.knowledge import Restriction


class RecordsContract(CataloguePlace):
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
        moment = "2025-06-01T00:00:00.000000+00:00"
        for limit, amount in (
            (Restriction(), 2),
            (Restriction(source="docs", after="2025", before="2026"), 2),
            (Restriction(source="others"), 0),
            (Restriction(after="2025-02"), 0),
            (Restriction(before="2025"), 0),
        ):
            assert len(past.confirm(past.keys(), HR, moment, limit)) == amount
            assert (
                past.keys_within(limit, HR, moment, 9) == past.confirm(past.keys(), HR, moment, limit).keys()
            )
            assert not past.keys_within(limit, EVERYONE, moment, 9)
        assert len(past.keys_within(Restriction(), HR, moment, 1)) == 1
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
