"""Every command of docs/sources.md is right; those that need nothing but files are carried out."""

import json
import mailbox
import re
import shlex
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.registry import KINDS, kind_of, load, open_source
from wellread.records.people import principals
from wellread.workspace import Workspace

GUIDE = Path(__file__).parents[2] / "docs" / "sources.md"
COMMANDS = [
    line.strip() for line in re.findall(r"^    (wellread add .*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
]
LOCAL = {"folder", "git", "mailbox", "sql", "rows", "slack", "zendesk", "jira"}


def parsed(command: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Location, options, and what else is said by name."""
    words = iter(shlex.split(command)[2:])
    location, options, named = next(words), {}, {}
    for word in words:
        if word == "--option":
            name, _, value = next(words).partition("=")
            options[name] = value
        else:
            named[word.removeprefix("--")] = next(words)
    return location, options, named


def kind_in(location: str, named: dict[str, str]) -> str:
    return named.get("kind") or kind_of(location)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the commands name, where they are carried out."""
    monkeypatch.chdir(tmp_path)
    Path("faq.csv").write_text("id,question,answer\n1,Where is the key?,With the porter.\n")
    with sqlite3.connect("wiki.db") as made:
        made.execute("CREATE TABLE pages (id, title, body, changed)")
        made.execute("INSERT INTO pages VALUES (1, 'Gate', 'It closes at ten.', '2026-07-07')")
    made.close()
    mail = mailbox.mbox("old-mail.mbox")
    mail.add("From: Ann <ann@example.org>\nMessage-ID: <1@example.org>\nSubject: Gate\n\nIt closes at ten.\n")
    mail.close()
    comment = {
        "author_id": 1,
        "public": True,
        "body": "It closes at ten.",
        "created_at": "2026-07-07T09:44:25Z",
    }
    Path("tickets.json").write_text(json.dumps({"id": 1, "subject": "Gate", "comments": [comment]}))
    issue: dict[str, Any] = {"key": "WR-1", "fields": {"summary": "Gate", "description": "It closes at ten."}}
    Path("issues.json").write_text(json.dumps({"total": 1, "issues": [issue]}))
    message = {"type": "message", "user": "U1", "text": "It closes at ten.", "ts": "1783417465.000200"}
    with zipfile.ZipFile("slack-export.zip", "w") as packed:
        packed.writestr("channels.json", '[{"id": "C1", "name": "general", "members": []}]')
        packed.writestr("users.json", '[{"id": "U1", "name": "ann", "profile": {}}]')
        packed.writestr("general/2026-07-07.json", json.dumps([message]))
    Path("handbook").mkdir()
    Path("handbook", "gate.md").write_text("# Gate\n\nIt closes at ten.\n")
    git = ("git", "-C", "handbook", "-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", "init", "-q", "-b", "main", "handbook"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "The gate"], check=True)


def test_every_kind_has_a_command(files: None) -> None:
    kinds = [kind_in(location, named) for location, _, named in map(parsed, COMMANDS)]
    assert {kind for kind in kinds if ":" not in kind} == set(KINDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_is_right(workspace: Workspace, files: None, command: str) -> None:
    location, options, named = parsed(command)
    kind = kind_in(location, named)
    if ":" in kind:
        return  # The guide's own source, see test_own_source.
    assert set(options) <= set(load(kind).options)
    readers = named.get("readers", "everyone")
    if kind in LOCAL:
        report = workspace.add(location, readers, named.get("name"), kind=named.get("kind"), options=options)
        assert (report.added, report.failed) == (1, ())
    else:
        open_source(kind, Place(location=location, readers=principals(readers), options=options)).close()
