"""Whose signature makes a commit count: an allowed-signers file of ssh-keygen(1), or fingerprints of OpenPGP keys."""

import re
from pathlib import Path

from wellread.errors import UsageError
from wellread.ingest.sources.git.program import Git, GitFailedError

_FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
_GOOD_SSH = re.compile(rb'^Good "git" signature for \S', re.MULTILINE)
_GOOD_OPENPGP = re.compile(rb"^\[GNUPG:\] VALIDSIG ([0-9A-F]+) .*?([0-9A-F]+)\s*$", re.MULTILINE)


class Signers:
    """Those whom `told` names, a file's path or fingerprints with commas between.

    Only the program for that kind of signature is run: a good signature of the other kind is none. Raises UsageError
    when it is neither a file that is there nor whole fingerprints, which a shortened one is not.
    """

    def __init__(self, told: str) -> None:
        listed = [part.strip().upper() for part in told.split(",") if part.strip()]
        self._fingerprints = frozenset(part.encode() for part in listed)
        if listed and all(map(_FINGERPRINT.fullmatch, listed)):
            self.settings = {"gpg.program": "gpg", "gpg.openpgp.program": "gpg"}
            return
        path = Path(told).expanduser().resolve()
        if not told.strip() or not path.is_file():
            raise UsageError(
                f"signers is {told!r}: give the path of an allowed-signers file, or whole OpenPGP fingerprints with "
                "commas between"
            )
        self._fingerprints = frozenset()
        self.settings = {"gpg.ssh.program": "ssh-keygen", "gpg.ssh.allowedSignersFile": str(path)}
        """What git is told so that it can verify."""

    def vouch_for(self, git: Git, commit: str) -> bool:
        """Whether one of them signed the commit, with a key that is valid; `git` was told the settings."""
        try:
            _, said = git.outcome("verify-commit", "--raw", commit, seconds=60)
        except GitFailedError:
            return False
        if not self._fingerprints:
            return _GOOD_SSH.search(said) is not None
        return any(self._fingerprints & set(found) for found in _GOOD_OPENPGP.findall(said))
