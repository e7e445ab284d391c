"""Issues as Jira's search writes them, and what of them is restricted."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from export_contract import ExportContract, opened, told
from synchronising import STAFF

from wellread.errors import UsageError
from wellread.ingest.sources.jira.document_format import plain
from wellread.ingest.sources.jira.source import JiraSource

ANN = {"displayName": "Ann Doe", "emailAddress": "ann@example.org", "accountId": "5b10"}


def comment(body: object, **more: Any) -> dict[str, Any]:
    return {"id": "10000", "author": ANN, "body": body, "created": "2026-07-07T09:44:25.000+0000", **more}


def issue(key: str, description: object = None, *comments: dict[str, Any], **more: Any) -> dict[str, Any]:
    fields = {
        "summary": "Leave",
        "description": description,
        "updated": "2026-07-07T11:44:25.000+0200",
        "status": {"name": "Open"},
        "labels": ["hr", "rest"],
        "reporter": ANN,
        "security": None,
        "comment": {
            "comments": list(comments),
            "maxResults": len(comments),
            "total": len(comments),
            "startAt": 0,
        },
        **more,
    }
    return {"expand": "names", "id": "1", "self": "https://jira.example/1", "key": key, "fields": fields}


def write(path: Path, *issues: object, **more: Any) -> Path:
    page = {
        "expand": "schema,names",
        "startAt": 0,
        "maxResults": 50,
        "total": len(issues),
        "issues": issues,
        **more,
    }
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


HEAD = "status: Open\nreporter: Ann Doe\nlabels: hr, rest"


class TestContract(ExportContract):
    kind = JiraSource
    contents: ClassVar = {
        f"WR-{number}": f"WR-{number} Leave\n\n{HEAD}\n\n{body}".encode()
        for number, body in ((1, "How many days?"), (2, "Gamma é\n\n\nand more"), (3, "Soup."))
    }

    def store(self) -> None:
        told = {name: data.decode().split(HEAD + "\n\n", 1)[1] for name, data in self.documents.items()}
        write(self.path, *(issue(name, body) for name, body in told.items()))


def test_issues_with_comments_become_documents(tmp_path: Path) -> None:
    path = write(
        tmp_path / "page.json", issue("WR-1", "How many?", comment("30."), comment("31.", jsdPublic=True))
    )
    (item,) = opened(JiraSource, path).items()
    assert item.modified == "2026-07-07T09:44:25+00:00"
    texts, readers, problem = told(JiraSource, path)
    who = "Ann Doe, 2026-07-07T09:44:25.000+0000"
    assert texts["WR-1"] == f"WR-1 Leave\n\n{HEAD}\n\nHow many?\n\n{who}:\n30.\n\n{who}:\n31."
    assert (readers, problem) == ({"WR-1": STAFF}, "")


def test_restricted_issues_are_for_those_in_their_level(tmp_path: Path) -> None:
    level = {"self": "https://jira.example/level", "id": "10", "name": "Board", "description": ""}
    path = write(tmp_path / "page.json", issue("WR-1", "a", security=level), issue("WR-2", "b"))
    texts, readers, problem = told(JiraSource, path)
    assert readers == {"WR-2": STAFF, "restricted to Board": set()}
    assert "1 issues" in texts["restricted to Board"]
    assert problem == ""
    _, readers, _ = told(JiraSource, path, levels="board=group:board,user:ann;Other=everyone")
    assert readers == {"WR-1": {"group:board", "user:ann"}, "WR-2": STAFF}


@pytest.mark.parametrize(
    ("restriction", "level"),
    [
        ({"visibility": {"type": "role", "value": "Developers", "identifier": "Developers"}}, "Developers"),
        ({"visibility": {"type": "group", "identifier": "0a1b"}}, "0a1b"),
        ({"visibility": "somehow"}, "a restriction without a name"),
        ({"jsdPublic": False}, "internal"),
        ({"properties": [{"key": "sd.public.comment", "value": {"internal": True}}]}, "internal"),
    ],
)
def test_restricted_comments_are_left_out_or_apart(
    tmp_path: Path, restriction: dict[str, Any], level: str
) -> None:
    path = write(
        tmp_path / "page.json", issue("WR-1", "a", comment("For all."), comment("For few.", **restriction))
    )
    texts, readers, _ = told(JiraSource, path)
    assert readers == {"WR-1": STAFF, f"restricted to {level}": set()}
    assert "few" not in "".join(texts.values())
    texts, readers, _ = told(JiraSource, path, levels=f"{level}=group:dev")
    assert readers == {"WR-1": STAFF, f"WR-1/{level}": {"group:dev"}}
    assert "few" not in texts["WR-1"]
    assert "For few." in texts[f"WR-1/{level}"]


def test_a_restricted_comment_on_a_restricted_issue_is_for_those_in_both(tmp_path: Path) -> None:
    few = comment("For few.", visibility={"type": "role", "value": "Dev"})
    path = write(tmp_path / "page.json", issue("WR-1", "a", few, security={"name": "Board"}))
    _, readers, _ = told(JiraSource, path, levels="Board=group:board,user:ann;Dev=group:dev,user:ann")
    assert readers["WR-1/Dev"] == {"user:ann"}
    _, readers, _ = told(JiraSource, path, levels="Board=group:board;Dev=group:dev")
    assert "WR-1/Dev" not in readers


def test_a_page_of_several_is_not_the_whole(tmp_path: Path) -> None:
    write(tmp_path / "1.json", issue("WR-1", "a"), total=2)
    assert "1 of 2 issues" in told(JiraSource, tmp_path)[2]
    write(tmp_path / "2.json", issue("WR-2", "b"), total=2, startAt=1)
    assert told(JiraSource, tmp_path)[2] == ""
    for path, last in ((tmp_path / "1.json", False), (tmp_path / "2.json", False)):
        path.write_text(json.dumps({"issues": [issue(path.stem, "a")], "isLast": last, "nextPageToken": "x"}))
    assert "last page" in told(JiraSource, tmp_path)[2]
    (tmp_path / "3.json").write_text(json.dumps({"issues": [], "isLast": True}))
    assert told(JiraSource, tmp_path)[2] == ""


def test_documents_of_jira_cloud_are_read_as_text() -> None:
    def node(kind: str, *content: object, **attributes: object) -> dict[str, object]:
        return {"type": kind, "content": list(content), "attrs": attributes}

    def text(words: str) -> dict[str, object]:
        return {"type": "text", "text": words, "marks": [{"type": "strong"}]}

    mention = {"type": "mention", "attrs": {"id": "5b10", "text": "@Ann Doe"}}
    body = node(
        "doc",
        node("heading", text("Rest"), level=1),
        node("paragraph", text("Ask "), mention, text("."), {"type": "hardBreak"}, text("Soon.")),
        node(
            "bulletList",
            node("listItem", node("paragraph", text("one"))),
            node("listItem", node("paragraph", text("two"))),
        ),
        node(
            "table",
            node("tableRow", node("tableCell", node("paragraph", text("a"))), node("tableCell", text("b"))),
        ),
        {"type": "inlineCard", "attrs": {"url": "https://example.org/"}},
        "not a node",
    )
    assert plain(body) == "Rest\nAsk @Ann Doe.\nSoon.\n- one\n- two\na | b\nhttps://example.org/"
    assert plain(" h1. As it is ") == "h1. As it is"
    assert plain(None) == ""


def test_what_is_no_issue_is_told(tmp_path: Path) -> None:
    texts, _, problem = told(JiraSource, write(tmp_path / "p.json", issue("WR-1", "a"), {"key": "WR-2"}, "x"))
    assert set(texts) == {"WR-1"}
    assert "record 2: it is no issue" in problem


def test_levels_must_name_readers(tmp_path: Path) -> None:
    for levels in ("Board", "Board=board", "Board="):
        with pytest.raises(UsageError, match="levels has 'Board"):
            opened(JiraSource, tmp_path, levels=levels)
