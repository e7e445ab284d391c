"""From a location and options to the mailbox that is meant: imaps://user@host[:port]/Folder."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from wellread.errors import UsageError
from wellread.ingest.sources.kind import Place
from wellread.records.people import Principal, principal

OPTIONS = {
    "folders": "Names of folders, separated by commas; * and ? stand for any characters. INBOX if not given.",
    "since": "List only what arrived on or after a date (2026-01-31), or in so many days before today (90).",
    "owner": "yes: only the person called as the login may read (usual); a person's name: that one may; "
    "no: those whom the source names.",
    "auth": "password (usual), or oauth2: the secret is an access token.",
}
_PORTS = {"imaps": 993, "imap": 143}
_PASSWORD = "a password does not belong into a location: set WELLREAD_SECRET_<NAME of the source> instead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mailbox, and which of its messages are wanted."""

    location: str
    host: str
    port: int
    login: str
    is_encrypted: bool
    """From the first byte; otherwise by STARTTLS, unless the server is this machine."""
    auth: Literal["password", "oauth2"]
    folders: tuple[str, ...]
    """Names or patterns."""
    since: str
    readers: frozenset[Principal]

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine, so that nothing travels."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def oldest(self) -> datetime:
        """The first moment that `since` includes, in UTC."""
        if self.since.isdigit():
            first = datetime.now(UTC).date() - timedelta(days=int(self.since))
        else:
            first = date.fromisoformat(self.since) if self.since else date.min
        return datetime(first.year, first.month, first.day, tzinfo=UTC)


def account(place: Place) -> Account:
    """Raises UsageError naming what is wrong with the location or an option."""
    parts, port = _split(place.location)
    login = unquote(parts.username or "")
    folder = unquote(parts.path.strip("/"))
    options = place.options
    auth = options.get("auth") or "password"
    if auth not in ("password", "oauth2"):
        raise UsageError(f"auth is {auth!r}: it is password or oauth2")
    if folder and options.get("folders"):
        raise UsageError(f"{place.location} names a folder and so does the option folders: name them once")
    host = (parts.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    return Account(
        location=f"{parts.scheme}://{parts.username}@{shown}{'' if port == _PORTS[parts.scheme] else f':{port}'}"
        f"{'/' if folder else ''}{parts.path.strip('/')}",
        host=host,
        port=port,
        login=login,
        is_encrypted=parts.scheme == "imaps",
        auth="oauth2" if auth == "oauth2" else "password",
        folders=(_inbox(folder),) if folder else _names(options.get("folders") or "INBOX"),
        since=_since(options.get("since") or ""),
        readers=_readers(options.get("owner") or "yes", login, place.readers),
    )


def is_pattern(name: str) -> bool:
    """Whether `name` stands for several folders."""
    return "*" in name or "?" in name


def matches(name: str, pattern: str) -> bool:
    """Whether the folder `name` is meant by `pattern`, in which `[` stands for itself."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def _split(location: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(location.strip())
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{location!r} is not the location of a mailbox: {error}") from None
    if parts.password is not None:
        raise UsageError(f"{parts.scheme}://{parts.username}:...@{parts.hostname}: {_PASSWORD}")
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise UsageError(f"{location!r} is not the location of a mailbox: write imaps://user@host/Folder")
    if parts.query or parts.fragment:
        raise UsageError(f"{location!r}: write ? as %3F and # as %23 in the name of a folder")
    return parts, port or _PORTS[parts.scheme]


def _names(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_inbox(name.strip()) for name in written.split(",") if name.strip()))


def _inbox(name: str) -> str:
    """INBOX is one folder, however it is written (RFC 3501, section 5.1)."""
    return "INBOX" if name.upper() == "INBOX" else name


def _since(written: str) -> str:
    if not written or re.fullmatch(r"[0-9]{1,5}", written):
        return written
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise UsageError(
            f"since is {written!r}: give a date such as 2026-01-31, or a number of days"
        ) from None


def _readers(owner: str, login: str, readers: frozenset[Principal]) -> frozenset[Principal]:
    if owner == "no":
        return readers
    try:
        return frozenset([principal(f"user:{login if owner == 'yes' else owner}")])
    except UsageError as error:
        raise UsageError(f"owner is {owner!r}: {error}") from None
