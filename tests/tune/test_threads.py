"""After training, no idle worker of PyTorch's slows the rest of the process."""

import subprocess
import sys

import pytest

pytest.importorskip("torch", reason="the extra wellread[tune] is not installed")

SCRIPT = """
import os
import torch
from wellread.tune import threads

def count():
    return len(os.listdir("/proc/self/task"))

torch.set_num_threads(4)
before = count()
matrix = torch.randn(512, 512)
expected = matrix @ matrix
started = count()
threads.release()
released = count()
assert torch.equal(matrix @ matrix, expected)
print(started - before, released - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_workers_end_and_start_again_when_they_are_needed() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=True
    )
    started, released = map(int, ended.stdout.split())
    assert started >= 1
    assert released == 0
