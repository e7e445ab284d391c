"""The two-pass scan against the plain product, whatever share of the rows may be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from wellread.index import vectors
from wellread.index.rows import Rows, RowsWriter, quantize
from wellread.index.state import State

COUNT, DIMENSIONS = 40_000, 48
READERS = ("common", "half", "fifth", "rare")
SHARES = (0.3, 0.5, 0.195, 0.005)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Rows of varied length with four readers, some withdrawn; keys are row numbers times ten."""
    generation = tmp_path_factory.mktemp("generation")
    chance = np.random.default_rng(5)
    drawn = chance.standard_normal((COUNT, DIMENSIONS), dtype=np.float32) * chance.uniform(0.5, 2, (COUNT, 1))
    readers = [frozenset({str(name)}) for name in chance.choice(READERS, COUNT, p=SHARES)]
    writer = RowsWriter(generation, DIMENSIONS, State())
    keys = [10 * number for number in range(COUNT)]
    writer.append(keys, drawn.astype(np.float32), readers)
    writer.withdraw(keys[::50])
    state = writer.sync(State(position=1))
    writer.close()
    return Rows.read(generation, DIMENSIONS, state)


@pytest.mark.parametrize("asked", [{"rare"}, {"fifth"}, {"half"}, {"half", "common"}, set(READERS)])
@pytest.mark.parametrize("limit", [1, 10, 100])
def test_the_best_readable_rows_are_found(rows: Rows, asked: set[str], limit: int) -> None:
    readable = np.flatnonzero(
        [bool(rows.audiences[number] & asked) for number in rows.audience.tolist()]  # naively, row by row
    )
    found = wanted = 0
    for question in np.random.default_rng(6).standard_normal((10, DIMENSIONS), dtype=np.float32):
        products = rows.floats[readable] @ question
        best = readable[np.argsort(-products)[:limit]] * 10
        proposals = vectors.nearest(rows, question, frozenset(asked), limit)
        assert {p.key for p in proposals} <= set((readable * 10).tolist())
        assert [p.score for p in proposals] == sorted((p.score for p in proposals), reverse=True)
        assert len(proposals) == len(best)
        found += len({p.key for p in proposals} & set(best.tolist()))
        wanted += len(best)
    assert found / wanted >= 0.99


def test_every_readable_row_comes_when_as_many_are_asked_for(rows: Rows) -> None:
    question = np.ones(DIMENSIONS, dtype=np.float32)
    count = int(np.count_nonzero(rows.readable({"rare"})))
    assert count > vectors.RESCORED
    for limit in (count, count + 1, 10**9):
        assert len({p.key for p in vectors.nearest(rows, question, frozenset({"rare"}), limit)}) == count


def test_scanning_all_and_gathering_a_few_agree(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    question = np.linspace(-1, 1, DIMENSIONS, dtype=np.float32)
    answers = []
    for dense in (0.0, 2.0):
        monkeypatch.setattr(vectors, "DENSE", dense)
        answers.append(vectors.nearest(rows, question, frozenset({"half"}), 20))
    assert answers[0] == answers[1]


def test_a_question_of_zeros_gives_rows_in_the_order_of_their_keys(rows: Rows) -> None:
    found = vectors.nearest(rows, np.zeros(DIMENSIONS, dtype=np.float32), frozenset({"rare"}), 5)
    assert len(found) == 5
    assert {p.score for p in found} == {0.0}
    assert [p.key for p in found] == sorted(p.key for p in found)


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
