"""`wellread evaluate` as a user's continuous integration runs it: exit codes, messages and JSON."""

import json
import signal
import time
from pathlib import Path

import pytest
from program import Place

LEAVE = '{"id": "notice", "question": "What is the notice period?", "answer": "four weeks", "document": "leave.md"}\n'
PARKING = '{"id": "parking", "question": "What does parking cost?", "answer": null}\n'


@pytest.fixture
def rows(place: Place) -> Path:
    path = place.root / "rows.jsonl"
    path.write_text(LEAVE + PARKING)
    return path


def test_figures_as_json_and_as_a_table(place: Place, rows: Path) -> None:
    ended = place.run("evaluate", "--questions", rows, "--json")
    assert ended.code == 0, ended.err
    assert {"evaluation", "figures", "setup", "judges", "against", "broken", "notes", "measured"} <= set(
        ended.json
    )
    assert ended.json["figures"]["correct"] == {
        "value": 1.0,
        "interval": ended.json["figures"]["correct"]["interval"],
        "n": 1,
    }
    plain = place.run("evaluate", "--questions", rows, "--no-closed-book", "--page", "page.html")
    assert plain.code == 0, plain.err
    assert "citation_precision_passage" in plain.out
    assert "closed-book" in plain.err
    assert "points since evaluation 1" in plain.out
    assert (place.root / "page.html").is_file()
    listed = place.run("evaluate", "--list", "--json").json["evaluations"]
    assert [one["evaluation"] for one in listed] == [1, 2]
    assert "rows.jsonl" in place.run("evaluate", "--list").out


def test_a_met_rule_ends_with_0_and_a_broken_one_with_5_and_its_name(place: Place, rows: Path) -> None:
    met = place.run("evaluate", "--questions", rows, "--require", "correct >= 65%", "--no-worse-than", "last")
    assert met.code == 0, met.err
    assert "nothing to be worse than" in met.err
    broken = place.run(
        "evaluate", "--questions", rows, "--require", "p95_ms <= 0", "--require", "correct >= 0.5", "--json"
    )
    assert broken.code == 5
    assert "evaluation 2 breaks what was required:\n  p95_ms <= 0: it is" in broken.err
    assert "correct" not in broken.err
    [rule] = broken.json["broken"]
    assert rule.startswith("p95_ms <= 0")


def test_slips_are_told_with_the_fix(place: Place, rows: Path) -> None:
    run = ("evaluate", "--questions", rows)
    place.run(*run, "--require", "accuracy >= 1").refused(
        2, "'accuracy' is not a metric", "citation_precision"
    )
    place.run(*run, "--require", "correct <= 1").refused(2, "write correct >= 1")
    place.run(*run, "--no-worse-than", "7").refused(3, "there is no evaluation 7", "--list")
    place.run(*run, "--most", "0").refused(2, "0 questions")
    place.run("evaluate").refused(2, "--questions FILE")
    place.run("evaluate", "--questions", "none.jsonl").refused(3, "none.jsonl")
    place.run(*run, more={"WELLREAD_JUDGES": "gpt"}).refused(2, "no generator is called 'gpt'")
    place.run(*run, more={"WELLREAD_JUDGES": "fake fake"}).refused(2, "name each judge once")
    rows.write_text("")
    place.run(*run).refused(5, "holds no valid question", "it is empty")
    assert place.run("evaluate", "--list").err.startswith("nothing was evaluated yet")


def test_an_id_twice_is_named_by_its_line_and_breaks_a_gate(place: Place, rows: Path) -> None:
    rows.write_text(LEAVE + LEAVE)
    told = place.run("evaluate", "--questions", rows)
    assert told.code == 0
    assert "line 2 not taken: id 'notice' is already that of line 1" in told.err
    assert place.run("evaluate", "--questions", rows, "--require", "correct >= 0").code == 5


def test_judges_that_fail_are_counted_and_told(place: Place, rows: Path) -> None:
    ended = place.run("evaluate", "--questions", rows, more={"WELLREAD_JUDGES": "fake"})
    assert ended.code == 0, ended.err
    assert "fake failed 1 times: its reply is not of the schema" in ended.err


def test_ctrl_c_keeps_what_was_answered(place: Place) -> None:
    many = place.root / "many.jsonl"
    rows = [
        {
            "question": f"What is the notice period of case {n}?",
            "answer": "four weeks",
            "document": "leave.md",
        }
        for n in range(1500)
    ]
    many.write_text("\n".join(map(json.dumps, rows)))
    process = place.start("evaluate", "--questions", many, "--no-closed-book")
    assert process.stderr is not None
    assert "1500 questions" in process.stderr.readline()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "of 1500 questions were answered; they are kept" in err
    assert "Traceback" not in err
    [kept] = place.run("evaluate", "--list", "--json").json["evaluations"]
    assert kept["whole"] is False
    assert 0 < kept["questions"] < 1500
    assert "correct" in out
