"""A disk that takes no more: the change is refused with its reason, and everything answers as before.

The disk is played by the limit on the size of a file, which a child process sets for itself.
"""

import multiprocessing
import resource
from pathlib import Path

import pytest
from index_oracle import EVERYONE, NO_KEYS, Oracle, assert_same, drawn, entry
from samples import filled, opened

from wellread.errors import StorageError
from wellread.index.embedded import EmbeddedIndex

MANY = range(101, 701)
LONG = " ".join(f"term{number * 7919 % 100_003:x}" for number in range(300))


def grow_terms(index: EmbeddedIndex) -> None:
    index.apply(2, [entry(key, f"dogs {key} {LONG}") for key in MANY[:60]], drawn(60), [1, 2])


def grow_rows(index: EmbeddedIndex) -> None:
    index.apply(2, [entry(key) for key in MANY], drawn(len(MANY)), [1, 2])


def rebuild(index: EmbeddedIndex) -> None:
    index.rebuild(2, [([entry(key)], drawn(1)) for key in MANY])


def refill_when_full(directory: Path, limit: int, grow: str) -> None:
    """Runs in the child: any assertion that fails is its exit status."""
    index, reader, oracle = filled(directory), opened(directory, writable=False), Oracle()
    oracle.apply(1, [entry(key) for key in range(1, 11)], drawn(10), NO_KEYS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for _ in range(2):
        with pytest.raises(StorageError, match="make room on the disk"):
            globals()[grow](index)
        assert_same(reader, oracle, [EVERYONE])
        assert_same(index, oracle, [EVERYONE])
    assert len(list(directory.glob("generation-*"))) == 1
    with opened_again(index, directory) as again:
        assert_same(again, oracle, [EVERYONE])
        again.apply(2, [], drawn(0), [3])  # there is always room for a deletion
        oracle.apply(2, [], drawn(0), [3])
        assert_same(reader, oracle, [EVERYONE])
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        globals()[grow](again)
        assert again.count() >= 60
        assert again.position == reader.position == 2


def opened_again(index: EmbeddedIndex, directory: Path) -> EmbeddedIndex:
    index.close()
    return opened(directory)


@pytest.mark.parametrize(
    ("grow", "limit"),
    [("grow_terms", 8_000), ("grow_rows", 12_000), ("grow_rows", 4_000), ("rebuild", 12_000)],
)
def test_a_full_disk_refuses_the_change_and_keeps_the_state_before(
    tmp_path: Path, grow: str, limit: int
) -> None:
    child = multiprocessing.get_context("fork").Process(
        target=refill_when_full, args=(tmp_path / "index", limit, grow)
    )
    child.start()
    child.join(60)
    assert child.exitcode == 0
