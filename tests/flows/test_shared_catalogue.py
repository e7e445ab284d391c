"""A workspace whose catalogue is on PostgreSQL, used by several processes at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from handbook import found
from postgres_server import PostgresServer

import wellread
from wellread.workspace import Workspace

READER = """
import sys, wellread
with wellread.open(sys.argv[1]) as workspace:
    for line in sys.stdin:
        hits = workspace.search(line.strip(), person="ann").hits
        print(" ".join(sorted({hit.passage.uri for hit in hits})), flush=True)
"""


@pytest.fixture
def moved(filled: Workspace, postgres: PostgresServer) -> Iterator[Workspace]:
    url = postgres.create_database("shared").set(password="secret").render_as_string(hide_password=False)
    counts = filled.move_catalogue(url)
    assert counts["documents"] == 3
    assert "secret" not in (filled.root / "wellread.toml").read_text()
    filled.close()
    with wellread.open(filled.root) as opened:
        yield opened
    postgres.drop_database("shared")


def test_everything_goes_on_after_the_move(moved: Workspace, documents: Path) -> None:
    assert set(found(moved, "notice period", "ann")) == {"leave.md", "travel.md", "hr/pay.md"}
    (documents / "new.md").write_text("The notice period of interns is one week.")
    assert [report.added for report in moved.sync()] == [1]
    assert "new.md" in found(moved, "notice period of interns")
    assert moved.catalogue.audit.verify() is None


def test_other_processes_see_each_change_at_once(moved: Workspace, documents: Path) -> None:
    command = [sys.executable, "-c", READER, str(moved.root)]
    readers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]

    def asked(question: str) -> list[set[str]]:
        answers = []
        for reader in readers:
            assert reader.stdin is not None
            assert reader.stdout is not None
            print(question, file=reader.stdin, flush=True)
            answers.append(set(reader.stdout.readline().split()))
        return answers

    try:
        assert asked("notice period") == [{"leave.md", "travel.md", "hr/pay.md"}] * 2
        (documents / "leave.md").unlink()
        moved.sync()
        assert asked("notice period") == [{"travel.md", "hr/pay.md"}] * 2
        moved.catalogue.people.leave("ann", "hr")
        assert asked("notice period") == [{"travel.md"}] * 2
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
            for pipe in (reader.stdin, reader.stdout):
                if pipe is not None:
                    pipe.close()
