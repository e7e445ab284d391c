"""How a set of times is told, its median and its tail; and a watch in a process of its own to be timed."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import wellread

QUANTILES = (0.50, 0.95, 0.99)
LOOKS = 0.02
"""Seconds between two looks at what a watch has done."""


def spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the most, in seconds, by names that begin with `name`."""
    figures = {f"{name}, n": float(len(seconds))}
    for quantile in QUANTILES if seconds else ():
        figures[f"{name}, p{quantile * 100:.0f} s"] = float(np.quantile(seconds, quantile))
    return {**figures, f"{name}, most s": max(seconds)} if seconds else figures


@contextmanager
def watching(root: Path) -> Iterator[None]:
    """`wellread sync --watch` in a process of its own, from its first synchronisation on."""
    command = [sys.executable, "-m", "wellread", "sync", "--watch", "-w", str(root)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        with wellread.open(root) as looking:
            jobs = looking.catalogue.jobs
            before = jobs.recent(1)[0].id
            while jobs.recent(1)[0].id == before or jobs.running():
                if process.poll() is not None:
                    assert process.stderr is not None
                    raise SystemExit(f"the watch ended: {process.stderr.read()}")
                time.sleep(LOOKS)
        yield
    finally:
        process.terminate()
        process.communicate()
