"""What any executor promises: the answers of this process, in order, a bounded number ahead."""

import itertools
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from wellread.errors import ParseError, UsageError
from wellread.ingest.executor import Executor, LocalExecutor
from wellread.ingest.sources.protocol import Content
from wellread.models.registry import open_embedder

MOST_AHEAD = 64
"""More than any executor on this machine may take ahead."""


def packed(**members: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()


def file(name: str, data: bytes) -> Content:
    return Content(name=name, data=data)


FILES = [
    file("harbour.md", b"# Harbour\n\n- The gate closes at ten.\n- The crane rests on Sundays.\n"),
    file("empty.txt", b""),
    None,
    file("broken.pdf", b"%PDF-1.7 broken"),
    file("letters.html", "<h1>Brieföffner</h1><p>Grüße aus Älmhult.</p>".encode()),
    file("box.zip", packed(a_md=b"# Inside\n\nA tin of biscuits.", b_pdf=b"%PDF-1.7 broken")),
    file("tool.exe", b"MZ"),
    None,
    *(file(f"{n}.md", f"# Berth {n}\n\n{'The tide comes in. ' * n * 9}".encode()) for n in range(20)),
]


class ExecutorContract:
    """Inherit, and give the fixture `executor`."""

    def test_outcomes_are_those_of_this_process_in_the_order_of_the_files(self, executor: Executor) -> None:
        expected = list(LocalExecutor().read_each(FILES))
        found = list(executor.read_each(FILES))
        assert len(found) == len(FILES)
        assert [repr(one) for one in found] == [repr(one) for one in expected]
        assert [number for number, one in enumerate(found) if one is None] == [2, 7]

    def test_a_file_that_cannot_be_read_gives_its_reason_and_the_next_is_read(
        self, executor: Executor
    ) -> None:
        bad, good = executor.read_each([file("a.exe", b"MZ"), file("a.txt", b"fine")])
        assert isinstance(bad, ParseError)
        assert "not supported" in str(bad)
        assert not isinstance(good, ParseError)
        assert good is not None
        assert [one.found.parsed.text for one in good if one.found.parsed] == ["fine"]

    def test_only_so_many_files_are_taken_ahead(self, executor: Executor) -> None:
        drawn = itertools.count()
        taken = 0

        def endless() -> Iterator[Content]:
            nonlocal taken
            for taken in drawn:
                yield file(f"{taken}.txt", b"text")

        outcomes = executor.read_each(endless())
        for _ in range(3):
            next(outcomes)
        assert taken < 3 + MOST_AHEAD
        outcomes.close()
        before = taken
        assert next(outcomes, None) is None
        assert taken == before

    def test_no_files_give_no_outcomes(self, executor: Executor) -> None:
        assert list(executor.read_each([])) == []

    def test_what_the_files_raise_comes_out_and_the_executor_goes_on(self, executor: Executor) -> None:
        def broken() -> Iterator[Content]:
            yield file("a.txt", b"text")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(executor.read_each(broken()))
        assert len(list(executor.read_each(FILES[:2]))) == 2

    @pytest.mark.parametrize("count", [0, 1, 100])
    def test_vectors_are_those_of_this_process_in_the_order_of_the_texts(
        self, executor: Executor, count: int
    ) -> None:
        texts = [f"Berth {number} is {'deep' if number % 3 else 'shallow'}." for number in range(count)]
        here, there = open_embedder("fake"), executor.embedder("fake")
        assert (there.name, there.dimensions) == (here.name, here.dimensions)
        found = there.embed(texts)
        assert found.dtype == np.float32
        assert found.shape == (count, here.dimensions)
        assert found.tobytes() == here.embed(texts).tobytes()

    def test_an_embedder_that_nobody_knows_is_refused(self, executor: Executor) -> None:
        with pytest.raises(UsageError, match="no embedder is called"):
            executor.embedder("lighthouse")


def write_files(folder: Path) -> Path:
    """FILES as a folder."""
    folder.mkdir(parents=True)
    for one in FILES:
        if one is not None:
            (folder / one.name).write_bytes(one.data)
    return folder
