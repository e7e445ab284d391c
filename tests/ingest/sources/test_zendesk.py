"""Tickets of Zendesk's JSON export, and what of them customers may see."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from export_contract import ExportContract, opened, told
from synchronising import STAFF

from wellread.errors import UsageError
from wellread.ingest.sources.zendesk.source import ZendeskSource

ANN = {"id": 900, "name": "Ann Doe", "email": "ann@example.org", "role": "end-user"}
BEN = {"id": 901, "name": "Ben Roe", "email": "ben@example.org", "role": "agent"}


def comment(body: str, author: int = 900, public: bool | None = True) -> dict[str, Any]:
    held = {"id": 5, "type": "Comment", "author_id": author, "body": body, "html_body": f"<p>{body}</p>"}
    return held | {"created_at": "2026-07-07T09:44:25Z"} | ({} if public is None else {"public": public})


def ticket(number: int, *comments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"https://acme.example/api/v2/tickets/{number}.json",
        "subject": "Leave",
        "raw_subject": "Leave",
        "description": comments[0]["body"] if comments else "Described.",
        "status": "open",
        "priority": None,
        "tags": [],
        "is_public": True,
        "requester": ANN,
        "assignee": BEN,
        "updated_at": "2026-07-07T10:00:00Z",
        "comments": list(comments),
        **more,
    }


def write(path: Path, *tickets: object) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in tickets), encoding="utf-8")
    return path


class Contract(ExportContract):
    kind = ZendeskSource
    contents: ClassVar = {
        f"ticket/{number}": f"#{number} Leave\n\nStatus: open\n\nAnn Doe, 2026-07-07T09:44:25Z:\n{body}".encode()
        for number, body in ((1, "How many days?"), (2, "Gamma é\n\n\nand more"), (3, "Soup."))
    }

    def tickets(self) -> list[dict[str, Any]]:
        return [
            ticket(int(name.partition("/")[2]), comment(data.decode().split(":\n", 1)[1]))
            for name, data in self.documents.items()
        ]

    def write(self, name: str, data: bytes) -> None:
        super().write(name, data.rstrip())


class TestLines(Contract):
    name = "tickets.ndjson"

    def store(self) -> None:
        write(self.path, *self.tickets())
        if not self.documents:
            self.path.write_text("[]")


class TestPages(Contract):
    """As the incremental export over the interface writes them."""

    def store(self) -> None:
        page = {"count": len(self.documents), "tickets": self.tickets(), "end_of_stream": True}
        self.path.write_text(json.dumps(page, indent=2), encoding="utf-8")


def test_private_comments_are_left_out_or_for_agents(tmp_path: Path) -> None:
    mixed = ticket(
        1, comment("How many?"), comment("She asks again.", 901, public=False), comment("30.", 901)
    )
    path = write(
        tmp_path / "t.json", mixed, ticket(2, comment("Only among us.", 901, public=False), is_public=False)
    )
    texts, _, problem = told(ZendeskSource, path)
    assert (set(texts), problem) == ({"ticket/1"}, "")
    assert "again" not in texts["ticket/1"]
    assert texts["ticket/1"].endswith("Ben Roe, 2026-07-07T09:44:25Z:\n30.")

    texts, readers, _ = told(ZendeskSource, path, agents="group:agents")
    assert readers == {
        "ticket/1": STAFF,
        "ticket/1/private": {"group:agents"},
        "ticket/2/private": {"group:agents"},
    }
    assert "Ben Roe, 2026-07-07T09:44:25Z, private:\nShe asks again." in texts["ticket/1/private"]
    assert "again" not in texts["ticket/1"]


def test_what_does_not_say_that_it_is_public_is_private(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.json",
        ticket(1, comment("Unmarked.", public=None)),
        ticket(2),
        {**ticket(3), "comments": None},
        ticket(4, comment("Gone."), status="deleted"),
    )
    assert told(ZendeskSource, path) == ({}, {}, "")
    texts, readers, _ = told(ZendeskSource, path, agents="group:agents")
    assert set(readers) == {"ticket/1/private", "ticket/2/private", "ticket/3/private"}
    assert "Described." in texts["ticket/2/private"]


def test_a_comment_that_becomes_private_is_another_text_for_customers(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", ticket(1, comment("How many?"), comment("30.", 901)))
    (before,) = opened(ZendeskSource, path).items()
    write(path, ticket(1, comment("How many?"), comment("30.", 901, public=False)))
    (after,) = opened(ZendeskSource, path).items()
    assert before.fingerprint != after.fingerprint


def test_what_is_no_ticket_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", ticket(1, comment("a")), {"id": 9, "email": "ann@example.org"}, 7)
    texts, _, problem = told(ZendeskSource, path)
    assert set(texts) == {"ticket/1"}
    assert "record 2: it is no ticket" in problem
    assert "record 3: it is no ticket" in problem


def test_agents_must_be_readers(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="agents is 'agents'"):
        opened(ZendeskSource, tmp_path, agents="agents")
