"""Whose signatures count: an allowed-signers file of ssh-keygen(1), or fingerprints of OpenPGP keys.

A commit of a Git repository is verified by Git (`git/signatures.py`), a file with a signature beside it here. Both are
done by the installed `ssh-keygen` or `gpg`, and only by the one that the signers are for: a good signature of the other
kind is none.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from wellread.errors import UnreachableError, UsageError
from wellread.settings import inherited

NAMESPACE = "file"
"""What `ssh-keygen -Y sign -n file` signs for: nobody's signature of a commit or an e-mail counts for a file."""

MOST_BYTES = 64 * 1024
"""Of one signature."""

_SECONDS = 60.0
_MOST_NAMES = 20
_FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
_VALID_UNTIL = re.compile(r'valid-(?:after|before)="?(\d{8})(\d{4})?(\d{2})?(Z?)"?')
_GOOD_OPENPGP = re.compile(rb"^\[GNUPG:\] VALIDSIG ([0-9A-F]+) .*?([0-9A-F]+)\s*$", re.MULTILINE)
_GOOD = re.compile(rb"^\[GNUPG:\] GOODSIG ", re.MULTILINE)
_NOT_GOOD = re.compile(
    rb"^\[GNUPG:\] (?:BADSIG|ERRSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|NODATA|UNEXPECTED) ?", re.MULTILINE
)
_GPG = (
    "gpg",
    "--no-options",  # no setting of the user's may have it ask a key server
    "--batch",
    "--no-tty",
    "--disable-dirmngr",
    "--trust-model=always",  # the fingerprints say who is trusted
    "--status-fd=1",
)


class Signers:
    """Those whom `told` names, a file's path or fingerprints with commas between.

    Raises UsageError when it is neither a file that is there nor whole fingerprints, which a shortened one is not, and
    when the program that verifies is not installed.
    """

    def __init__(self, told: str) -> None:
        listed = [part.strip().upper() for part in told.split(",") if part.strip()]
        self.allowed: Path | None = None
        """The allowed-signers file; None where OpenPGP keys are named."""
        self.fingerprints: frozenset[bytes] = frozenset()
        if listed and all(map(_FINGERPRINT.fullmatch, listed)):
            self.fingerprints = frozenset(part.encode() for part in listed)
        else:
            self.allowed = _file(told)
        if shutil.which(self.program) is None:
            raise UsageError(f"there is no {self.program} here, which verifies signatures: install it")

    @property
    def program(self) -> str:
        """What verifies."""
        return "ssh-keygen" if self.allowed else "gpg"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What a file's name is followed by in the name of its signature."""
        return (".sig",) if self.allowed else (".asc", ".sig")

    def grounds(self) -> str:
        """What a signature is judged by now, as a digest: another once a key was taken out, revoked or has expired."""
        if self.allowed is not None:
            text = self.allowed.read_text(encoding="utf-8", errors="replace")
            judged = repr((text, [_is_past(*found) for found in _VALID_UNTIL.findall(text)])).encode()
        else:
            names = sorted(one.decode() for one in self.fingerprints)
            _, listed = _outcome((*_GPG, "--with-colons", "--fixed-list-mode", "--list-keys", *names))
            judged = b"\n".join(_standing_of_keys(listed))
        return hashlib.sha256(judged).hexdigest()[:16]

    def objection(self, data: bytes, signature: bytes) -> str:
        """Why `signature` does not vouch for `data`; nothing if it does. Raises UnreachableError: it takes too long."""
        if len(signature) > MOST_BYTES:
            return f"its signature has {len(signature):,} bytes, the most is {MOST_BYTES:,}"
        with tempfile.TemporaryDirectory(prefix="wellread-signature-") as folder:
            path = Path(folder) / "signature"
            path.write_bytes(signature)
            return self._by_ssh(path, data) if self.allowed else self._by_openpgp(path, data)

    def _by_ssh(self, signature: Path, data: bytes) -> str:
        judge = ("ssh-keygen", "-Y")
        known = ("-s", str(signature), "-f", str(self.allowed))
        _, said = _outcome((*judge, "find-principals", *known))
        names = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
        for name in names[:_MOST_NAMES]:
            code, _ = _outcome((*judge, "verify", *known, "-I", name, "-n", NAMESPACE), data)
            if code == 0:
                return ""
        if not names:
            return "its signature is by none of the signers, or is no ssh signature"
        return f"its signature by {names[0]} is not valid for these bytes now (ssh-keygen -Y verify -n {NAMESPACE})"

    def _by_openpgp(self, signature: Path, data: bytes) -> str:
        code, said = _outcome((*_GPG, "--verify", "--", str(signature), "-"), data)
        good = code == 0 and _GOOD.search(said) is not None and _NOT_GOOD.search(said) is None
        if good and any(self.fingerprints & set(found) for found in _GOOD_OPENPGP.findall(said)):
            return ""
        if good:
            return "its signature is by none of the signers"
        return "its signature is not valid for these bytes now (gpg --verify)"


def _file(told: str) -> Path:
    path = Path(told.strip()).expanduser()
    if not path.is_absolute() or not path.is_file():
        raise UsageError(
            f"signers is {told!r}: give the whole path of an allowed-signers file, or whole OpenPGP fingerprints with "
            "commas between"
        )
    return path.resolve()


def _standing_of_keys(listed: bytes) -> list[bytes]:
    """Of each key and subkey, in gpg's colon format (doc/DETAILS): its number, expiry, and whether it is not valid."""
    lines = [line.split(b":") for line in listed.splitlines()]
    return [
        b" ".join((one[0], one[4], one[6], one[1] if one[1] in (b"r", b"e", b"d", b"i") else b""))
        for one in lines
        if one[0] in (b"pub", b"sub")
    ]


def _is_past(day: str, time: str, second: str, utc: str) -> bool:
    """Whether a moment of an allowed-signers file, `YYYYMMDD[HHMM[SS]][Z]`, has come; local time without the Z."""
    now = datetime.now(UTC) if utc else datetime.now()
    return day + (time or "0000") + (second or "00") <= now.strftime("%Y%m%d%H%M%S")


def _outcome(command: Sequence[str], given: bytes = b"") -> tuple[int, bytes]:
    """The exit code and what it writes. Raises UnreachableError when it does not end in time."""
    around = {**inherited(("PATH", "HOME", "GNUPGHOME", "TMPDIR", "TZ")), "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=given, env=around, cwd="/", capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"{command[0]} did not end within {_SECONDS:g} s") from None
    return done.returncode, done.stdout
