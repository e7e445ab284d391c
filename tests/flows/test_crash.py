"""Killed at any moment of adding, synchronising, removing or rebuilding: nothing is lost, nothing is half shown."""

from pathlib import Path

import pytest
from killing import Findings, kill

NOTHING_WRONG = {"lost": [], "orphaned": [], "forbidden": [], "half done": []}


def check(findings: Findings, kills: int, in_writes: int) -> None:
    assert findings.wrong == NOTHING_WRONG
    assert findings.kills == sum(findings.steps.values()) == kills
    assert findings.in_writes >= in_writes, "too few were killed while writing to mean anything"


def test_ten_kills_lose_nothing_and_show_nothing_forbidden(tmp_path: Path) -> None:
    check(kill(tmp_path, times=10, seed=3), 10, in_writes=1)  # on a busy machine kills come late


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_kills(tmp_path: Path) -> None:
    findings = kill(tmp_path, times=1000, seed=4)
    check(findings, 1000, in_writes=500)
    assert len(findings.steps) >= 20, "kills fell in too few steps"
    assert findings.operations.keys() == {"add", "sync", "drop", "rebuild"}
