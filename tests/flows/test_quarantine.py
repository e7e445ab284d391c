"""From an unsigned file to a person who lets it in."""

from pathlib import Path

import pytest
from git_repositories import GitRepository, needs_git
from handbook import found
from signing import SshKeys, needs_ssh

from wellread.govern.quarantine import Quarantine
from wellread.workspace import Workspace

pytestmark = needs_ssh


@pytest.fixture
def keys(tmp_path: Path) -> SshKeys:
    return SshKeys(tmp_path / "keys")


def test_only_signed_documents_answer_until_a_person_releases_one(
    workspace: Workspace, documents: Path, keys: SshKeys
) -> None:
    keys.sign(documents / "leave.md")
    report = workspace.add(documents, readers="everyone", options={"signers": str(keys.allowed)})
    assert report.added == 1
    assert [one.uri for one in report.held] == ["travel.md", "hr/pay.md"]
    assert set(found(workspace, "notice period train ticket")) == {"leave.md"}
    assert "travel.md" in workspace.explain("train", expected="travel.md").expected
    assert "no document" in workspace.explain("train", expected="travel.md").expected
    Quarantine(workspace.catalogue).decide("handbook", "travel.md", "released", why="read it")
    workspace.sync()
    assert set(found(workspace, "notice period train ticket")) == {"leave.md", "travel.md"}
    assert workspace.catalogue.audit.verify() is None


def test_a_key_that_is_taken_out_takes_its_documents_out(
    workspace: Workspace, documents: Path, keys: SshKeys
) -> None:
    keys.sign(documents / "leave.md")
    keys.sign(documents / "travel.md", "mallory")
    keys.allow("a@example.org", "ann", "mallory")
    options = {"signers": str(keys.allowed), "when_held": "keep"}
    workspace.add(documents, readers="everyone", options=options)
    assert set(found(workspace, "notice period train ticket")) == {"leave.md", "travel.md"}
    keys.allow("a@example.org", "ann")
    [report] = workspace.sync()
    assert {one.uri for one in report.held} == {"travel.md", "hr/pay.md"}
    assert set(found(workspace, "notice period train ticket")) == {"leave.md"}


def test_a_source_that_begins_to_ask_for_signatures_judges_what_it_has(
    filled: Workspace, documents: Path, keys: SshKeys
) -> None:
    keys.sign(documents / "leave.md")
    assert set(found(filled, "notice period train ticket")) == {"leave.md", "travel.md"}
    report = filled.add(documents, options={"signers": str(keys.allowed)})
    assert len(report.held) == 2
    assert set(found(filled, "notice period train ticket")) == {"leave.md"}
    filled.add(documents, options={})
    assert set(found(filled, "notice period train ticket")) == {"leave.md", "travel.md"}
    assert filled.catalogue.quarantine.held() == []


@needs_git
def test_a_repository_whose_signer_is_taken_out_answers_nothing(
    workspace: Workspace, tmp_path: Path, keys: SshKeys
) -> None:
    repository = GitRepository(tmp_path / "docs")
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "user.signingKey", str(keys.folder / "ann"))
    repository.write("gate.md", "The gate closes at ten.")
    repository.commit("--gpg-sign")
    location = str(repository.folder)
    options = {"signers": str(keys.allowed)}
    assert workspace.add(location, kind="git", readers="everyone", options=options).added == 1
    repository.write("gate.md", "The gate never closes.")
    repository.commit()
    assert len(workspace.sync()[0].failed) == 1
    assert found(workspace, "gate") == {"gate.md": "The gate closes at ten."}
    keys.allow("mallory@example.org", "mallory")
    [report] = workspace.sync()
    assert (report.removed, found(workspace, "gate")) == (1, {})
    assert "is signed by one of the signers" in report.failed[0].error
    keys.allow("ann@example.org", "ann")
    workspace.sync()
    assert found(workspace, "gate") == {"gate.md": "The gate closes at ten."}
