"""The scan in three passes against the plain product, whatever share of the rows may be read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from wellread.index import vectors
from wellread.index.protocol import Proposal
from wellread.index.rows import Rows, RowsWriter
from wellread.index.rowset import quantize
from wellread.index.state import State

COUNT, DIMENSIONS = 40_000, 48
READERS = ("common", "half", "fifth", "rare")
SHARES = (0.3, 0.5, 0.195, 0.005)


def written(generation: Path, drawn: np.ndarray, names: Sequence[str], withdrawn: slice) -> Rows:
    """Rows each with one reader; keys are row numbers times ten."""
    writer = RowsWriter(generation, DIMENSIONS, State())
    keys = [10 * number for number in range(len(drawn))]
    writer.append(keys, drawn.astype(np.float32), [frozenset({name}) for name in names])
    writer.withdraw(keys[withdrawn])
    state = writer.sync(State(position=1))
    writer.close()
    return Rows.read(generation, DIMENSIONS, state)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Rows of varied length with four readers, some withdrawn."""
    chance = np.random.default_rng(5)
    drawn = chance.standard_normal((COUNT, DIMENSIONS), dtype=np.float32) * chance.uniform(0.5, 2, (COUNT, 1))
    names = chance.choice(READERS, COUNT, p=SHARES).tolist()
    return written(tmp_path_factory.mktemp("generation"), drawn, names, slice(None, None, 50))


@pytest.fixture(scope="module")
def scanner() -> Iterator[vectors.Scanner]:
    scanner = vectors.Scanner()
    yield scanner
    scanner.close()


def by_hand(rows: Rows, question: np.ndarray, asked: set[str], limit: int) -> list[int]:
    """The keys of the best, naively."""
    readable = np.flatnonzero([bool(rows.audiences[number] & asked) for number in rows.audience.tolist()])
    products = rows.floats.take(readable) @ question
    return (readable[np.argsort(-products, kind="stable")[:limit]] * 10).tolist()


def keys(proposals: list[Proposal]) -> list[int]:
    return [proposal.key for proposal in proposals]


@pytest.mark.parametrize("asked", [{"rare"}, {"fifth"}, {"half"}, {"half", "common"}, set(READERS)])
@pytest.mark.parametrize("limit", [1, 10, 100])
def test_exactly_the_best_readable_rows_are_found(
    rows: Rows, scanner: vectors.Scanner, asked: set[str], limit: int
) -> None:
    for question in np.random.default_rng(6).standard_normal((10, DIMENSIONS), dtype=np.float32):
        proposals = vectors.nearest(rows, question, frozenset(asked), limit, scanner)
        assert set(keys(proposals)) == set(by_hand(rows, question, asked, limit))
        assert [p.score for p in proposals] == sorted((p.score for p in proposals), reverse=True)


def test_rows_that_differ_by_less_than_a_code_are_told_apart(
    tmp_path: Path, scanner: vectors.Scanner
) -> None:
    chance = np.random.default_rng(8)
    common = chance.standard_normal(DIMENSIONS)
    drawn = common + 0.003 * chance.standard_normal((2_000, DIMENSIONS))
    near = written(tmp_path, drawn, ["half", "common"] * 1_000, slice(0))
    codes, scales = quantize(drawn.astype(np.float32))
    by_codes = np.argsort(-((codes * scales[:, None]) @ common))[: vectors.RESCORED]
    assert not set(np.argsort(-(drawn @ common))[:10]) <= set(by_codes)  # these alone would not do
    for asked in ({"half"}, set(READERS)):
        for _ in range(5):
            question = (common + 0.1 * chance.standard_normal(DIMENSIONS)).astype(np.float32)
            found = vectors.nearest(near, question, frozenset(asked), 10, scanner)
            assert set(keys(found)) == set(by_hand(near, question, asked, 10))


def test_every_readable_row_comes_when_as_many_are_asked_for(rows: Rows, scanner: vectors.Scanner) -> None:
    question = np.ones(DIMENSIONS, dtype=np.float32)
    count = int(np.count_nonzero(rows.readable({"rare"})))
    assert count > vectors.RESCORED
    for limit in (count, count + 1, 10**9):
        assert (
            len({p.key for p in vectors.nearest(rows, question, frozenset({"rare"}), limit, scanner)})
            == count
        )


def test_scanning_all_and_gathering_a_few_agree(
    rows: Rows, scanner: vectors.Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = np.linspace(-1, 1, DIMENSIONS, dtype=np.float32)
    answers = []
    for dense in (0.0, 2.0):
        monkeypatch.setattr(vectors, "DENSE", dense)
        answers.append(vectors.nearest(rows, question, frozenset({"half"}), 20, scanner))
    assert answers[0] == answers[1]


def test_a_question_of_zeros_gives_rows_in_the_order_of_their_keys(
    rows: Rows, scanner: vectors.Scanner
) -> None:
    found = vectors.nearest(rows, np.zeros(DIMENSIONS, dtype=np.float32), frozenset({"rare"}), 5, scanner)
    assert len(found) == 5
    assert {p.score for p in found} == {0.0}
    assert keys(found) == (np.flatnonzero(rows.readable({"rare"}))[:5] * 10).tolist()


@given(
    numpy_strategies.arrays(
        np.float32, st.tuples(st.integers(0, 5), st.integers(1, 9)), elements=st.floats(-1e3, 1e3, width=32)
    )
)
def test_codes_are_within_half_a_step(given_vectors: np.ndarray) -> None:
    codes, scales = quantize(given_vectors)
    assert codes.dtype == np.int8
    assert codes.min(initial=0) >= -127
    error = np.abs(codes * scales[:, None] - given_vectors)
    assert (error <= scales[:, None] * 0.501 + 1e-30).all()
