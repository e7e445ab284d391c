"""A writer that is made to be killed, and what the index must hold after each of its changes.

Run as a program with a place (see `opening`), it forks one writer for every line on its standard input. The writer goes
on from wherever the index stands, says `position N` after each change that was acknowledged, and never ends.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contracts")]

import numpy as np  # noqa: E402  (after the path, like the rest)
from index_oracle import DIMENSIONS, PRINCIPALS, Oracle, drawn, entry  # noqa: E402

from wellread.index import generation  # noqa: E402
from wellread.index.embedded import EmbeddedIndex  # noqa: E402
from wellread.index.protocol import Index  # noqa: E402

Opening = Callable[..., Index]
"""Takes `writable`."""

KEYS = 40


def opening(place: str) -> Opening:
    """A folder of the embedded engine, or a Lance place as JSON: {"root": ..., "options": ...}."""
    if not place.startswith("{"):
        return partial(EmbeddedIndex.open, Path(place), DIMENSIONS)
    from wellread.index.lance.engine import LanceIndex
    from wellread.index.lance.storage import Storage

    return partial(LanceIndex.open, Storage(**json.loads(place)), DIMENSIONS)


def merge_soon() -> None:
    """Let both engines do their economies often."""
    generation.SPARE_ROWS = 0
    if "wellread.index.lance.merge" in sys.modules:
        from wellread.index.lance import merge, writer

        merge.EIGHT = 3
        writer.SPARE_STALE = 10


def change(oracle: Oracle, index: Index | None) -> None:
    """Make the change that follows on the oracle's position, to it and to `index`."""
    position = oracle.position + 1
    chance = random.Random(position)

    def readers() -> frozenset[str]:
        return frozenset(chance.sample(PRINCIPALS, chance.randrange(3)))

    keys = chance.sample(range(1, KEYS), chance.randrange(1, 12))
    kind = chance.random()
    if kind < 0.15:
        permitted = {key: readers() for key in keys}
        oracle.set_readers(position, permitted)
        if index is not None:
            index.set_readers(position, permitted)
        return
    entries = [entry(key, f"dogs {position}", readers()) for key in keys]
    vectors = drawn(len(keys), seed=position)
    deletes = chance.sample(range(1, KEYS), 3)
    oracle.apply(position, entries, vectors, deletes)
    if index is None:
        return
    if kind < 0.3:
        held = [each for each, _ in oracle.entries.values()]
        stacked = np.array([vector for _, vector in oracle.entries.values()]).reshape(-1, DIMENSIONS)
        index.rebuild(position, [(held[:5], stacked[:5]), (held[5:], stacked[5:])])
    else:
        index.apply(position, entries, vectors, deletes)


def expected(position: int) -> Oracle:
    """What the index must hold at `position`."""
    oracle = Oracle()
    while oracle.position < position:
        change(oracle, None)
    return oracle


def say(word: str, number: int) -> None:
    """One line with one write: `print` makes several where Python is told not to buffer, and a kill falls between."""
    os.write(sys.stdout.fileno(), f"{word} {number}\n".encode())


def write_until_killed(opened: Opening) -> None:
    """Change after change, packing the rows whenever half of them are gone."""
    merge_soon()
    say("writer", os.getpid())
    index = opened(writable=True)
    oracle = expected(index.position)
    while True:
        change(oracle, index)
        say("position", oracle.position)


if __name__ == "__main__":
    opened = opening(sys.argv[1])
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            write_until_killed(opened)
        os.waitpid(child, 0)
        say("gone", 0)
