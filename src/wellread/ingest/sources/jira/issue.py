"""From an issue as Jira's REST interface writes it to documents, each for those who may see it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.jira.document_format import plain
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import Record, file_name, moment, shown, titled
from wellread.records.people import EVERYONE, Principal, principals

INTERNAL = "internal"
"""What comments of Jira Service Management that customers do not see are called in the option levels."""

_FIELDS = (
    "status",
    "issuetype",
    "priority",
    "resolution",
    "assignee",
    "reporter",
    "labels",
    "components",
    "fixVersions",
)


@dataclass(slots=True)
class Levels:
    """Security levels, roles and groups by name, and who is in them; those that are not told are for nobody."""

    told: Mapping[str, frozenset[Principal]]
    unknown: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often one was met that is not told."""

    @staticmethod
    def asked(option: str) -> "Levels":
        """From `Board=group:board;Developers=group:dev,user:ann`. Raises UsageError."""
        told = {}
        for one in filter(None, (part.strip() for part in option.split(";"))):
            name, sign, readers = one.partition("=")
            try:
                told[name.strip().casefold()] = principals(readers if sign else "")
            except UsageError as error:
                raise UsageError(f"levels has {one!r}: {error}; write NAME=READERS;NAME=READERS") from None
        return Levels(told)

    def readers(self, name: str) -> frozenset[Principal]:
        """Those in it, or nobody."""
        found = self.told.get(name.casefold(), NOBODY)
        if not found:
            self.unknown[name] += 1
        return found


def documents(issue: object, levels: Levels) -> Iterator[Record]:
    """The issue with the comments that whoever sees it sees, and one for each role or group that sees more.

    What nobody may see is left out. Raises ParseError for what is no issue.
    """
    fields = issue.get("fields") if isinstance(issue, dict) else None
    if (
        not isinstance(issue, dict)
        or not isinstance(fields, dict)
        or not shown(issue.get("key")).isprintable()
    ):
        raise ParseError("it is no issue: export issues as Jira's search writes them, with key and fields")
    key = shown(issue.get("key")).strip()
    if not key:
        raise ParseError("an issue has no key")
    readers = levels.readers(_name(fields["security"])) if fields.get("security") else None
    if readers == NOBODY:
        return
    for level, comments in _comments(fields).items():
        seen_by = _both(readers, levels.readers(level)) if level else readers
        if seen_by != NOBODY:
            yield _record(key, fields, level, comments, seen_by)


def _comments(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """Comments by the level that sees them; those that all see are there even if there are none."""
    found: dict[str, list[str]] = {"": []}
    held = fields.get("comment")
    for one in (held.get("comments") if isinstance(held, dict) else held) or []:
        if isinstance(one, dict):
            text = f"{_name(one.get('author')) or 'Somebody'}, {shown(one.get('created'))}:\n{plain(one.get('body'))}"
            found.setdefault(_level(one), []).append(text)
    return found


def _level(comment: Mapping[str, Any]) -> str:
    visibility = comment.get("visibility")
    if visibility:
        named = visibility if isinstance(visibility, dict) else {}
        return shown(named.get("value") or named.get("identifier")) or "a restriction without a name"
    properties = comment.get("properties")
    for one in properties if isinstance(properties, list) else []:
        value = one.get("value") if isinstance(one, dict) and one.get("key") == "sd.public.comment" else None
        if isinstance(value, dict) and value.get("internal") not in (False, "false", None):
            return INTERNAL
    return INTERNAL if comment.get("jsdPublic") is False else ""


def _both(issue: frozenset[Principal] | None, level: frozenset[Principal]) -> frozenset[Principal]:
    """Of an issue that itself is for some only, a comment is for those whom both name."""
    return level if issue is None or EVERYONE in issue else issue & level


def _record(
    key: str, fields: Mapping[str, Any], level: str, comments: list[str], readers: frozenset[Principal] | None
) -> Record:
    title = f"{key} {' '.join(shown(fields.get('summary')).split())}".strip()
    if level:
        told = [f"Comments for {level}", *comments]
    else:
        about = ((name, _names(fields.get(name))) for name in _FIELDS)
        lines = "\n".join(f"{name}: {value}" for name, value in about if value)
        told = [lines, plain(fields.get("description")), *comments]
    return Record(
        uri=f"{key}/{level}" if level else key,
        name=file_name(title),
        data=titled(title, "\n\n".join(filter(None, told))).encode("utf-8", "backslashreplace"),
        modified=moment(fields.get("updated") or fields.get("created")),
        readers=readers,
    )


def _names(value: object) -> str:
    return ", ".join(filter(None, map(_name, value))) if isinstance(value, list) else _name(value)


def _name(value: object) -> str:
    if isinstance(value, dict):
        return shown(value.get("displayName") or value.get("name") or value.get("value") or value.get("id"))
    return shown(value)
