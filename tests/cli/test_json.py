"""With --json, standard output is one JSON value with at least the fields of the contract."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from program import Place
from signing import SshKeys, needs_ssh

from wellread.cli.shell import print_json, say

MARCH_2024 = 1_710_500_000


def keys(value: Any) -> set[str]:
    assert isinstance(value, dict)
    return set(value)


def test_knowledge(place: Place, tmp_path: Path) -> None:
    made = place.run("init", tmp_path / "new", "--json")
    assert made.json == {"workspace": str(tmp_path / "new")}
    report = {"source", "added", "changed", "removed", "failed", "seconds"}
    assert report <= keys(place.run("add", "handbook", "--json").json)
    assert report <= keys(place.run("sync", "handbook-2", "--json").json)
    assert all(report <= keys(one) for one in place.run("sync", "--json").json["sources"])


def test_sources_tell_what_could_not_be_read(place: Place) -> None:
    (place.root / "handbook" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    place.run("add", "handbook", "--readers", "group:hr")
    [*_, told] = place.run("sources", "--json").json["sources"]
    assert keys(told) == {
        "source",
        "kind",
        "location",
        "readers",
        "trust",
        "options",
        "state",
        "reason",
        "last_success",
        "next_attempt",
        "failures",
        "job",
        "documents",
        "failed",
        "held",
    }
    assert (told["state"], told["reason"], told["failures"]) == ("up to date", "", 0)
    [latest, *_] = place.run("jobs", "--json").json["jobs"]
    assert (latest["job"], latest["state"], latest["seen"], latest["failed"]) == (
        told["job"],
        "finished",
        4,
        1,
    )
    assert (told["kind"], told["readers"], told["documents"]) == ("folder", ["group:hr"], 3)
    assert [one["uri"] for one in told["failed"]] == ["broken.pdf"]
    plain = place.run("sources")
    assert plain.code == 0
    assert "3 documents, 1 items could not be read, 0 are held back" in plain.out


def test_when_a_document_last_changed_is_shown_with_what_is_found_in_it(place: Place) -> None:
    page = place.root / "wiki" / "lunch.md"
    page.parent.mkdir()
    page.write_text("Lunch is served at noon in the yellow hall.")
    os.utime(page, (MARCH_2024, MARCH_2024))
    place.run("add", "wiki")
    assert place.run("search", "yellow hall", "--json").json["hits"][0]["changed"][:10] == "2024-03-15"
    [citation, *_] = place.run("ask", "When is lunch in the yellow hall?", "--json").json["citations"]
    assert citation["changed"][:10] == "2024-03-15"
    told = place.run("search", "yellow hall", "--explain").out
    assert "its document last changed on 2024-03-15, its source's trust is unknown" in told


def test_trust_of_a_source_is_shown_wherever_its_documents_are(place: Place) -> None:
    assert place.run("sources", "trust", "handbook", "official", "--json").json == {
        "source": "handbook",
        "trust": "official",
    }
    assert [one["trust"] for one in place.run("sources", "--json").json["sources"]] == ["official"]
    assert "trust: official" in place.run("sources").out
    assert place.run("search", "notice period", "--json").json["hits"][0]["trust"] == "official"
    [citation, *_] = place.run("ask", "What is the notice period?", "--json").json["citations"]
    assert citation["trust"] == "official"
    place.run("sources", "trust", "handbook", "gospel").refused(2, "'gospel'", "reviewed")
    place.run("sources", "trust", "nothing", "official").refused(3, "'nothing'")
    (place.root / "wiki").mkdir()
    (place.root / "wiki" / "lunch.md").write_text("Lunch is served at noon.")
    place.run("add", "wiki", "--trust", "gospel").refused(2, "'gospel'")
    assert place.run("add", "wiki", "--trust", "community", "--json").json["added"] == 1
    assert [one["trust"] for one in place.run("sources", "--json").json["sources"]] == [
        "official",
        "community",
    ]


@needs_ssh
def test_quarantine(place: Place, tmp_path: Path) -> None:
    signers = SshKeys(tmp_path / "keys").allowed
    policy = ("--option", f"signers={signers}", "--option", "released_by=user:bob")
    report = place.run("add", "handbook", *policy, "--json").json
    assert {one["uri"] for one in report["held"]} == {"leave.md", "travel.md", "hr/pay.md"}
    listed = place.run("quarantine", "--json").json["held"]
    hold = {"source", "uri", "digest", "reason", "verdict", "since", "decided", "decided_by", "why"}
    assert [keys(one) for one in listed] == [hold] * 3
    leave = (report["source"], "leave.md", "--reason", "read it")
    place.run("quarantine", "release", *leave, "--as", "ann").refused(4, "ann", "released_by")
    digest = next(one["digest"] for one in listed if one["uri"] == "leave.md")
    said = place.run("quarantine", "release", *leave, "--digest", digest[:12], "--as", "bob", "--json").json
    assert (said["verdict"], said["decided_by"], said["why"]) == ("released", "bob", "read it")
    assert place.run("quarantine", "delete", report["source"], "travel.md", "--reason", "old").code == 0
    synced = place.run("sync", report["source"]).err
    assert "held back: hr/pay.md: it is not signed" in synced
    assert "travel.md" not in synced
    [version] = place.run("quarantine", "show", *leave[:2], "--json").json["versions"]
    assert (version["verdict"], version["digest"]) == ("released", digest)
    assert "1 documents, 0 items could not be read, 1 are held back" in place.run("sources").out


def test_people(place: Place) -> None:
    added = place.run("people", "add", "cem", "--group", "it", "--group", "hr", "--json")
    assert added.json == {"name": "cem", "groups": ["hr", "it"]}
    assert added.json in place.run("people", "list", "--json").json["people"]


def test_search_and_ask(place: Place) -> None:
    found = place.run("search", "notice period", "-k", "1", "--json").json
    assert {"hits", "milliseconds"} <= keys(found)
    assert keys(found["hits"][0]) >= {"document", "uri", "passage", "start", "end", "text", "score", "ranks"}
    explained = place.run("search", "notice period", "--expect", "no/such.md", "--json").json
    assert len(explained["reasons"]) == len(explained["hits"])
    assert "no document" in explained["expected"]
    answer = place.run("ask", "What is the notice period?", "--json").json
    assert keys(answer) >= {
        "answer",
        "answered",
        "verdict",
        "missing",
        "statements",
        "citations",
        "steps",
        "model",
        "adapter",
        "milliseconds",
        "tokens",
    }
    assert answer["answered"] is True
    assert keys(answer["citations"][0]) >= {"document", "uri", "start", "end", "quote"}


def test_learning(place: Place) -> None:
    made = place.run("curate", "--json").json
    assert keys(made) >= {"dataset", "examples", "splits", "refused", "audience"}
    shape = {"adapter", "state", "base", "dataset", "audience"}
    assert shape <= keys(place.run("adapters", "--json").json["adapters"][0])
    retired = place.run("retire", "adp_hr", "--json", "--reason", "a trial").json
    assert shape | {"gates", "method", "tokens_per_second"} <= keys(retired)
    assert retired["state"] == "retired"
    assert place.run("promote", "adp_hr", "--json").json["state"] == "promoted"
    assert place.run("adapters", "--as", "bob", "--json").json == {"adapters": []}


def test_evidence(place: Place) -> None:
    rows = place.root / "rows.jsonl"
    rows.write_text(
        '{"question": "What is the notice period?", "answer": "four weeks", "document": "leave.md"}\n'
        '{"question": "What does parking cost?", "answer": null}\n'
    )
    ended = place.run("compare", "--questions", rows, "--arms", "base,rag", "--json")
    assert {"arms", "pairs"} <= keys(ended.json), ended.err
    arm = {"arm", "correct", "abstained", "cited", "interval", "p50_ms", "p95_ms", "cost_per_correct"}
    for one in ended.json["arms"]:
        assert arm | {"rightly_abstained", "wrongly_abstained"} <= keys(one)
    advice = place.run("decide", "--json").json
    assert {"advice", "because", "evidence"} <= keys(advice)


def test_audit(place: Place) -> None:
    assert place.run("audit", "verify", "--json").json["whole"] is True
    rows = place.run("audit", "export", "--json").json["rows"]
    assert {"actor", "action", "subject"} <= keys(rows[0])


@pytest.mark.parametrize(
    "command", [("search", "notice period"), ("sync",), ("adapters",), ("people", "list")]
)
def test_without_json_messages_stay_off_standard_output(place: Place, command: tuple[str, ...]) -> None:
    ended = place.run(*command)
    assert ended.code == 0
    assert not ended.out.startswith("{")
    assert "error" not in ended.out


def test_another_embedding_model_and_back(place: Place) -> None:
    done = place.run("reindex", "--embedder", "fake:32", "--json").json
    assert keys(done) == {"serving", "former", "embedded", "seconds"}
    assert (done["serving"], done["former"], done["embedded"] > 0) == ("fake:32", "fake", True)
    assert place.run("search", "notice period", "--json").json["hits"]
    assert place.run("reindex", "--back", "--json").json["serving"] == "fake"
    assert place.run("reindex", "--drop-former", "--json").json["former"] is None
    place.run("reindex", "--back").refused(3, "no former index")
    place.run("reindex", "--back", "--anew").refused(2, "one of them")


def test_as_of_a_day(place: Place) -> None:
    place.run("search", "notice", "--as-of", "2024-03-15").refused(2, "history=full")
    place.run("search", "notice", "--as-of", "March").refused(2, "'March' is no day or moment")
    place.run("search", "notice", "--as-of", "2024-03-15", "--explain").refused(2, "leave out --as-of")
    place.run("add", "handbook", "--option", "history=all").refused(2, "history is 'all'")
    place.run("add", "handbook", "--option", "history=full")
    assert place.run("search", "notice", "--as-of", "2024-03-15", "--json").json["hits"] == []
    [hit, *_] = place.run("search", "notice period", "--as-of", "2100-01-01", "--json").json["hits"]
    assert hit["held"]["until"] is None
    assert hit["version"].startswith("ver_")
    assert "held from" in place.run("search", "notice period", "--as-of", "2100-01-01").out
    answer = place.run("ask", "How long is the notice period?", "--as-of", "2100-01-01", "--json").json
    assert answer["citations"][0]["held"]["since"]


def test_what_a_terminal_obeys_is_written_as_json_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = "a\x1b[2J\x9b2J\x85\x7f\u202eb\tü"
    print_json({"text": text})
    made = capsys.readouterr().out
    assert json.loads(made) == {"text": text}
    assert not set("\x1b\x9b\x85\x7f\u202e") & set(made)
    say(text)
    assert not set("\x1b\x9b\x85\x7f\u202e") & set(capsys.readouterr().out)
