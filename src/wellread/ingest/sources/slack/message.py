"""One message of Slack as a line of text, with names in place of ids."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from wellread.ingest.sources.record import shown

_MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_TIME = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")
_SAID = frozenset(
    {"", "bot_message", "file_comment", "file_share", "me_message", "reply_broadcast", "thread_broadcast"}
)
"""Kinds of messages that somebody said; the others tell who came, went or renamed something."""


def is_said(message: object) -> bool:
    """Whether it is a message that people read."""
    return (
        isinstance(message, dict)
        and message.get("type") == "message"
        and shown(message.get("subtype")) in _SAID
        and not message.get("hidden")
        and bool(_TIME.fullmatch(shown(message.get("ts"))))
    )


def thread_of(message: Mapping[str, Any]) -> str:
    """The time of the message that began the thread it is in; nothing for one outside of any."""
    began = shown(message.get("thread_ts"))
    return began if _TIME.fullmatch(began) else ""


def when(moment: str) -> datetime:
    """In UTC."""
    return datetime.fromtimestamp(int(moment.partition(".")[0]), UTC)


def line(message: Mapping[str, Any], names: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """`09:44 Ann Doe: what she said`, with the titles of files; nothing where nothing can be read."""
    told = message.get("user_profile")
    profile: Mapping[str, Any] = told if isinstance(told, dict) else {}
    user = shown(message.get("user"))
    name = names.get(user) or shown(profile.get("real_name") or message.get("username")) or "Somebody"
    parts = [_plain(shown(message.get("text")), names, channels)]
    if not parts[0]:
        parts += [_plain(_attachment(one), names, channels) for one in _all(message.get("attachments"))]
    parts += [f"[file: {shown(one.get('title') or one.get('name'))}]" for one in _all(message.get("files"))]
    said = "\n".join(filter(None, parts))
    return f"{when(shown(message['ts'])):%H:%M} {name}: {said}" if said else ""


def _all(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _attachment(one: Mapping[str, Any]) -> str:
    told = "\n".join(filter(None, (shown(one.get(field)) for field in ("pretext", "title", "text"))))
    return told or shown(one.get("fallback"))


def _plain(text: str, names: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Without Slack's marks: `<@U1>` is a person, `<#C1|name>` a channel, `<https://...|label>` a link."""

    def shown_as(mark: re.Match[str]) -> str:
        kind, target, label = mark[1], mark[2], mark[3] or ""
        if kind == "@":
            return f"@{names.get(target) or label or 'somebody'}"
        if kind == "#":
            return f"#{label}" if label else channels.get(target, "#channel")
        if kind == "!":
            return label or f"@{target.partition('^')[0]}"
        return f"{label} ({target})" if label and label != target else target

    return html.unescape(_MARK.sub(shown_as, text)).strip()
