"""From a ticket of Zendesk's JSON export to documents: what customers may see, and what only agents may."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.sources.record import Record, file_name, moment, shown, titled
from wellread.records.people import Principal

_PEOPLE = ("requester", "submitter", "assignee")
_GONE = frozenset({"deleted", "scrubbed"})


def documents(ticket: object, agents: frozenset[Principal] | None) -> Iterator[Record]:
    """The public conversation and, if there are `agents`, for them the whole one where parts of it are private.

    A comment is public only where the export says so; a description, which is the first comment again, is never
    taken for public. Raises ParseError for what is no ticket.
    """
    if not isinstance(ticket, dict) or not isinstance(ticket.get("id"), int) or "subject" not in ticket:
        raise ParseError("it is no ticket: export tickets, in Zendesk's JSON form")
    if ticket.get("status") in _GONE:
        return
    comments = [one for one in ticket.get("comments") or [] if isinstance(one, dict)]
    public = [one for one in comments if one.get("public") is True]
    if public:
        yield _record(ticket, f"ticket/{ticket['id']}", public, None)
    if agents and (len(public) < len(comments) or not comments):
        yield _record(ticket, f"ticket/{ticket['id']}/private", comments, agents)


def _record(
    ticket: Mapping[str, Any], uri: str, comments: list[dict[str, Any]], readers: frozenset[Principal] | None
) -> Record:
    subject = " ".join(shown(ticket.get("subject") or ticket.get("raw_subject")).split())
    title = f"#{ticket['id']} {subject}".strip()
    names = _names(ticket)
    told = [
        ", ".join(
            f"{label}: {value}"
            for label, value in (
                ("Status", shown(ticket.get("status"))),
                ("Priority", shown(ticket.get("priority"))),
                ("Tags", ", ".join(map(shown, ticket.get("tags") or []))),
            )
            if value
        )
    ]
    told += [_comment(one, names) for one in comments] or [shown(ticket.get("description"))]
    text = titled(title, "\n\n".join(filter(None, told)))
    return Record(
        uri=uri,
        name=file_name(title),
        data=text.encode("utf-8", "backslashreplace"),
        modified=moment(ticket.get("updated_at")),
        readers=readers,
    )


def _names(ticket: Mapping[str, Any]) -> dict[Any, str]:
    people = [ticket.get(role) for role in _PEOPLE]
    people += ticket["collaborators"] if isinstance(ticket.get("collaborators"), list) else []
    return {
        one.get("id"): shown(one.get("name")) for one in people if isinstance(one, dict) and one.get("name")
    }


def _comment(comment: Mapping[str, Any], names: Mapping[Any, str]) -> str:
    author = comment.get("author")
    name = shown(author.get("name")) if isinstance(author, dict) else names.get(comment.get("author_id"), "")
    body = shown(comment.get("plain_body") or comment.get("body")).strip()
    kind = "" if comment.get("public") is True else ", private"
    return f"{name or 'Somebody'}, {shown(comment.get('created_at'))}{kind}:\n{body}"
