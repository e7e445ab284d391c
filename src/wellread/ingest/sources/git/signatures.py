"""Which commits the signers signed, as Git verifies them."""

import re
from collections.abc import Mapping

from wellread.errors import UnreachableError
from wellread.ingest.sources.git.program import Git, GitFailedError
from wellread.ingest.sources.signers import Signers

_GOOD_SSH = re.compile(rb'^Good "git" signature for \S', re.MULTILINE)
_GOOD_OPENPGP = re.compile(rb"^\[GNUPG:\] VALIDSIG ([0-9A-F]+) .*?([0-9A-F]+)\s*$", re.MULTILINE)


def settings_for(signers: Signers) -> Mapping[str, str]:
    """What git is told so that it can verify, by the one program for this kind of signature."""
    if signers.allowed is None:
        return {"gpg.program": "gpg", "gpg.openpgp.program": "gpg"}
    return {"gpg.ssh.program": "ssh-keygen", "gpg.ssh.allowedSignersFile": str(signers.allowed)}


def vouches_for(signers: Signers, git: Git, commit: str) -> bool:
    """Whether one of them signed the commit, with a key that is valid; `git` was told the settings.

    Raises UnreachableError when that cannot be told in time.
    """
    try:
        _, said = git.outcome("verify-commit", "--raw", commit, seconds=60)
    except GitFailedError as failed:
        if failed.late:
            raise UnreachableError(
                f"the signature of {commit[:12]} could not be verified: {failed}"
            ) from None
        return False
    if signers.allowed is not None:
        return _GOOD_SSH.search(said) is not None
    return any(signers.fingerprints & set(found) for found in _GOOD_OPENPGP.findall(said))
