"""One document that has no file of its own: a row, a ticket, a conversation."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from wellread.errors import UsageError
from wellread.records.identity import digest
from wellread.records.people import Principal, principal, principals

SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html"}
"""By the form a text is in: the suffix that tells it."""

UNKNOWN_DATE = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Record:
    """What a place tells of one document."""

    uri: str
    name: str
    data: bytes
    modified: str
    readers: frozenset[Principal] | None = None
    """None where the place tells none."""
    problem: str = ""
    """Why nobody may read it."""

    @property
    def stamp(self) -> str:
        """Changes with whatever of it is stored, other than readers."""
        return digest("\n".join((self.name, self.modified, digest(self.data))))


def shown(value: object) -> str:
    """A value as text: dates by ISO 8601, what has parts as JSON, nothing for NULL."""
    if value is None:
        return ""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def file_name(title: str, suffix: str = ".txt") -> str:
    """What a document with that title is called: plain text has no title of its own, so that it gets the name's."""
    return title.replace("/", "∕") + suffix


def titled(title: str, body: str, form: str = "text") -> str:
    """`body` under its title, in one of the forms of `SUFFIXES`; another form is left as it is."""
    if not title:
        return body
    if form == "html":
        return f"<title>{html.escape(title)}</title>\n{body}"
    if form == "markdown" and not body.startswith("---\n"):
        return f"# {title}\n\n{body}"
    return f"{title}\n\n{body}" if form == "text" else body


def moment(value: object) -> str:
    """ISO 8601 in UTC of a date, a text that is one, or seconds since 1970; without a zone it is taken as UTC."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        elif isinstance(value, (int, float)):
            value = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        if not isinstance(value, datetime):
            return UNKNOWN_DATE
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return UNKNOWN_DATE


def told_readers_of(values: Mapping[str, Any]) -> tuple[frozenset[Principal], str]:
    """Those that `readers` names, or nobody and what is wrong. NULL and an empty list mean nobody."""
    value = values["readers"]
    try:
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = json.loads(value)
        if value is None or value in ("", []):
            return frozenset(), ""
        if isinstance(value, str):
            return principals(value), ""
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return frozenset(principal(one) for one in value), ""
    except (UsageError, ValueError, RecursionError) as error:
        return frozenset(), str(error)
    return frozenset(), f"readers are {value!r}: write a comma-separated text or a list"
