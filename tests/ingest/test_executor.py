"""This process keeps the contract of executors, reads ahead where that costs nobody time, and can be interrupted."""

import time
from collections.abc import Iterator, Sequence
from threading import Event

import pytest
from executor_contract import FILES, ExecutorContract, file

from wellread.ingest import executor as executor_module
from wellread.ingest.executor import Executor, LocalExecutor
from wellread.ingest.parse.expand import Found, expand
from wellread.ingest.parse.worker import Workers
from wellread.ingest.sources.protocol import Content

PATIENCE = 20.0
"""Seconds for what takes a moment."""


class TestLocalExecutor(ExecutorContract):
    @pytest.fixture
    def executor(self) -> Executor:
        return LocalExecutor()


class TestLocalExecutorInAConfinedProcess(ExecutorContract):
    @pytest.fixture
    def executor(self) -> Iterator[Executor]:
        with Workers() as workers:
            yield LocalExecutor(workers.read, workers.stop)


def test_files_are_read_while_nobody_asks_for_them() -> None:
    fourth = Event()

    def read(name: str, data: bytes) -> Sequence[Found]:
        if name == "3.md":
            fourth.set()
        return expand(name, data)

    outcomes = LocalExecutor(read).read_each(file(f"{number}.md", b"text") for number in range(9))
    next(outcomes)
    assert fourth.wait(PATIENCE)
    assert len(list(outcomes)) == 8


def test_a_slow_place_is_asked_for_a_file_when_the_one_before_is_done_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(executor_module, "AT_ONCE_SECONDS", 0.0)
    asked: list[int] = []

    def slow() -> Iterator[Content]:
        for number in range(3):
            asked.append(number)
            yield file(f"{number}.md", b"text")

    outcomes = LocalExecutor().read_each(slow())
    for number in range(3):
        next(outcomes)
        assert asked == list(range(number + 1))


def test_no_more_is_taken_ahead_than_a_few_large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_module, "BYTES_AHEAD", 1000)
    asked: list[int] = []

    def large() -> Iterator[Content]:
        for number in range(9):
            asked.append(number)
            yield file(f"{number}.md", b"a" * 400)

    outcomes = LocalExecutor().read_each(large())
    next(outcomes)
    assert len(asked) == 3
    outcomes.close()


@pytest.mark.parametrize("closes", [True, False], ids=["closed", "while it is waited for"])
def test_what_is_being_read_is_ended_with_the_outcomes(closes: bool) -> None:
    began, stopped = Event(), Event()

    def read(name: str, data: bytes) -> Sequence[Found]:
        if name == "endless.md":
            began.set()
            assert stopped.wait(PATIENCE)
        return expand(name, data)

    def files() -> Iterator[Content]:
        yield file("a.md", b"text")
        yield file("endless.md", b"text")
        if not closes:
            assert began.wait(PATIENCE)
            raise KeyboardInterrupt

    outcomes = LocalExecutor(read, stopped.set).read_each(files())
    started = time.monotonic()
    if closes:
        next(outcomes)
        assert began.wait(PATIENCE)
        outcomes.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            list(outcomes)
    assert stopped.is_set()
    assert time.monotonic() - started < PATIENCE


def test_after_an_interruption_the_same_reader_reads_on() -> None:
    with Workers() as workers:
        executor = LocalExecutor(workers.read, workers.stop)
        for _ in range(3):
            outcomes = executor.read_each(FILES)
            next(outcomes)
            outcomes.close()
        assert repr(list(executor.read_each(FILES))) == repr(list(LocalExecutor().read_each(FILES)))
