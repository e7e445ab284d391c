"""Keys of Ann and Mallory, and files that they sign. `tests/conftest.py` makes the fixture `keyring` known."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")


class SshKeys:
    """Two keys below `folder`; `allowed`, a file with a space in its name, allows Ann's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.allowed = folder / "allowed signers"
        for name in ("ann", "mallory"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
            subprocess.run(command, check=True)
        self.allow("ann@example.org", "ann")

    def allow(self, principal: str, *keys: str) -> None:
        """`principal` may come with options, as in `ann@example.org namespaces="file"`; no key allows nobody."""
        lines = [f"{principal} {(self.folder / f'{key}.pub').read_text()}" for key in keys]
        self.allowed.write_text("".join(lines))

    def sign(self, path: Path, by: str = "ann", namespace: str = "file") -> Path:
        """Write the signature beside the file; where that is."""
        signature = path.with_name(path.name + ".sig")
        signature.unlink(missing_ok=True)
        command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(self.folder / by), "-n", namespace, str(path)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        return signature


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """GnuPG's folder with an OpenPGP key for each of the two; gpg takes it for the user's own."""
    if shutil.which("gpg") is None or shutil.which("gpgconf") is None:
        pytest.skip("there is no gpg here")
    # Its agent listens in that folder, and a socket's path is short.
    home = Path(f"/tmp/wellread-gpg-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}")
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    try:
        for name in ("ann", "mallory"):
            gpg("--quick-generate-key", f"{name}@example.org", "ed25519", "sign", "never")
        yield home
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)  # the agent takes its sockets away meanwhile


def gpg(*arguments: str, given: str = "") -> str:
    """What gpg writes; its keys have no passphrase."""
    command = ["gpg", "--batch", "--yes", "--quiet", "--passphrase=", "--pinentry-mode=loopback", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, input=given).stdout


def fingerprint(name: str) -> str:
    """Of `name`'s key, whole."""
    listed = gpg("--with-colons", "--list-keys", f"{name}@example.org")
    return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
