"""The row files: what counts is what a State covers, and views of different age stay true."""

from pathlib import Path

import numpy as np
from index_oracle import DIMENSIONS, drawn

from wellread.index.rows import Rows, RowsWriter
from wellread.index.state import State

ANN, BOB = frozenset({"user:ann"}), frozenset({"user:bob"})


def held_by(rows: Rows, *principals: str) -> list[int]:
    return sorted(rows.keys[rows.readable(principals)].tolist())


def test_a_view_grows_without_changing_the_one_before(tmp_path: Path) -> None:
    writer = RowsWriter(tmp_path, DIMENSIONS, State())
    writer.append([1, 2], drawn(2), [ANN, BOB])
    first = Rows.read(tmp_path, DIMENSIONS, writer.sync(State()))
    writer.append([2, 3], drawn(2, seed=1), [ANN, ANN | BOB])
    writer.assign({1: BOB})
    second = Rows.read(tmp_path, DIMENSIONS, writer.sync(State()), before=first)
    writer.close()
    assert (held_by(first, "user:ann"), held_by(first, "user:bob"), first.live) == ([1], [2], 2)
    assert (held_by(second, "user:ann"), held_by(second, "user:bob"), second.live) == ([2, 3], [1, 3], 3)
    anew = Rows.read(tmp_path, DIMENSIONS, second.state)
    for name in ("keys", "scales", "lengths", "audience", "codes"):
        np.testing.assert_array_equal(getattr(anew, name), getattr(second, name))
    every = np.arange(len(anew.keys))
    np.testing.assert_array_equal(anew.floats.take(every), second.floats.take(every))
    np.testing.assert_allclose(anew.lengths, np.linalg.norm(anew.codes.astype(np.float64), axis=1), rtol=1e-6)


def test_what_no_state_covers_is_cut_off_on_opening(tmp_path: Path) -> None:
    writer = RowsWriter(tmp_path, DIMENSIONS, State())
    writer.append([1], drawn(1), [ANN])
    committed = writer.sync(State())
    sizes = {path: path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()}
    writer.append([2], drawn(1), [BOB])
    writer.close()
    assert all(path.stat().st_size > size for path, size in sizes.items())
    again = RowsWriter(tmp_path, DIMENSIONS, committed)
    assert {path: path.stat().st_size for path in sizes} == sizes
    assert again.row_of == {1: 0}
    again.append([3], drawn(1), [BOB])
    rows = Rows.read(tmp_path, DIMENSIONS, again.sync(State()))
    again.close()
    assert (held_by(rows, "user:ann"), held_by(rows, "user:bob")) == ([1], [3])


def test_equal_readers_are_written_once(tmp_path: Path) -> None:
    writer = RowsWriter(tmp_path, DIMENSIONS, State())
    for key in range(1, 50):
        writer.append([key], drawn(1), [ANN])
    rows = Rows.read(tmp_path, DIMENSIONS, writer.sync(State()))
    writer.close()
    assert (tmp_path / "rows-000001" / "audiences").read_text() == '["user:ann"]\n'
    assert rows.live == 49
