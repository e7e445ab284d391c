"""What is listed of a repository on this machine: which files, of which commit, for whom."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from git_repositories import FIRST, GitRepository, needs_git, texts
from git_source import opened
from source_contract import SourceContract
from synchronising import NOBODY, STAFF, counts, readers_listed

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.folder.source import iso_time
from wellread.ingest.sources.git import program as git_program
from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Source
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id

pytestmark = needs_git


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.repository = GitRepository(tmp_path / "docs")

    def open(self) -> Source:
        return GitSource(Place(location=str(self.repository.folder), readers=STAFF))

    def write(self, name: str, data: bytes) -> None:
        self.repository.write(name, data)
        self.repository.commit()

    def remove(self, name: str) -> None:
        (self.repository.folder / name).unlink()
        self.repository.forget_history()

    def destroy(self) -> None:
        shutil.rmtree(self.repository.folder / ".git")


def at(minute: int) -> str:
    return iso_time((FIRST + 60 * minute) * 1_000_000_000)


def test_stamp_is_the_blob_and_date_that_of_the_last_commit_that_touched_the_file(
    repository: GitRepository,
) -> None:
    repository.commit(a="one", b="two")
    repository.commit(b="three")
    repository.commit(c="four")
    found = {item.uri: (item.modified, item.stamp) for item in opened(repository).items()}
    blob = {name: repository.git("rev-parse", f"HEAD:{name}") for name in "abc"}
    assert found == {"a": (at(0), blob["a"]), "b": (at(1), blob["b"]), "c": (at(2), blob["c"])}


def test_what_was_merged_is_dated_by_its_merge(repository: GitRepository) -> None:
    repository.commit(a="one")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit(b="two")
    repository.git("checkout", "--quiet", "main")
    repository.commit(c="three")
    repository.git("merge", "--quiet", "--no-ff", "--message=merge", "side")
    assert {item.uri: item.modified for item in opened(repository).items()} == {
        "a": at(0), "b": at(3), "c": at(2),
    }  # fmt: skip


def test_only_what_is_committed_counts(repository: GitRepository) -> None:
    repository.commit(a="one")
    repository.write("a", "changed")
    repository.write("b", "new")
    assert texts(opened(repository)) == {"a": "one"}


def test_links_submodules_and_hidden_files_are_passed_over(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository(tmp_path / "inner")
    inner.commit(x="inner")
    repository.write(".gitignore", "*.log")
    repository.write(".github/workflow.txt", "x")
    repository.write("docs/.gitkeep", "")
    repository.write("docs/.hidden", "x")
    (repository.folder / "link.txt").symlink_to("/etc/hostname")
    (repository.folder / "folder").symlink_to("docs")
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "sub"
    )
    repository.commit(docs__a="one")
    assert set(texts(opened(repository))) == {"docs/a"}


def test_names_are_taken_as_they_are(repository: GitRepository) -> None:
    names = [
        "a\nb.txt",
        "two  blanks.txt",
        "tab\t.txt",
        "é.txt",
        ":(top)x.txt",
        "-rf.txt",
        '"quoted".txt',
        "*.md",
    ]
    for name in names:
        repository.write(name, name)
    os.close(os.open(os.fsencode(repository.folder) + b"/caf\xe9.txt", os.O_CREAT | os.O_WRONLY))
    repository.commit()
    assert texts(opened(repository)) == {**{name: name for name in names}, "caf\\udce9.txt": ""}
    for name in names:
        if not name.startswith("-"):
            assert texts(opened(repository, path=name)) == {name: name}


def test_a_ref_may_be_a_branch_a_tag_or_a_commit(repository: GitRepository) -> None:
    first = repository.commit(a="one")
    repository.git("tag", "--annotate", "--message=x", "v1")
    repository.git("checkout", "--quiet", "-b", "feature/x")
    repository.commit(a="two")
    repository.git("checkout", "--quiet", "main")
    repository.commit(a="three")
    refs = {"HEAD": "three", "main": "three", "refs/heads/feature/x": "two", "feature/x": "two", "v1": "one"}
    for ref, text in {**refs, first: "one", first[:10]: "one"}.items():
        assert texts(opened(repository, ref=ref)) == {"a": text}


@pytest.mark.parametrize("ref", ["gone", "0123456789012345678901234567890123456789", "refs/heads/gone"])
def test_a_ref_that_is_gone_is_not_an_empty_place(repository: GitRepository, ref: str) -> None:
    repository.commit(a="one")
    with pytest.raises(NotFoundError, match=ref):
        list(opened(repository, ref=ref).items())


def test_a_head_that_leads_nowhere_beside_branches_is_not_an_empty_place(repository: GitRepository) -> None:
    repository.commit(a="one")
    repository.git("symbolic-ref", "HEAD", "refs/heads/gone")
    with pytest.raises(NotFoundError, match="HEAD"):
        list(opened(repository).items())


def test_a_path_takes_what_is_below_it_and_keeps_whole_names(repository: GitRepository) -> None:
    repository.commit(docs__a="one", docs__deep__b="two", docs2__c="three", d="four")
    assert texts(opened(repository, path="/docs/")) == {"docs/a": "one", "docs/deep/b": "two"}
    assert texts(opened(repository, path="d")) == {"d": "four"}
    for path in ("doc", "docs/x", "d/x"):
        with pytest.raises(NotFoundError, match=path):
            list(opened(repository, path=path).items())


def test_a_path_that_held_files_once_is_gone_and_not_empty(repository: GitRepository) -> None:
    repository.commit(docs__a="one", b="two")
    repository.git("mv", "docs", "manual")
    repository.commit()
    with pytest.raises(NotFoundError, match="docs"):
        list(opened(repository, path="docs").items())


def test_the_nearest_readers_file_upward_in_the_commit_wins(repository: GitRepository) -> None:
    repository.write("hr/.readers", "# the department\ngroup:hr, user:ann")
    repository.write("hr/open/.readers", "everyone")
    repository.commit(a="x", hr__b="x", hr__deep__c="x", hr__open__d="x")
    repository.write("hr/.readers", "everyone")  # not committed
    hr, everyone = frozenset({"group:hr", "user:ann"}), frozenset({"everyone"})
    assert readers_listed(opened(repository)) == (
        {"a": STAFF, "hr/b": hr, "hr/deep/c": hr, "hr/open/d": everyone},
        "",
    )
    assert readers_listed(opened(repository, path="hr/deep"))[0] == {"hr/deep/c": hr}
    assert readers_listed(opened(repository, path="hr/deep/c"))[0] == {"hr/deep/c": hr}


@pytest.mark.parametrize("content", [b"groups:hr", b"", b"# nobody\n", b"\xff\xfe", b"group:hr\n" * 200_000])
def test_a_broken_readers_file_closes_its_folder_and_only_that(
    repository: GitRepository, content: bytes
) -> None:
    repository.write("hr/.readers", content)
    repository.write("hr/open/.readers", "everyone")
    repository.commit(a="x", hr__b="x", hr__deep__c="x", hr__open__d="x")
    found, problem = readers_listed(opened(repository))
    assert found == {"a": STAFF, "hr/b": NOBODY, "hr/deep/c": NOBODY, "hr/open/d": frozenset({"everyone"})}
    assert "hr/.readers" in problem


def test_a_readers_file_that_is_a_link_or_a_folder_closes_its_folder(repository: GitRepository) -> None:
    repository.write("one/rule", "everyone")
    (repository.folder / "one" / ".readers").symlink_to("rule")
    repository.write("two/.readers/x", "everyone")
    repository.commit(one__a="x", two__b="x")
    found, problem = readers_listed(opened(repository))
    assert found == {"one/a": NOBODY, "one/rule": NOBODY, "two/b": NOBODY}
    assert problem.count("no plain file") == 2


def test_without_any_readers_nobody_may_read_and_the_listing_says_so(repository: GitRepository) -> None:
    repository.commit(a="x")
    found, problem = readers_listed(opened(repository, NOBODY))
    assert found == {"a": NOBODY}
    assert "nobody may read" in problem


def test_a_file_is_read_as_it_was_listed(repository: GitRepository) -> None:
    repository.commit(a="one")
    source = opened(repository)
    (item,) = source.items()
    repository.commit(a="two")
    assert source.read(item).data == b"one"


def test_what_is_too_large_or_kept_elsewhere_is_a_reason(repository: GitRepository) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    repository.write(".gitattributes", "*.bin filter=lfs")
    repository.commit(large__bin=pointer)
    source = opened(repository)
    (item,) = source.items()
    with pytest.raises(ParseError, match="Git LFS"):
        source.read(item)
    with pytest.raises(ParseError, match="split it"):
        source.read(replace(item, size=MAX_BYTES + 1))


@pytest.mark.parametrize("stamp", ["", "HEAD", "a" * 39, "0" * 40 + "\n" + "1" * 40])
def test_a_stamp_that_names_no_object_is_a_reason(repository: GitRepository, stamp: str) -> None:
    repository.commit(a="one")
    source = opened(repository)
    (item,) = source.items()
    with pytest.raises(ParseError, match="a cannot be read"):
        source.read(replace(item, stamp=stamp))
    assert source.read(item).data == b"one"


@pytest.fixture
def catalogue(tmp_path: Path, catalogue_file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(catalogue_file) as opened:
        opened.knowledge.add_source("docs", "git", str(tmp_path / "docs"), STAFF, "ann")
        yield opened


def test_a_synchronisation_follows_commits_renames_readers_and_rewritten_history(
    repository: GitRepository, catalogue: Catalogue
) -> None:
    def sync() -> tuple[int, int, int, int, int]:
        source = opened(repository)
        try:
            return counts(synchronise(source, catalogue.knowledge, name="docs", actor="ann"))
        finally:
            source.close()

    repository.commit(**{"a.txt": "one", "b.txt": "two", "hr__c.txt": "three"})
    assert sync() == (3, 0, 0, 0, 0)
    assert sync() == (0, 0, 0, 3, 0)
    repository.git("mv", "a.txt", "d.txt")
    repository.commit(**{"b.txt": "two and more"})
    assert sync() == (1, 1, 1, 1, 0)
    repository.write("hr/.readers", "group:hr")
    repository.commit()
    assert sync() == (0, 0, 0, 3, 0)
    assert catalogue.knowledge.document(document_id("docs", "hr/c.txt")).readers == {"group:hr"}
    repository.write("hr/.readers", "groups:hr")
    (repository.folder / "d.txt").unlink()
    repository.commit()
    assert sync() == (0, 0, 0, 2, 1)  # incomplete: nothing is removed
    assert catalogue.knowledge.document(document_id("docs", "hr/c.txt")).readers == NOBODY
    repository.git("reset", "--quiet", "--hard", "HEAD~2")
    assert sync() == (0, 0, 0, 3, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(git_program, "OLDEST", (99, 0))
        with pytest.raises(UsageError):
            sync()
    shutil.rmtree(repository.folder)
    with pytest.raises(NotFoundError):
        sync()
    assert len(catalogue.knowledge.states("docs")) == 3
