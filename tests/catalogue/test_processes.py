"""Several processes and threads over one catalogue."""

import subprocess
import sys
import threading
from pathlib import Path

from catalogue_samples import document, put, words

from wellread.catalogue import Catalogue

OPENER = """
import sys
from wellread.catalogue import Catalogue
Catalogue.open(sys.argv[1]).close()
"""

WRITER = """
import sys
sys.path[:0] = [sys.argv[3]]
from catalogue_samples import document, put, words
from wellread.catalogue import Catalogue

with Catalogue.open(sys.argv[1]) as catalogue:
    for number in range(40):
        put(catalogue, f"{sys.argv[2]}/{number}.md", f"{sys.argv[2]} {number}", source=sys.argv[2])
        put(catalogue, "shared.md", f"shared by {sys.argv[2]} {number}")
"""


def spawn(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, *arguments], stderr=subprocess.PIPE)


def wait_for(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint.decode()


def test_processes_that_open_a_new_catalogue_at_once_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    wait_for([spawn(OPENER, str(path)) for _ in range(4)])
    with Catalogue.open(path) as catalogue:
        assert put(catalogue, "a.md").uri == "a.md"


def test_two_processes_writing_at_once_lose_nothing(file: Path) -> None:
    here = str(Path(__file__).parent)
    wait_for([spawn(WRITER, str(file), name, here) for name in ("left", "right")])
    with Catalogue.open(file) as catalogue:
        for name in ("left", "right"):
            assert len(catalogue.knowledge.visible_documents(None, source=name)) == 40
        shared = catalogue.knowledge.document(document("shared.md").id)
        assert [one.text for one in catalogue.knowledge.passages(shared.id)] == shared.text.split()
        changes = catalogue.outbox.pending(0, limit=10_000)
        assert [change.number for change in changes] == list(range(1, 161))
        upserts = [key for change in changes for key in change.upserts]
        assert len(upserts) == len(set(upserts))
        held = set(upserts) - {key for change in changes for key in change.deletes}
        assert held == catalogue.knowledge.passage_keys()
        assert catalogue.audit.verify() is None


def test_threads_may_share_one_catalogue(catalogue: Catalogue) -> None:
    put(catalogue, "first.md")
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(15):
                stored = document(f"{name}/{number}.md", f"{name} {number}")
                keys = catalogue.knowledge.put(stored, words(stored.text), "t")
                assert len(catalogue.knowledge.confirm(keys, frozenset({"everyone"}))) == 2
        except BaseException as error:  # noqa: BLE001 - reported by the test's own assertion
            failures.append(error)

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(catalogue.knowledge.visible_documents(None)) == 1 + 6 * 15
    assert catalogue.audit.verify() is None
