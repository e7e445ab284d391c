"""Exports of Slack: who said what to whom, and who may read it."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from export_contract import ExportContract, told
from synchronising import STAFF

from wellread.errors import UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.registry import kind_of, open_source
from wellread.ingest.sources.slack.source import SlackSource

USERS = [
    {
        "id": "U1",
        "name": "ann",
        "profile": {"real_name": "Ann Doe", "display_name": "ann", "email": "Ann@Example.org"},
    },
    {"id": "U2", "name": "ben", "profile": {"real_name": "Ben Roe", "email": "ben@elsewhere.example"}},
    {"id": "U3", "name": "left", "deleted": True, "profile": {"real_name": "Cy Poe"}},
    {
        "id": "B1",
        "name": "robot",
        "is_bot": True,
        "profile": {"real_name": "Robot", "email": "robot@example.org"},
    },
]
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1", "U2", "U3"], "topic": {"value": ""}}]
MORNING = 1_783_417_465
"""2026-07-07, 09:44:25 UTC."""


def said(text: str, user: str = "U1", after: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": f"{MORNING + after}.000200", **more}


def export(path: Path, days: dict[str, list[Any]], **lists: list[Any]) -> Path:
    """A folder, or a zip where `path` ends so."""
    folder = path.with_suffix(".folder") if path.suffix == ".zip" else path
    shutil.rmtree(folder, ignore_errors=True)
    for name, value in {"users": USERS, "channels": CHANNELS, "integration_logs": [], **lists}.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(value))
    for name, messages in days.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(messages))
    if folder != path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(folder.rglob("*.json")):
                packed.write(file, file.relative_to(folder))
    return path


class Contract(ExportContract):
    kind = SlackSource
    contents: ClassVar = {
        "general/2026-07-07": b"#general on 2026-07-07\n\n09:44 Ann Doe: How many days?",
        "general/2026-07-08": "#general on 2026-07-08\n\n09:44 Ann Doe: Gamma é\n\nand more".encode(),
        "general/2026-07-09": b"#general on 2026-07-09\n\n09:44 Ann Doe: Soup & <bread>",
    }

    def write(self, name: str, data: bytes) -> None:
        super().write(name, data.rstrip())

    def store(self) -> None:
        texts = {name: data.decode().split("Ann Doe: ", 1)[1] for name, data in self.documents.items()}
        marked = {
            name: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            for name, text in texts.items()
        }
        days = {
            name: [said(text, after=86400 * (int(name[-2:]) - 7))] for name, text in marked.items()
        }  # fmt: skip
        export(self.path, days)


class TestFolder(Contract):
    name = "export"


class TestZip(Contract):
    name = "export.zip"


def test_people_are_named_and_marks_are_read(tmp_path: Path) -> None:
    day = [
        said("<@U2> &amp; <@U9|zoe>, see <#C1|general> and <https://example.org/|the page>", after=5),
        said("<!here> <https://example.org/a>", "U9", user_profile={"real_name": "Zoe"}),
        said("", "U2", after=9, files=[{"title": "Plan.pdf"}]),
        said("", "B1", after=10, subtype="bot_message", attachments=[{"title": "Build", "text": "is red"}]),
        said("<@U1> has joined the channel", subtype="channel_join"),
        said("secret", hidden=True),
        {"type": "message", "text": "without a time"},
    ]
    path = export(tmp_path / "export", {"general/2026-07-07": day})
    assert told(SlackSource, path)[0] == {
        "general/2026-07-07": "#general on 2026-07-07\n\n"
        "09:44 Zoe: @here https://example.org/a\n"
        "09:44 Ann Doe: @Ben Roe & @zoe, see #general and the page (https://example.org/)\n"
        "09:44 Ben Roe: [file: Plan.pdf]\n"
        "09:44 Robot: Build\nis red"
    }


def test_a_thread_is_one_document_over_days(tmp_path: Path) -> None:
    began = f"{MORNING}.000200"
    path = export(
        tmp_path / "export",
        {
            "general/2026-07-07": [said("Who cooks?", thread_ts=began), said("Alone.", after=60)],
            "general/2026-07-08": [
                said("I do.", "U2", after=86400, thread_ts=began, subtype="thread_broadcast")
            ],
        },
    )
    assert told(SlackSource, path)[0] == {
        "general/2026-07-07": "#general on 2026-07-07\n\n09:45 Ann Doe: Alone.",
        f"general/thread {began}": "#general, thread of 2026-07-07 09:44\n\n"
        "2026-07-07 09:44 Ann Doe: Who cooks?\n2026-07-08 09:44 Ben Roe: I do.",
    }
    # A damaged day would take the answers out of a thread that began before it.
    (path / "general" / "2026-07-08.json").write_text('[{"type": "message"')
    texts, _, problem = told(SlackSource, path)
    assert set(texts) == {"general/2026-07-07"}
    assert "general/2026-07-08.json is damaged" in problem


def test_only_members_read_what_is_not_public(tmp_path: Path) -> None:
    day = [said("Psst.")]
    path = export(
        tmp_path / "export",
        {
            f"{folder}/2026-07-07": day
            for folder in ("general", "board", "mpdm-ann--ben-1", "D1", "D2", "lost", "odd")
        },
        channels=[*CHANNELS, {"id": "C2", "name": "odd", "is_private": True, "members": ["U1"]}],
        groups=[{"id": "G1", "name": "board", "members": ["U1", "U3", "B1"]}],
        mpims=[{"id": "G2", "name": "mpdm-ann--ben-1", "members": ["U1", "U2"]}],
        dms=[{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "members": ["U3", "B1"]}],
    )
    texts, readers, problem = told(SlackSource, path, domain="example.org")
    both = {"user:ann", "user:ben@elsewhere.example"}
    assert readers == {
        "general/2026-07-07": STAFF,
        "board/2026-07-07": {"user:ann"},
        "odd/2026-07-07": {"user:ann"},
        "mpdm-ann--ben-1/2026-07-07": both,
        "D1/2026-07-07": both,
        "D2": set(),
        "lost": set(),
    }
    assert texts["D1/2026-07-07"].startswith("Ann Doe, Ben Roe on")
    assert "e-mail" in texts["D2"]
    assert "no list of channels" in texts["lost"]
    assert problem == ""
    assert told(SlackSource, path)[1]["board/2026-07-07"] == {"user:ann@example.org"}


def test_who_leaves_a_channel_reads_it_no_longer(tmp_path: Path) -> None:
    days = {"board/2026-07-07": [said("Psst.")]}
    for members, readers in ((["U1", "U2"], 2), (["U1"], 1)):
        groups = [{"id": "G1", "name": "board", "members": members}]
        path = export(tmp_path / "export", days, groups=groups)
        assert len(told(SlackSource, path)[1]["board/2026-07-07"]) == readers


def test_two_channels_of_one_name_are_for_nobody(tmp_path: Path) -> None:
    groups = [{"id": "G1", "name": "general", "members": ["U1"]}]
    _, readers, _ = told(
        SlackSource, export(tmp_path / "e", {"general/2026-07-07": [said("Hi.")]}, groups=groups)
    )
    assert readers == {"general": set()}


@pytest.mark.parametrize("missing", ["channels.json", "users.json"])
def test_an_export_without_its_lists_is_none(tmp_path: Path, missing: str) -> None:
    path = export(tmp_path / "export", {"general/2026-07-07": [said("Hi.")]})
    (path / missing).unlink()
    texts, _, problem = told(SlackSource, path)
    assert texts == {}
    assert f"{missing} is missing" in problem


def test_damaged_lists_close_everything(tmp_path: Path) -> None:
    path = export(tmp_path / "export", {"general/2026-07-07": [said("Hi.")]}, groups=[{"name": "no id"}])
    texts, _, problem = told(SlackSource, path)
    assert texts == {}
    assert "groups.json is damaged" in problem


def test_it_is_recognised_before_its_files_are_taken_for_documents(tmp_path: Path) -> None:
    folder = export(tmp_path / "export", {"general/2026-07-07": [said("Hi.")]})
    assert kind_of(str(folder)) == "slack"
    packed = tmp_path / "again.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, f"export/{file.relative_to(folder)}")
    assert kind_of(str(packed)) == "slack"
    assert set(told(SlackSource, packed)[0]) == {"general/2026-07-07"}
    (folder / "channels.json").unlink()
    assert kind_of(str(folder)) == "folder"
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    assert kind_of(str(tmp_path / "bad.zip")) == "folder"
    with pytest.raises(UsageError, match="takes no option 'channels'"):
        open_source("slack", Place(location=str(folder), readers=STAFF, options={"channels": "x"}))
