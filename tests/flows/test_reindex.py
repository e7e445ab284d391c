"""The embedding model changes while people search and documents come and go, and nothing is lost or left behind."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from handbook import FAKES, found

import wellread
from wellread.errors import BusyError, NotFoundError, UsageError
from wellread.flows import indexing
from wellread.flows.reindex import ReindexRequest
from wellread.index.serving import Indexes, Slot
from wellread.models.fakes import FakeEmbedder
from wellread.models.protocols import Vectors
from wellread.workspace import Workspace

pytestmark = pytest.mark.usefixtures("each_engine")

OTHER = ReindexRequest(embedder="fake:32")


class Stop(Exception):  # noqa: N818 (it is no error)
    """Stands for a kill."""


@pytest.fixture
def many(workspace: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Forty small documents beside the handbook, embedded four at a time."""
    monkeypatch.setattr(indexing, "PASSAGES_AT_ONCE", 4)
    for number in range(40):
        (documents / f"page{number}.md").write_text(f"Rule{number} holds for every depot.\n")
    workspace.add(documents, readers="everyone")
    return workspace


def folder(workspace: Workspace) -> Indexes:
    return workspace.indexes


def place_of(workspace: Workspace) -> Path:
    return Path(folder(workspace).place)


def directories(workspace: Workspace) -> set[str]:
    """The names of its indexes; what tells which of them serves may be a directory too."""
    return {path.name for path in place_of(workspace).iterdir() if path.is_dir()} - {"serving"}


def keys(workspace: Workspace, slot: Slot | None) -> frozenset[int]:
    assert slot is not None
    with folder(workspace).opened(slot, writable=False) as index:
        return index.keys()


def interrupted_after(portions: int, monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    """Begin with the other embedder and end as a kill would, after so many portions."""
    embed, done = FakeEmbedder.embed, 0

    def counting(embedder: FakeEmbedder, texts: Sequence[str]) -> Vectors:
        nonlocal done
        if embedder.dimensions == 32:
            if done == portions:
                raise Stop
            done += 1
        return embed(embedder, texts)

    with monkeypatch.context() as patch, pytest.raises(Stop):
        patch.setattr(FakeEmbedder, "embed", counting)
        workspace.reindex(OTHER)


def during(
    workspace: Workspace, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch, *, portion: int = 3
) -> None:
    """Build with the other embedder, and do something after some of its portions."""
    done: list[int] = []

    def progress(_done: int, _total: int) -> None:
        done.append(1)
        if len(done) == portion:
            act()

    workspace.reindex(OTHER, progress)
    assert len(done) > portion


def test_the_other_embedder_serves_afterwards_and_everything_is_found(many: Workspace) -> None:
    before = many.catalogue.knowledge.passage_keys()
    done = many.reindex(OTHER)
    assert (done.serving, done.former, done.embedded) == ("fake:32", "fake", len(before))
    slots = folder(many).read()
    assert slots is not None
    assert keys(many, slots.serving) == before
    assert many.embedder.dimensions == 32
    assert "page17.md" in found(many, "rule17")
    assert 'embedder = "fake:32"' in (many.root / "wellread.toml").read_text()
    with wellread.open(many.root) as again:
        told: list[str] = []
        again.report = told.append
        assert again.reindex().embedded == 0, "it serves already"
        assert "page17.md" in found(again, "rule17")
        assert not told


def test_a_reader_that_is_open_follows_at_its_next_search(many: Workspace) -> None:
    with wellread.open(many.root) as reader:
        assert "page3.md" in found(reader, "rule3")
        assert reader.embedder.dimensions == 64
        many.reindex(OTHER)
        assert reader.searcher.index.position == many.catalogue.outbox.last()
        assert reader.embedder.dimensions == 32
        assert "page3.md" in found(reader, "rule3")
        many.reindex(ReindexRequest(back=True))
        assert reader.searcher.embedder.dimensions == 64
        assert "page3.md" in found(reader, "rule3")


def test_what_was_embedded_before_a_kill_is_not_embedded_again(
    many: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = len(many.catalogue.knowledge.passage_keys())
    interrupted_after(6, monkeypatch, many)
    assert "page17.md" in found(many, "rule17"), "the old one answers"
    assert many.embedder.dimensions == 64
    with wellread.open(many.root) as again:
        assert again.reindex().embedded == total - 24
        assert again.embedder.dimensions == 32


def test_changes_that_come_in_meanwhile_reach_both(
    many: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> None:
        with wellread.open(many.root) as other:
            (documents / "new.md").write_text("Rule77 is new.\n")
            (documents / "page1.md").unlink()
            (documents / "page39.md").unlink()
            (documents / "page2.md").write_text("Rule2 was changed.\n")
            (documents / "closed").mkdir()
            (documents / "closed" / ".readers").write_text("group:hr\n")
            (documents / "page4.md").rename(documents / "closed" / "page4.md")
            other.sync()
            assert "new.md" in found(other, "rule77"), "found while the other one is built"
            assert other.embedder.dimensions == 64
            pay = other.catalogue.knowledge.find("hr/pay.md")[0].id
            other.catalogue.knowledge.set_readers(pay, ["user:bob"], "t")

    during(many, change, monkeypatch)
    slots = folder(many).read()
    assert slots is not None
    assert keys(many, slots.serving) == many.catalogue.knowledge.passage_keys()
    assert "new.md" in found(many, "rule77")
    assert found(many, "rule2")["page2.md"] == "Rule2 was changed."
    assert not {"page1.md", "page39.md", "closed/page4.md"} & set(found(many, "rule1 rule39 rule4"))
    assert "closed/page4.md" in found(many, "rule4", "ann")
    assert "hr/pay.md" in found(many, "salary of band C", "bob")
    assert "hr/pay.md" not in found(many, "salary of band C", "ann")


def test_while_it_is_built_the_outbox_keeps_what_it_has_not_seen(
    many: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(2, monkeypatch, many)
    (documents / "page1.md").unlink()
    (documents / "new.md").write_text("Rule77 is new.\n")
    many.sync()
    assert many.reindex().serving == "fake:32"
    assert "new.md" in found(many, "rule77")
    assert "page1.md" not in found(many, "rule1")


@pytest.mark.parametrize("serving", ["fake", "fake:32"])
def test_nothing_of_a_removed_document_is_left_in_the_index_that_is_kept(
    many: Workspace, documents: Path, serving: str
) -> None:
    (documents / "gone1.md").write_text("The zanzibarite was sold.\n")
    (documents / "gone2.md").write_text("The quokkaform is secret.\n")
    many.sync()
    assert b"zanzibarite" in everything_in(many)
    (documents / "gone1.md").unlink()
    many.sync()  # before it is kept aside
    many.reindex(OTHER)
    if serving == "fake":
        many.reindex(ReindexRequest(back=True))
    assert "gone2.md" in found(many, "quokkaform")
    (documents / "gone2.md").unlink()
    many.sync()
    slots = folder(many).read()
    assert slots is not None and slots.former is not None
    assert slots.serving.setting == serving
    kept = b"".join(p.read_bytes() for p in files(place_of(many) / slots.former.directory))
    assert len(kept) > 1000
    assert b"zanzibarite" not in kept
    assert b"quokkaform" not in kept
    assert keys(many, slots.former) <= many.catalogue.knowledge.passage_keys()


def test_an_unfinished_index_that_nobody_builds_loses_what_is_removed_too(
    many: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (documents / "aaa.md").write_text("The zanzibarite was sold.\n")
    many.sync()
    (documents / "bbb.md").write_text("This one comes last.\n")
    many.sync()
    interrupted_after(11, monkeypatch, many)
    slots = folder(many).read()
    assert slots is not None and slots.coming is not None
    place = place_of(many) / slots.coming.directory
    assert b"zanzibarite" in b"".join(path.read_bytes() for path in files(place))
    (documents / "aaa.md").unlink()
    many.sync()
    assert b"zanzibarite" not in b"".join(path.read_bytes() for path in files(place))


@pytest.mark.parametrize("step", ["write", "tidy", "want"])
def test_killed_in_the_swap_one_whole_index_answers(
    many: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    interrupted_after(10, monkeypatch, many)
    with monkeypatch.context() as patch, pytest.raises(Stop):
        place = Workspace if step == "want" else type(folder(many))
        name = "_want_embedder" if step == "want" else step
        plain = getattr(place, name)
        calls: list[int] = []

        def stop(*arguments: object) -> object:
            calls.append(1)
            if len(calls) < (1 if step == "want" else 2):  # the first is to begin with
                return plain(*arguments)
            raise Stop

        patch.setattr(place, name, stop)
        many.reindex(ReindexRequest(back=True) if step == "want" else None)
    with wellread.open(many.root) as again:
        assert again.embedder.dimensions == (32 if step == "tidy" else 64)
        assert again.searcher.index.keys() == again.catalogue.knowledge.passage_keys()
        assert "page17.md" in found(again, "rule17")
        done = again.reindex()
        assert done.embedded == 0 if step != "want" else done.embedded
        assert again.embedder.dimensions == 32
        assert "page17.md" in found(again, "rule17")


def test_going_back_embeds_only_what_changed_since(many: Workspace, documents: Path) -> None:
    many.reindex(OTHER)
    (documents / "page5.md").unlink()
    (documents / "page6.md").write_text("Rule6 was changed.\n")
    (documents / "new.md").write_text("Rule77 is new.\n")
    many.sync()
    done = many.reindex(ReindexRequest(back=True))
    assert (done.serving, done.former, done.embedded) == ("fake", "fake:32", 2)
    assert found(many, "rule6")["page6.md"] == "Rule6 was changed."
    assert "new.md" in found(many, "rule77")
    assert "page5.md" not in found(many, "rule5")
    assert many.reindex(ReindexRequest(back=True)).serving == "fake:32"


def test_the_former_is_kept_until_it_is_dropped_or_the_next_change(many: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no former index"):
        many.reindex(ReindexRequest(back=True))
    many.reindex(OTHER)
    many.reindex(ReindexRequest(embedder="fake:16"))
    names = directories(many)
    assert names == {"fake-32", "fake-16"}
    assert many.reindex(ReindexRequest(drop_former=True)).former is None
    assert directories(many) == {"fake-16"}
    with pytest.raises(NotFoundError, match="no former index"):
        many.reindex(ReindexRequest(drop_former=True))


def test_one_that_is_under_way_can_be_given_up(many: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_after(2, monkeypatch, many)
    assert many.reindex(ReindexRequest(back=True)).serving == "fake"
    slots = folder(many).read()
    assert slots is not None
    assert slots.beside == ()
    assert 'embedder = "fake"' in (many.root / "wellread.toml").read_text()
    assert "page17.md" in found(many, "rule17")


def test_another_builder_is_told_who_builds(many: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def again() -> None:
        for request in (ReindexRequest(), ReindexRequest(back=True), ReindexRequest(embedder="fake:16")):
            with wellread.open(many.root) as other, pytest.raises(BusyError) as busy:
                other.reindex(request)
            refused.append(str(busy.value))

    during(many, again, monkeypatch)
    assert all("by process" in one for one in refused) and len(refused) == 3
    assert many.embedder.dimensions == 32


def test_the_same_embedder_anew_leaves_one_index(many: Workspace) -> None:
    total = len(many.catalogue.knowledge.passage_keys())
    done = many.reindex(ReindexRequest(anew=True))
    assert (done.serving, done.former, done.embedded) == ("fake", None, total)
    assert len(directories(many)) == 1
    assert "page17.md" in found(many, "rule17")


def test_an_index_whose_files_were_removed_is_built_again_and_goes_on_after_a_kill(
    many: Workspace, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.close()
    for path in sorted(files(place_of(many))):
        path.unlink()
    embed, texts, broken = FakeEmbedder.embed, list[str](), True

    def counting(embedder: FakeEmbedder, some: Sequence[str]) -> Vectors:
        if broken and len(texts) >= 20:
            raise Stop
        texts.extend(some)
        return embed(embedder, some)

    monkeypatch.setattr(FakeEmbedder, "embed", counting)
    with wellread.open(many.root) as again:
        with pytest.raises(Stop):
            again.sync()
        broken = False
        again.sync()
        assert len(texts) == len(again.catalogue.knowledge.passage_keys()), "each once"
        assert "page17.md" in found(again, "rule17")
        assert directories(again) == {"fake-64-2"}


def test_an_embedder_that_became_another_under_its_name_is_refused(
    many: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEmbedder, "name", property(lambda self: f"newer-{self.dimensions}"))
    with wellread.open(many.root) as again:
        with pytest.raises(UsageError, match=r"fake-64.*newer-64.*wellread reindex"):
            again.search("rule17")
        with pytest.raises(UsageError, match="wellread reindex"):
            again.sync()
        assert again.reindex().embedded == len(again.catalogue.knowledge.passage_keys())
        assert "page17.md" in found(again, "rule17")


def test_what_is_asked_for_together_must_go_together(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="one of them"):
        ReindexRequest(back=True, embedder="fake")
    with pytest.raises(UsageError, match="no embedder is called 'nonesuch'"):
        workspace.reindex(ReindexRequest(embedder="nonesuch"))
    assert (workspace.root / "wellread.toml").read_text() == FAKES


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def everything_in(workspace: Workspace) -> bytes:
    return b"".join(path.read_bytes() for path in files(place_of(workspace)))
