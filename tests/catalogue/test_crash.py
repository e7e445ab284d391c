"""A process that is killed in the middle: what it had acknowledged is there, whole, and nothing else is.

SIGKILL shows that a commit is all or nothing. That it survives a power cut is SQLite's promise for
`synchronous = FULL`, which `test_refusals` sees to be set; no test here pulls the plug.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogue_samples import EVERYONE, document

from wellread.catalogue import Catalogue

WRITER = """
import os, sys
sys.path[:0] = [sys.argv[2]]
from catalogue_samples import document, put, words
from wellread.catalogue import Catalogue

with Catalogue.open(sys.argv[1]) as catalogue:
    put(catalogue, "0.md")
    for number in range(1, 100_000):
        uri = f"{number % 10}.md"
        text = f"round {number} of {uri}"
        catalogue.knowledge.put(document(uri, text), words(text), "t")
        if number % 7 == 0:
            catalogue.knowledge.set_readers(document(uri).id, ["everyone", f"user:u{number}"], "t")
        if number % 11 == 0:
            catalogue.knowledge.remove(document(uri).id, "t")
        os.write(1, b"%d\\n" % number)
"""


def kill_after(file: Path, seconds: float) -> int:
    """Run the writer and kill it `seconds` after its first acknowledgement; returns its last one."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), str(Path(__file__).parent)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(seconds)
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read().decode().splitlines(keepends=True)
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    complete = [line for line in [first.decode(), *rest] if line.endswith("\n")]
    return int(complete[-1])


def replay(catalogue: Catalogue) -> set[int]:
    """The keys an index holds that applied the outbox from the start."""
    held: set[int] = set()
    after = 0
    for change in _all_changes(catalogue, after):
        assert not held & set(change[0])
        held = (held | set(change[0])) - set(change[1])
    return held


def _all_changes(catalogue: Catalogue, after: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    while changes := catalogue.outbox.pending(after, limit=500):
        yield from ((change.upserts, change.deletes) for change in changes)
        after = changes[-1].number


@pytest.mark.parametrize("attempt", range(3))
def test_everything_acknowledged_is_there_and_agrees(file: Path, attempt: int) -> None:
    acknowledged = kill_after(file, random.Random(attempt).uniform(0.2, 0.9))
    with Catalogue.open(file) as catalogue:
        # 1. Every acknowledged round is there, unless a later one of the same document replaced it.
        texts = {
            one.uri: catalogue.knowledge.document(one.id)
            for one in catalogue.knowledge.visible_documents(None)
        }
        for number in range(max(1, acknowledged - 8), acknowledged + 1):
            uri = f"{number % 10}.md"
            if number % 11 == 0:
                assert uri not in texts
            else:
                assert texts[uri].text == f"round {number} of {uri}"
                assert texts[uri].readers == EVERYONE | ({f"user:u{number}"} if number % 7 == 0 else set())
        # 2. Passages, outbox and audit tell the same story.
        for stored in texts.values():
            passages = catalogue.knowledge.passages(stored.id)
            assert [passage.text for passage in passages] == stored.text.split()
            assert {passage.version for passage in passages} == {stored.version}
        assert replay(catalogue) == catalogue.knowledge.passage_keys()
        assert catalogue.audit.verify() is None
        # 3. The next writer goes on.
        stored = document("next.md")
        catalogue.knowledge.put(stored, [], "t")
        assert catalogue.knowledge.document(stored.id) == stored
