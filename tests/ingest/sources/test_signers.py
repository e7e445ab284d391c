"""A file's signature counts only if one of the signers made it, for these bytes, with a key that is valid now."""

from pathlib import Path

import pytest
from signing import SshKeys, fingerprint, gpg, needs_ssh

from wellread.errors import UsageError
from wellread.ingest.sources import signers as signers_module
from wellread.ingest.sources.signers import MOST_BYTES, Signers

TEXT = b"The gate closes at ten."


@pytest.fixture
def keys(tmp_path: Path) -> SshKeys:
    return SshKeys(tmp_path / "keys")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.txt"
    path.write_bytes(TEXT)
    return path


@needs_ssh
class TestSsh:
    def judged(self, keys: SshKeys, signature: Path, data: bytes = TEXT) -> str:
        return Signers(str(keys.allowed)).objection(data, signature.read_bytes())

    def test_a_signature_of_an_allowed_signer_vouches(self, keys: SshKeys, policy: Path) -> None:
        assert self.judged(keys, keys.sign(policy)) == ""

    def test_it_vouches_for_no_other_bytes(self, keys: SshKeys, policy: Path) -> None:
        assert "not valid for these bytes" in self.judged(keys, keys.sign(policy), TEXT + b" ")

    def test_somebody_else_s_does_not(self, keys: SshKeys, policy: Path) -> None:
        assert "by none of the signers" in self.judged(keys, keys.sign(policy, "mallory"))

    def test_one_made_for_something_else_does_not(self, keys: SshKeys, policy: Path) -> None:
        assert "not valid" in self.judged(keys, keys.sign(policy, namespace="git"))

    @pytest.mark.parametrize(
        ("option", "counts"),
        [
            ('namespaces="file"', True),
            ('namespaces="git"', False),
            ('valid-before="20200101"', False),
            ('valid-before="29990101"', True),
            ('valid-after="29990101"', False),
        ],
    )
    def test_a_key_counts_only_for_what_and_when_it_is_allowed(
        self, keys: SshKeys, policy: Path, option: str, counts: bool
    ) -> None:
        keys.allow(f"ann@example.org {option}", "ann")
        assert (self.judged(keys, keys.sign(policy)) == "") is counts

    def test_any_name_of_a_key_will_do(self, keys: SshKeys, policy: Path) -> None:
        public = (keys.folder / "ann.pub").read_text()
        keys.allowed.write_text(f'old@example.org valid-before="20200101" {public}new@example.org {public}')
        assert self.judged(keys, keys.sign(policy)) == ""

    @pytest.mark.parametrize("written", [b"", b"no signature", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n"])
    def test_what_is_no_signature_does_not_count(self, keys: SshKeys, written: bytes) -> None:
        assert "no ssh signature" in Signers(str(keys.allowed)).objection(TEXT, written)

    def test_a_huge_signature_is_given_to_no_program(
        self, keys: SshKeys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signers = Signers(str(keys.allowed))
        monkeypatch.setattr(signers_module, "_outcome", lambda *_: pytest.fail("it was run"))
        assert "the most is 65,536" in signers.objection(TEXT, b"x" * (MOST_BYTES + 1))

    def test_grounds_change_with_the_file_and_when_a_date_in_it_has_come(
        self, keys: SshKeys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys.allow('ann@example.org valid-before="20990101Z"', "ann")
        first = Signers(str(keys.allowed)).grounds()
        assert Signers(str(keys.allowed)).grounds() == first
        monkeypatch.setattr(signers_module, "_is_past", lambda *_: True)
        later = Signers(str(keys.allowed)).grounds()
        keys.allow("ann@example.org", "ann", "mallory")
        assert len({first, later, Signers(str(keys.allowed)).grounds()}) == 3


@pytest.mark.parametrize(("moment", "past"), [("20200101", True), ("29990101", False)])
def test_a_date_has_come_or_not(moment: str, past: bool) -> None:
    for time, second, utc in (("", "", ""), ("0000", "", "Z"), ("2359", "59", "")):
        assert signers_module._is_past(moment, time, second, utc) is past


@pytest.mark.parametrize("told", ["", " ", "/no/such/file", "/", "allowed", "0123456789ABCDEF"])
def test_nobody_in_particular_is_refused(told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "allowed").touch()  # which file that is would depend on where one stands
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="allowed-signers file, or whole OpenPGP fingerprints"):
        Signers(told)


def test_without_the_program_nothing_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"no gpg here.*install it"):
        Signers("A" * 40)


def test_openpgp_signatures_count_by_the_key_s_whole_fingerprint(keyring: Path, policy: Path) -> None:
    ann, both = (
        Signers(fingerprint("ann")),
        Signers(f"{fingerprint('mallory')}, {fingerprint('ann').lower()}"),
    )
    written = {}
    for name in ("ann", "mallory"):
        signature = policy.with_name(f"{name}.asc")
        gpg(
            "--local-user",
            f"{name}@example.org",
            "--armor",
            "--output",
            str(signature),
            "--detach-sign",
            str(policy),
        )
        written[name] = signature.read_bytes()
    assert ann.objection(TEXT, written["ann"]) == ""
    assert "by none of the signers" in ann.objection(TEXT, written["mallory"])
    assert both.objection(TEXT, written["mallory"]) == ""
    assert "not valid" in ann.objection(TEXT + b"!", written["ann"])
    assert "not valid" in ann.objection(TEXT, b"")

    # A message that carries its own text is no signature of another file.
    whole = policy.with_name("whole.asc")
    gpg("--local-user", "ann@example.org", "--armor", "--output", str(whole), "--sign", str(policy))
    assert "not valid" in ann.objection(b"something else", whole.read_bytes())
    clear = policy.with_name("clear.asc")
    gpg("--local-user", "ann@example.org", "--output", str(clear), "--clear-sign", str(policy))
    assert "not valid" in ann.objection(b"something else", clear.read_bytes())

    # Revoking the key takes back what it signed, and that is seen.
    before = ann.grounds()
    assert ann.grounds() == before
    revocation = (keyring / "openpgp-revocs.d" / f"{fingerprint('ann')}.rev").read_text()
    gpg("--import", given=revocation.replace(":-----BEGIN", "-----BEGIN"))
    assert ann.grounds() != before
    assert "not valid" in ann.objection(TEXT, written["ann"])
