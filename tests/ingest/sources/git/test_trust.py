"""What a repository, its settings and its location may not do."""

import shutil
from pathlib import Path

import pytest
from git_repositories import GitRepository, needs_git, texts
from git_source import opened
from synchronising import STAFF

from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.sources.git.source import KIND, GitSource
from wellread.ingest.sources.kind import Place

pytestmark = needs_git


def test_a_damaged_object_is_a_reason_and_the_others_are_read(repository: GitRepository) -> None:
    repository.commit(a="one", b="two", c="three")
    blob = repository.git("rev-parse", "HEAD:b")
    other = repository.git("rev-parse", "HEAD:c")
    objects = repository.folder / ".git" / "objects"
    damaged = objects / blob[:2] / blob[2:]
    damaged.chmod(0o600)
    damaged.write_bytes((objects / other[:2] / other[2:]).read_bytes())  # whole, and another's
    source = opened(repository)
    items = {item.uri: item for item in source.items()}
    with pytest.raises(ParseError, match="b cannot be read"):
        source.read(items["b"])
    damaged.write_bytes(b"no object")
    with pytest.raises(ParseError, match="b cannot be read"):
        source.read(items["b"])
    assert source.read(items["c"]).data == b"three"


def test_a_damaged_tree_is_not_an_empty_place(repository: GitRepository) -> None:
    repository.commit(docs__a="one")
    tree = repository.git("rev-parse", "HEAD:docs")
    (repository.folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(UnreachableError, match="damaged"):
        list(opened(repository).items())


def test_repositories_are_found_bare_linked_and_with_the_longer_names(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "docs")
    repository.commit(a="one")
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    for folder in ("linked", "bare.git"):
        source = GitSource(Place(location=str(tmp_path / folder), readers=STAFF))
        assert texts(source) == {"a": "one"}
    longer = GitRepository(tmp_path / "longer", "--object-format=sha256")
    longer.commit(a="two")
    (item,) = opened(longer).items()
    assert len(item.stamp) == 64
    assert texts(opened(longer)) == {"a": "two"}


def test_a_folder_inside_a_working_tree_is_no_repository(repository: GitRepository) -> None:
    repository.commit(docs__a="one")
    with pytest.raises(NotFoundError, match="no repository"):
        list(GitSource(Place(location=str(repository.folder / "docs"), readers=STAFF)).items())


def test_nothing_that_a_repository_s_settings_name_is_run(repository: GitRepository, tmp_path: Path) -> None:
    mark, trap = tmp_path / "mark", tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho $0 $@ >> {mark}\n")
    trap.chmod(0o755)
    repository.commit(a="one", b="two")
    names = (
        "core.fsmonitor core.pager core.sshCommand core.askPass core.alternateRefsCommand core.editor gpg.program "
        "gpg.ssh.program gpg.openpgp.program diff.external diff.x.textconv diff.x.command filter.x.smudge "
        "filter.x.process filter.x.clean uploadpack.packObjectsHook pager.log pager.ls-tree credential.helper "
        "interactive.diffFilter"
    ).split()
    for name in names:
        repository.git("config", name, str(trap))
    repository.git("config", "alias.ls-tree", f"!{trap}")
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "core.hooksPath", str(tmp_path))
    repository.write(".git/info/attributes", "* diff=x filter=x")
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        shutil.copy(trap, repository.folder / ".git" / "hooks" / hook)
        shutil.copy(trap, tmp_path / hook)
    # A missing object that a helper is to bring.
    blob = repository.git("rev-parse", "HEAD:b")
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    repository.git("config", "core.repositoryFormatVersion", "1")
    repository.git("config", "extensions.partialClone", "origin")
    repository.git("config", "remote.origin.url", f"ext::{trap} x")
    repository.git("config", "remote.origin.promisor", "true")
    repository.git("config", "protocol.ext.allow", "always")

    source = opened(repository)
    with pytest.raises(UnreachableError, match="damaged, or not complete"):
        list(source.items())
    with pytest.raises(ParseError):
        source.read_version(next(version for version in source.versions() if version.uri == "b"))
    assert not mark.exists(), mark.read_text()


def test_neither_the_user_s_settings_nor_environment_reach_git(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a="one")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[core\nbroken")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=true'")
    monkeypatch.setenv("WELLREAD_SECRET_DOCS", "hush")
    assert texts(opened(repository)) == {"a": "one"}
    assert not (tmp_path / "trace").exists()


def test_replaced_objects_are_not_heeded(repository: GitRepository) -> None:
    repository.commit(a="one", b="two")
    repository.git("replace", repository.git("rev-parse", "HEAD:a"), repository.git("rev-parse", "HEAD:b"))
    assert texts(opened(repository)) == {"a": "one", "b": "two"}


def test_a_missing_or_old_program_is_said(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a="one")
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    monkeypatch.setenv("PATH", str(old.parent))
    with pytest.raises(UsageError, match="install git"):
        list(opened(repository).items())
    old.write_text("#!/bin/sh\necho git version 2.30.1\n")
    old.chmod(0o755)
    with pytest.raises(UsageError, match=r"2\.32 or newer"):
        list(opened(repository).items())


@pytest.mark.parametrize(
    ("location", "options", "reason"),
    [
        ("-x", {}, "hyphen"),
        ("--upload-pack=touch x", {}, "hyphen"),
        ("git+https://ann:hush@example.org/x.git", {}, "WELLREAD_SECRET_NAME"),
        ("git+http://example.org/x.git", {}, "not by http"),
        ("git+ext::sh", {}, "not an address"),
        ("git+git://example.org/x", {}, "not by git"),
        ("git+ssh://-oProxyCommand=x/y", {}, "not complete"),
        ("git@-oProxyCommand=x:y", {}, "not an address"),
        ("git@-x:y", {}, "hyphen"),
        ("git@example.org:-x", {}, "hyphen"),
        ("git+https://example.org/x.git?token=hush", {}, r"\? or #"),
        ("git+file://host/x", {}, "another machine"),
        ("git+https://example.org", {}, "not complete"),
        ("/x", {"ref": "-x"}, "ref is '-x'"),
        ("/x", {"ref": "a..b"}, "ref is"),
        ("/x", {"ref": "main:secret"}, "ref is"),
        ("/x", {"ref": "HEAD@{1}"}, "ref is"),
        ("/x", {"ref": "a b"}, "ref is"),
        ("/x", {"path": "-x"}, "path is"),
        ("/x", {"path": "../x"}, "path is"),
        ("/x", {"path": ".git"}, "path is"),
        ("/x", {"signers": "nobody"}, "allowed-signers"),
        ("/x", {"signers": ""}, "allowed-signers"),
        ("/x", {"signers": "0123456789ABCDEF"}, "whole OpenPGP fingerprints"),
        ("/x", {"key": "/x"}, "by ssh"),
        ("git@example.org:x", {"key": "/nowhere"}, "a file that is there"),
    ],
)
def test_what_may_not_be_is_refused_without_reaching_anything(
    location: str, options: dict[str, str], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason) as refused:
        KIND.make(Place(location=location, readers=STAFF, options=options))
    assert "hush" not in str(refused.value)


def test_a_password_for_ssh_is_refused() -> None:
    with pytest.raises(UsageError, match="takes no password"):
        KIND.make(Place(location="git@example.org:x", readers=STAFF, secret="hush"))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("git+https://example.org/x", True),
        ("git+ssh://git@example.org/x", True),
        ("git+file:///x", True),
        ("https://example.org/x.git", True),
        ("https://example.org/x.git/", True),
        ("git@example.org:ann/docs", True),
        ("https://example.org/x", False),
        ("https://example.org/.gitignore", False),
        ("/srv/docs.git", False),
        ("docs", False),
        ("ann@example.org:docs", False),
    ],
)
def test_a_location_is_recognised_by_its_form(location: str, expected: bool) -> None:
    assert KIND.recognises(location) is expected
