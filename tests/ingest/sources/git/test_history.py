"""Earlier versions of files, and commits that count only when they are signed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from git_repositories import FIRST, GitRepository, needs_git
from git_source import opened
from signing import fingerprint

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.sources.folder.source import iso_time
from wellread.ingest.sources.git import source as git_source
from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.protocol import Version

pytestmark = needs_git


def told(source: GitSource, since: str | None = None) -> list[tuple[str, str, str | None]]:
    """Commit, uri and text of every version; no text for what was taken away."""
    return [
        (one.commit, one.uri, source.read_version(one).data.decode() if one.stamp else None)
        for one in source.versions(since)
    ]


def collect(source: GitSource) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    try:
        for item in source.items():
            found[item.uri] = source.read(item).data.decode()
    except ParseError as error:
        return found, str(error)
    return found, ""


def test_every_version_comes_in_the_order_of_commits(repository: GitRepository) -> None:
    first = repository.commit(a="one", b="two")
    second = repository.commit(a="three")
    repository.git("rm", "--quiet", "b")
    third = repository.commit()
    repository.git("mv", "a", "c")
    fourth = repository.commit()
    assert told(opened(repository)) == [
        (first, "a", "one"), (first, "b", "two"), (second, "a", "three"), (third, "b", None),
        (fourth, "a", None), (fourth, "c", "three"),
    ]  # fmt: skip


def test_versions_carry_the_commit_s_date_and_the_stamp_of_the_item(repository: GitRepository) -> None:
    commit = repository.commit(a="one")
    source = opened(repository)
    (item,) = source.items()
    (version,) = source.versions()
    assert version == Version("a", item.stamp, iso_time(FIRST * 1_000_000_000), commit)
    assert item.modified == version.modified


def test_versions_go_on_after_a_commit(repository: GitRepository) -> None:
    first = repository.commit(a="one")
    second = repository.commit(a="two")
    source = opened(repository)
    assert told(source, first) == [(second, "a", "two")]
    assert told(source, second) == []


def test_a_commit_that_is_no_longer_in_the_history_is_said(repository: GitRepository) -> None:
    repository.commit(a="one")
    repository.git("checkout", "--quiet", "-b", "side")
    side = repository.commit(a="two")
    repository.git("checkout", "--quiet", "main")
    repository.commit(b="three")
    for since in (side, "0" * 40):
        with pytest.raises(NotFoundError, match="no longer in the history"):
            list(opened(repository).versions(since))
    repository.git("merge", "--quiet", "--no-ff", "--message=merge", "side")
    with pytest.raises(NotFoundError, match="no longer in the history"):
        list(opened(repository).versions(side))


def test_what_was_merged_counts_once_from_its_merge(repository: GitRepository) -> None:
    first = repository.commit(a="one")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit(b="draft")
    repository.commit(b="final")
    repository.git("checkout", "--quiet", "main")
    second = repository.commit(c="three")
    repository.git("merge", "--quiet", "--no-ff", "--message=merge", "side")
    assert told(opened(repository)) == [
        (first, "a", "one"), (second, "c", "three"), (repository.head(), "b", "final"),
    ]  # fmt: skip


def test_a_file_that_became_a_link_is_gone_and_another_mode_is_no_version(repository: GitRepository) -> None:
    first = repository.commit(a="one", b="two", _hidden="x")
    (repository.folder / "a").chmod(0o755)
    repository.commit()
    (repository.folder / "b").unlink()
    (repository.folder / "b").symlink_to("a")
    third = repository.commit(**{".readers": "everyone", ".git__x": ""})
    (repository.folder / "b").unlink()
    fourth = repository.commit(b="back")
    assert told(opened(repository)) == [
        (first, "_hidden", "x"), (first, "a", "one"), (first, "b", "two"), (third, "b", None),
        (fourth, "b", "back"),
    ]  # fmt: skip


def test_versions_keep_to_the_path_and_to_what_was_listed(repository: GitRepository) -> None:
    first = repository.commit(docs__a="one", b="two")
    source = opened(repository, path="docs")
    list(source.items())
    second = repository.commit(docs__a="three")
    assert told(source) == [(first, "docs/a", "one")]
    assert told(opened(repository, path="docs")) == [(first, "docs/a", "one"), (second, "docs/a", "three")]


def test_a_version_that_was_taken_away_or_is_missing_has_no_bytes(repository: GitRepository) -> None:
    repository.commit(a="one")
    (repository.folder / "a").unlink()
    repository.commit()
    source = opened(repository)
    there, gone = source.versions()
    with pytest.raises(ParseError, match="taken away"):
        source.read_version(gone)
    (repository.folder / ".git" / "objects" / str(there.stamp)[:2] / str(there.stamp)[2:]).unlink()
    with pytest.raises(ParseError, match="a cannot be read"):
        source.read_version(there)


def test_an_empty_repository_has_no_versions(repository: GitRepository) -> None:
    assert list(opened(repository).versions()) == []


def test_a_history_that_breaks_off_is_no_end(repository: GitRepository) -> None:
    first = repository.commit(a="one")
    repository.commit(a="two")
    source = opened(repository)
    list(source.items())
    (repository.folder / ".git" / "objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(UnreachableError, match="damaged"):
        list(source.versions())


# Signatures.


class Signed(GitRepository):
    """Ann and Mallory have keys; the file of allowed signers names Ann."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.allowed = folder.parent / "allowed signers"
        for name in ("ann", "mallory"):
            key = folder.parent / name
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
            subprocess.run(command, check=True)
        self.allow("ann@example.org", "ann")
        self.git("config", "gpg.format", "ssh")

    def allow(self, principal: str, key: str) -> None:
        public = (self.folder.parent / f"{key}.pub").read_text()
        self.allowed.write_text(f"{principal} {public}")

    def signed(self, by: str = "ann", **files: str) -> str:
        self.git("config", "user.signingKey", str(self.folder.parent / by))
        return self.commit("--gpg-sign", **files)

    def opened(self) -> GitSource:
        return opened(self, signers=str(self.allowed))


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("there is no ssh-keygen here")
    return Signed(tmp_path / "docs")


def test_a_signed_head_is_taken_without_complaint(signed: Signed) -> None:
    signed.commit(a="unsigned")
    signed.signed(b="two")
    assert collect(signed.opened()) == ({"a": "unsigned", "b": "two"}, "")


@pytest.mark.parametrize("by", ["", "mallory"])
def test_with_an_unsigned_head_the_newest_signed_commit_is_taken_and_the_rest_is_said(
    signed: Signed, by: str
) -> None:
    good = signed.signed(a="one")
    bad = signed.signed(by, a="two") if by else signed.commit(a="two")
    found, problem = collect(signed.opened())
    assert found == {"a": "one"}
    assert good[:12] in problem
    assert bad[:12] in problem


def test_where_nothing_is_signed_nothing_is_taken_and_that_is_no_empty_place(signed: Signed) -> None:
    signed.signed("mallory", a="one")
    found, problem = collect(signed.opened())
    assert found == {}
    assert "no commit of HEAD is signed" in problem


def test_a_signature_over_another_content_does_not_count(signed: Signed) -> None:
    signed.signed(a="one")
    good = signed.git("cat-file", "commit", "HEAD")
    signed.commit(a="two")
    forged = good.replace(good.split()[1], signed.git("rev-parse", "HEAD^{tree}"), 1)
    path = signed.folder.parent / "forged"
    path.write_text(forged + "\n")
    signed.git("reset", "--quiet", "--hard", signed.git("hash-object", "-t", "commit", "-w", str(path)))
    found, problem = collect(signed.opened())
    assert found == {}
    assert "is signed by one of the signers" in problem


def test_a_key_that_is_no_longer_allowed_vouches_for_nothing(signed: Signed) -> None:
    signed.signed(a="one")
    source = signed.opened()
    signed.allow("mallory@example.org", "mallory")
    assert collect(source)[0] == {}
    signed.allowed.unlink()
    assert collect(source)[0] == {}


def test_a_key_allowed_for_something_else_vouches_for_nothing(signed: Signed) -> None:
    signed.signed(a="one")
    signed.allow('ann@example.org namespaces="file"', "ann")
    assert collect(signed.opened())[0] == {}


def test_other_people_s_signatures_are_not_tried_without_end(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed.signed(a="one")
    signed.signed("mallory", a="two")
    signed.signed("mallory", a="three")
    assert collect(signed.opened())[0] == {"a": "one"}
    monkeypatch.setattr(git_source, "_MOST_SIGNATURES", 2)
    assert collect(signed.opened())[0] == {}


def test_only_signed_commits_are_versions_each_with_all_since_the_one_before(signed: Signed) -> None:
    signed.commit(a="draft", b="old")
    first = signed.signed(a="one")
    signed.commit(a="between")
    (signed.folder / "b").unlink()
    signed.commit(c="new")
    second = signed.signed("ann", d="two")
    signed.commit(a="later")
    assert told(signed.opened()) == [
        (first, "a", "one"), (first, "b", "old"),
        (second, "a", "between"), (second, "b", None), (second, "c", "new"), (second, "d", "two"),
    ]  # fmt: skip
    assert told(signed.opened(), first)[0] == (second, "a", "between")


def test_openpgp_signatures_count_by_the_key_s_fingerprint(
    repository: GitRepository, keyring: Path, tmp_path: Path
) -> None:
    def sign(name: str, **files: str) -> str:
        before = repository.moment
        repository.moment = 2_000_000_000 + before % 10_000  # after the keys were made
        repository.git("config", "user.signingKey", fingerprint(name))
        repository.git("config", "gpg.program", str(program))
        try:
            return repository.commit("--gpg-sign", **files)
        finally:
            repository.moment = before + 60

    program = tmp_path / "gpg with its home"
    program.write_text(f'#!/bin/sh\nGNUPGHOME={keyring} exec gpg "$@"\n')
    program.chmod(0o755)
    first = sign("ann", a="one")
    second = sign("mallory", a="two")
    by_ann = opened(repository, signers=fingerprint("ann").lower())
    found, problem = collect(by_ann)
    assert found == {"a": "one"}
    assert second[:12] in problem
    both = opened(repository, signers=f"{fingerprint('ann')}, {fingerprint('mallory')}")
    assert collect(both) == ({"a": "two"}, "")
    assert told(by_ann) == [(first, "a", "one")]


def test_a_good_signature_of_the_other_kind_is_none(signed: Signed, keyring: Path) -> None:
    signed.signed(a="one")
    assert collect(opened(signed, signers=fingerprint("ann")))[0] == {}
