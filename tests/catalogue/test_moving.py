"""A catalogue moves from a file to PostgreSQL and back without losing a row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogue_samples import adapter, dataset, document, example, put, words
from postgres_server import PostgresServer

from wellread.catalogue import Catalogue
from wellread.errors import UsageError
from wellread.records.knowledge import ItemState


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    made = postgres.create_database("moved")
    yield made.render_as_string(hide_password=False)
    postgres.drop_database("moved")


@pytest.fixture
def full(catalogue: Catalogue) -> Catalogue:
    """Something in nearly every table, also what only some databases find easy."""
    stored = put(
        catalogue, "a/ü 😀.md", "one two 文字", readers={"group:hr", "user:ann"}, title='Ünï "quoted"'
    )
    put(catalogue, "b.md", "kept and changed")
    put(catalogue, "b.md", "changed")
    state = ItemState(uri="c.zip", stamp="1", content_digest="a" * 64)
    inner = document("c.zip!/x.md", "inside", item="c.zip")
    catalogue.knowledge.put_items("docs", [(state, [(inner, words(inner.text))])], "t")
    catalogue.knowledge.remember("docs", {"seen": {"deep": [1, None, True, 0.5]}})
    catalogue.knowledge.set_trust("docs", "reviewed", "t")
    held = ItemState(uri="d.md", failed_stamp="1", error="it is not signed: d.md.sig", grounds="keys")
    catalogue.knowledge.hold_item("docs", held, "d" * 64, "t", withdraw=True)
    catalogue.people.add_person("ann", ["hr"])
    catalogue.people.add_group("hr", ["staff"])
    shown = example("which?", [("psg_1", stored.id)])
    made = dataset("set", [(shown, "train")])
    catalogue.learning.save_dataset("set", made, [(shown, "train")])
    catalogue.learning.save_adapter(adapter("adp_1", made.id))
    catalogue.jobs.finish(catalogue.jobs.start("sync", "docs"))
    catalogue.schedule.failed("docs", "no answer")
    return catalogue


def test_a_move_there_and_back_keeps_every_row(full: Catalogue, url: str, tmp_path: Path) -> None:
    with Catalogue.open(url) as moved, Catalogue.open(tmp_path / "back.db") as back:
        counts = full.copy_to(moved)
        assert counts["documents"] == 3
        assert (
            min(counts[name] for name in ("items", "remembered", "versions", "audit", "outbox", "jobs")) > 0
        )
        assert moved.copy_to(back) == counts
        for one in (moved, back):
            assert one.knowledge.passage_keys() == full.knowledge.passage_keys()
            assert one.schedule.standings() == full.schedule.standings() != {}
            assert one.knowledge.sources() == full.knowledge.sources()
            assert one.quarantine.held() == full.quarantine.held() != []
            assert one.knowledge.states("docs") == full.knowledge.states("docs")
            assert one.knowledge.remembered("docs") == full.knowledge.remembered("docs")
            assert one.people.principals("ann") == full.people.principals("ann")
            assert one.learning.adapters() == full.learning.adapters()
            assert one.audit.head() == full.audit.head()
            assert one.audit.verify() is None
            assert one.outbox.pending(0) == full.outbox.pending(0)
        # Numbers go on where they were.
        new = put(moved, "new.md")
        assert min(p.key for p in moved.knowledge.passages(new.id)) > max(full.knowledge.passage_keys())


def test_a_database_that_holds_something_is_refused_and_left_alone(full: Catalogue, url: str) -> None:
    with Catalogue.open(url) as other:
        put(other, "theirs.md")
        before = other.knowledge.passage_keys()
        with pytest.raises(UsageError, match=r"already holds .* nothing was changed"):
            full.copy_to(other)
        assert other.knowledge.passage_keys() == before
