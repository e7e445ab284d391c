"""A manual of 1,600 pages comes in whole, and within a gigabyte of memory in all processes together."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from handbook import FAKES
from long_pdf import long_pdf

import wellread
from wellread.models.fetch import default_cache_dir
from wellread.models.weights import known

PAGES = 1600
MOST_MEGABYTES = 1024

ADD = """
import sys
import wellread
with wellread.open(sys.argv[1]) as workspace:
    report = workspace.add(sys.argv[2])
    assert report.added == 1 and not report.failed, report
    [report] = workspace.sync()
    assert report.unchanged == 1, report
"""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


def settings() -> str:
    """The product's own embedder where its weights are, else a stand-in."""
    held = default_cache_dir() / known("all-minilm-l6-v2").file
    return 'generator = "fake"\noffline = true\n' if held.is_file() else FAKES


def most_memory(process: "subprocess.Popen[bytes]") -> dict[int, float]:
    """Until it ends: the most megabytes that it and each of its children ever had in memory (VmHWM)."""
    most: dict[int, float] = {}
    while process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            pids = [process.pid, *map(int, children.read_text().split())]
        except OSError:
            continue
        for pid in pids:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            if "VmHWM" in status:
                kilobytes = int(status.split("VmHWM:")[1].split()[0])
                most[pid] = max(most.get(pid, 0.0), kilobytes / 1024)
        time.sleep(0.02)
    return most


@pytest.mark.slow
@pytest.mark.timeout(3600)
@needs_proc
def test_sixteen_hundred_pages_come_in_within_a_gigabyte(tmp_path: Path) -> None:
    root, folder = tmp_path / "workspace", tmp_path / "manuals"
    for made in (root, folder):
        made.mkdir()
    (root / "wellread.toml").write_text(settings())
    (folder / "manual.pdf").write_bytes(long_pdf(PAGES))
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", ADD, str(root), str(folder)])
    most = most_memory(process)
    assert process.returncode == 0
    assert len(most) >= 2, "the confined process was not seen"
    told = ", ".join(f"{megabytes:.0f} MB" for megabytes in most.values())
    print(
        f"{PAGES} pages: {sum(most.values()):.0f} MB in all processes ({told}), "
        f"{time.monotonic() - began:.0f} s"
    )
    with wellread.open(root) as workspace:
        passages = len(workspace.catalogue.knowledge.passage_keys())
        assert passages >= PAGES
        for page in (1, 800, PAGES):
            found = [hit.passage for hit in workspace.search(f"cairn{page}", limit=20).hits]
            own = [passage for passage in found if passage.page(passage.start) == page]
            assert any(f"Month 7 of {page} |" in passage.text for passage in own)
    assert sum(most.values()) < MOST_MEGABYTES
