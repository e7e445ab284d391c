"""The index catches up with the catalogue: read the outbox, embed, apply."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.outbox import Change
from wellread.index.protocol import Index
from wellread.models.protocols import Embedder, Vectors
from wellread.records.knowledge import Entry

PASSAGES_AT_ONCE = 256

Progress = Callable[[int, int], None]
"""Called with passages embedded and passages to embed."""


def catch_up(
    catalogue: Catalogue, index: Index, embedder: Embedder, on_progress: Progress | None = None
) -> int:
    """Apply every change the index has not seen; returns how many passages were embedded.

    Killed at any point, the next call goes on: a change counts as seen only once it is durable in the index.
    """
    oldest = catalogue.outbox.first()
    if index.position < (oldest - 1 if oldest else catalogue.outbox.last()):
        return rebuild(catalogue, index, embedder, on_progress)
    embedded = 0
    waiting = sum(len(change.upserts) for change in catalogue.outbox.pending(index.position, 1_000_000))
    while changes := _portion(catalogue.outbox.pending(index.position)):
        upserts = {key for change in changes for key in change.upserts}
        deletes = {key for change in changes for key in change.deletes}
        readers = {
            key: held for change in changes for key, held in change.readers.items() if key not in upserts
        }
        if readers:
            # Without moving the position: killed before `apply`, it is simply done again.
            index.set_readers(index.position, readers)
        entries = catalogue.knowledge.entries(upserts - deletes)
        index.apply(changes[-1].number, entries, _vectors(index, embedder, entries, deletes), deletes)
        embedded += len(entries)
        if on_progress:
            on_progress(embedded, max(waiting, embedded))
    catalogue.outbox.trim(index.position)
    return embedded


def rebuild(
    catalogue: Catalogue, index: Index, embedder: Embedder, on_progress: Progress | None = None
) -> int:
    """Build the index anew from the catalogue, beside the old one, and swap. Returns the passages embedded."""
    position = catalogue.outbox.last()
    keys = sorted(catalogue.knowledge.passage_keys())

    def batches() -> Iterator[tuple[Sequence[Entry], Vectors]]:
        done = 0
        for some in _groups(keys):
            entries = catalogue.knowledge.entries(some)
            yield entries, _embed(embedder, entries)
            done += len(some)
            if on_progress:
                on_progress(done, len(keys))

    index.rebuild(position, batches())
    return len(keys)


def _portion(changes: Sequence[Change]) -> list[Change]:
    """The first changes that together hold about PASSAGES_AT_ONCE upserts; at least one."""
    total = 0

    def fits(change: Change) -> bool:
        nonlocal total
        total += len(change.upserts)
        return total <= PASSAGES_AT_ONCE

    return list(takewhile(fits, changes)) or list(changes[:1])


def _groups(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    group: list[int] = []
    for key in keys:
        group.append(key)
        if len(group) == PASSAGES_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _vectors(index: Index, embedder: Embedder, entries: Sequence[Entry], replaced: Iterable[int]) -> Vectors:
    """A page that was changed is mostly as it was: what one of the `replaced` passages says keeps its vector."""
    before, vectors = index.held(replaced) if entries else ([], ())
    known = {embedded_text(entry): vector for entry, vector in zip(before, vectors, strict=True)}
    fresh = [entry for entry in entries if embedded_text(entry) not in known]
    if fresh:
        known |= zip(map(embedded_text, fresh), _embed(embedder, fresh), strict=True)
    return np.array([known[embedded_text(entry)] for entry in entries]).reshape(-1, index.dimensions)


def _embed(embedder: Embedder, entries: Sequence[Entry]) -> Vectors:
    return embedder.embed([embedded_text(entry) for entry in entries])


def embedded_text(entry: Entry) -> str:
    """What is embedded of a passage: where it stands, then its words."""
    above = " > ".join(part for part in dict.fromkeys((entry.title, entry.heading)) if part)
    return f"{above}\n{entry.text}" if above else entry.text
