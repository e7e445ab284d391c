"""What tells one version of a resource from the next (RFC 9110, 8.8), and how to ask for another one only."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MOST_TAG = 500
_SURE_AFTER = 60.0
"""Seconds after which Last-Modified, which counts seconds, surely names one version."""


def conditions(etag: str, since: str) -> dict[str, str]:
    """Headers that ask for a body only if it is another one."""
    return {"If-None-Match": etag} if etag else {"If-Modified-Since": since} if since else {}


def etag_of(headers: Mapping[str, str]) -> str:
    """The entity tag, weak ones too; nothing for what no server would recognise."""
    tag = headers.get("etag", "")
    sound = tag.removeprefix("W/").startswith('"') and tag.endswith('"') and len(tag) > 2
    return tag if sound and tag.isascii() and tag.isprintable() and len(tag) <= _MOST_TAG else ""


def is_strong(etag: str) -> bool:
    """Whether it changes with every byte."""
    return bool(etag) and not etag.startswith("W/")


def since_of(headers: Mapping[str, str]) -> str:
    """Last-Modified as written, if it may be asked by: a page could change again within the second."""
    written = headers.get("last-modified", "")
    changed, now = _moment(written), _moment(headers.get("date", ""))
    if changed is None or now is None or not written.isascii() or not written.isprintable():
        return ""
    return written if (now - changed).total_seconds() >= _SURE_AFTER else ""


def modified_of(headers: Mapping[str, str]) -> str:
    """Last-Modified in ISO 8601 UTC; nothing where the server does not say."""
    moment = _moment(headers.get("last-modified", ""))
    return moment.isoformat() if moment else ""


def now() -> str:
    """ISO 8601 UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
