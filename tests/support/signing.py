"""Keys of Ann and Mallory, and files that they sign."""

import shutil
import subprocess
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
