"""A folder whose files need a signature beside them."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from signing import SshKeys, needs_ssh
from source_contract import SourceContract

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Item, Source, UnvouchedError
from wellread.ingest.sources.registry import open_source

pytestmark = needs_ssh

STAFF = frozenset({"group:staff"})


@pytest.fixture
def keys(tmp_path: Path) -> SshKeys:
    return SshKeys(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path: Path, keys: SshKeys) -> Path:
    """One file that is signed, one that is not."""
    made = tmp_path / "docs"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "policy.md").write_text("The gate closes at ten.")
    (made / "note.md").write_text("The gate never closes.")
    keys.sign(made / "deep" / "policy.md")
    return made


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, keys: SshKeys) -> None:
        self.folder, self.keys = tmp_path / "signed", keys
        self.folder.mkdir()

    def open(self) -> Source:
        return opened(self.folder, self.keys)

    def write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.keys.sign(path)

    def remove(self, name: str) -> None:
        for suffix in ("", ".sig"):
            (self.folder / (name + suffix)).unlink()

    def destroy(self) -> None:
        shutil.rmtree(self.folder)


def opened(location: Path, keys: SshKeys, **options: str) -> Source:
    place = Place(location=str(location), readers=STAFF, options={"signers": str(keys.allowed), **options})
    return open_source("folder", place)


def objections(source: Source) -> dict[str, str]:
    return {item.uri: source.read(item).objection for item in source.items()}


def test_signatures_are_no_documents_and_unsigned_files_are_objected_to(folder: Path, keys: SshKeys) -> None:
    assert objections(opened(folder, keys)) == {
        "note.md": "it is not signed: note.md.sig is not there",
        "deep/policy.md": "",
    }


def test_what_is_judged_is_what_is_read(folder: Path, keys: SshKeys) -> None:
    source = opened(folder, keys)
    [_, policy] = source.items()
    (folder / "deep" / "policy.md").write_text("The gate is open.")
    content = source.read(policy)
    assert content.data == b"The gate is open."
    assert "not valid for these bytes" in content.objection


def test_another_signature_and_other_signers_make_another_fingerprint(folder: Path, keys: SshKeys) -> None:
    def fingerprint() -> str:
        return {item.uri: item.fingerprint for item in opened(folder, keys).items()}["deep/policy.md"]

    seen = [fingerprint()]
    assert fingerprint() == seen[0]
    signature = folder / "deep" / "policy.md.sig"
    signature.write_text(signature.read_text() + "\n")
    seen.append(fingerprint())
    signature.unlink()
    seen.append(fingerprint())
    keys.allow("ann@example.org", "mallory")
    seen.append(fingerprint())
    assert len(set(seen)) == 4


def test_a_signature_without_its_file_is_a_file_like_any_other(folder: Path, keys: SshKeys) -> None:
    (folder / "deep" / "policy.md").unlink()
    assert set(objections(opened(folder, keys))) == {"note.md", "deep/policy.md.sig"}


def test_a_single_file_is_found_with_its_signature(folder: Path, keys: SshKeys) -> None:
    assert objections(opened(folder / "deep" / "policy.md", keys)) == {"policy.md": ""}
    assert set(objections(opened(folder / "note.md", keys))) == {"note.md"}


def test_a_signature_that_is_a_link_or_cannot_be_read_does_not_count(folder: Path, keys: SshKeys) -> None:
    signature = folder / "deep" / "policy.md.sig"
    signature.rename(folder / "moved")
    signature.symlink_to(folder / "moved")
    assert "it is not signed" in objections(opened(folder, keys))["deep/policy.md"]
    signature.unlink()
    (folder / "moved").rename(signature)
    source = opened(folder, keys)
    [_, policy] = source.items()
    signature.unlink()
    assert "its signature cannot be read" in source.read(policy).objection


def test_what_cannot_be_listed_is_vouched_for_by_nobody(folder: Path, keys: SshKeys) -> None:
    (folder / ".readers").write_text("groups:hr")
    with pytest.raises(UnvouchedError, match="line 1") as broken:
        list(opened(folder, keys).items())
    [item, *_] = _listed(opened(folder, keys))
    assert broken.value.grounds == item.grounds != ""


def _listed(source: Source) -> list[Item]:
    found: list[Item] = []
    with suppress(ParseError):
        found.extend(source.items())
    return found


def test_signers_that_the_folder_itself_names_are_refused(folder: Path, keys: SshKeys) -> None:
    keys.allowed = keys.allowed.rename(folder / "deep" / "allowed")
    with pytest.raises(UsageError, match="keep it elsewhere"):
        opened(folder, keys)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"signers": "/no/such/file"}, "allowed-signers"),
        ({"when_held": "sometimes"}, "keep or withdraw"),
        ({"released_by": "everyone"}, "name groups and people"),
        ({"released_by": "hr"}, "group:NAME"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    folder: Path, keys: SshKeys, options: dict[str, str], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        opened(folder, keys, **options)
