"""The index catches up with the catalogue: read the outbox, embed, apply.

Those beside the one that serves follow without an embedder: what is gone is taken from them, who may read is changed in
them, and what is new or changed is left out until somebody completes them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.outbox import Change
from wellread.index.embedding_input import embedded_text
from wellread.index.protocol import Index
from wellread.index.serving import Beside
from wellread.ingest.executor import Builder
from wellread.models.protocols import Embedder, ManyEmbedders, Vectors
from wellread.records.knowledge import Entry

PASSAGES_AT_ONCE = 256
"""Passages that are embedded and written together, unless the embedder has many processors behind it."""
COPIED_AT_ONCE = 4096
"""Passages whose vectors are copied from one generation of an index to the next together."""
ALL = 2**31
"""More changes than an outbox holds."""

Progress = Callable[[int, int], None]
"""Called with passages embedded and passages to embed."""


def catch_up(
    catalogue: Catalogue,
    index: Index,
    embedder: Embedder,
    on_progress: Progress | None = None,
    beside: Beside | None = None,
) -> int:
    """Apply every change the index has not seen; returns how many passages were embedded. Those `beside` follow.

    Killed at any point, the next call goes on: a change counts as seen only once it is durable in the index.
    """
    if misses_changes(catalogue, index):
        return rebuild(catalogue, index, embedder, on_progress)
    embedded = apply_changes(catalogue, index, embedder, on_progress)
    positions = [index.position]
    if beside is not None:
        for other in beside.free():
            follow(catalogue, other)
        for past in beside.past(wanted=not catalogue.past.is_empty()):
            embedded += catch_up_past(catalogue, past, embedder)
        for past in beside.other_pasts():
            catch_up_past(catalogue, past, None)
        lowest = beside.position()
        positions += [] if lowest is None else [lowest]
    catalogue.outbox.trim(min(positions))
    return embedded


def apply_changes(
    catalogue: Catalogue, index: Index, embedder: Embedder, on_progress: Progress | None = None
) -> int:
    """Apply what the outbox holds and the index has not seen; returns how many passages were embedded."""
    embedded = 0
    waiting = sum(len(change.upserts) for change in catalogue.outbox.pending(index.position, 1_000_000))
    together = at_once(embedder)
    while changes := _portion(catalogue.outbox.pending(index.position), together):
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
    return embedded


def misses_changes(catalogue: Catalogue, index: Index) -> bool:
    """Whether changes that the index has not seen are no longer in the outbox, as when its files were removed."""
    oldest = catalogue.outbox.first()
    return index.position < (oldest - 1 if oldest else catalogue.outbox.last())


def follow(catalogue: Catalogue, index: Index) -> None:
    """Apply every change the index has not seen, as far as that takes no embedder.

    What is new or changed is not in it afterwards; `complete` embeds that. When documents were removed, the index is
    copied without them, so that nothing of them is left on disk: seconds for each 100,000 passages.
    """
    changes = catalogue.outbox.pending(index.position, ALL)
    if misses_changes(catalogue, index):
        copy(catalogue, index, catalogue.outbox.last(), index.keys() - catalogue.knowledge.passage_keys())
        return
    if not changes:
        return
    position = changes[-1].number
    changed = {key for change in changes for key in (*change.upserts, *change.deletes)}
    removed = {key for change in changes if not change.upserts for key in change.deletes}
    if not removed.isdisjoint(index.keys()):
        copy(catalogue, index, position, changed)
        return
    readers = {key: held for change in changes for key, held in change.readers.items() if key not in changed}
    if readers:
        index.set_readers(index.position, readers)
    index.apply(position, [], np.empty((0, index.dimensions), np.float32), changed)


def complete(
    catalogue: Catalogue, index: Index, embedder: Embedder, on_progress: Progress | None = None
) -> int:
    """Embed what the catalogue holds and the index does not, until that is nothing; returns how many passages.

    Every portion is durable before the next begins: killed at any point, the next call embeds the rest. Changes that
    come in meanwhile are followed after every portion.
    """
    embedded = 0
    follow(catalogue, index)
    while missing := sorted(catalogue.knowledge.passage_keys() - index.keys()):
        waiting = embedded + len(missing)
        for some in _groups(missing, at_once(embedder)):
            entries = catalogue.knowledge.entries(some)
            # The position stays: whatever changed since it is applied after what was read just now.
            index.apply(index.position, entries, _embed(embedder, entries), ())
            embedded += len(entries)
            if on_progress:
                on_progress(embedded, waiting)
            follow(catalogue, index)
    return embedded


def catch_up_past(catalogue: Catalogue, index: Index, embedder: Embedder | None) -> int:
    """Make an index of the past hold what the catalogue keeps of it; returns how many passages were embedded.

    Without an embedder what is new is left out. What is no longer kept is not on disk afterwards. Killed at any point,
    the next call goes on.
    """
    last = catalogue.outbox.last()
    is_whole = embedder is None or index.count() == catalogue.past.count()
    if index.position == last and is_whole:
        return 0
    held = index.keys()
    touched = held
    if not misses_changes(catalogue, index):
        changes = catalogue.outbox.pending(index.position, ALL)
        told = (key for change in changes for key in (*change.upserts, *change.deletes, *change.readers))
        touched = held.intersection(told)
    readers = {entry.key: entry.readers for entry in catalogue.past.entries(touched)}
    if gone := touched - readers.keys():
        index.rebuild(index.position, _kept(index, sorted(held - gone), catalogue.past.entries))
    elif readers:
        index.set_readers(index.position, readers)
    embedded = 0
    missing = sorted(catalogue.past.keys() - held) if embedder is not None else []
    for some in _groups(missing, at_once(embedder)):
        assert embedder is not None
        entries = catalogue.past.entries(some)
        index.apply(index.position, entries, _embed(embedder, entries), ())
        embedded += len(entries)
    index.apply(last, [], np.empty((0, index.dimensions), np.float32), ())
    return embedded


def copy(catalogue: Catalogue, index: Index, position: int, without: Iterable[int] = ()) -> None:
    """Write the index anew with the vectors it has, for what the catalogue holds now, `without` some: nothing that was
    taken out of it before is left on disk."""
    keys = sorted(index.keys() - set(without))
    index.rebuild(position, _kept(index, keys, catalogue.knowledge.entries))


def _kept(
    index: Index, keys: Sequence[int], entries_of: Callable[[Sequence[int]], list[Entry]]
) -> Iterator[tuple[Sequence[Entry], Vectors]]:
    for some in _groups(keys, COPIED_AT_ONCE):
        entries = entries_of(some)
        vectors = index.vectors(some)
        yield entries, np.array([vectors[entry.key] for entry in entries])


def rebuild(
    catalogue: Catalogue, index: Index, embedder: Embedder, on_progress: Progress | None = None
) -> int:
    """Build the index anew from the catalogue, beside the old one, and swap. Returns the passages embedded."""
    position = catalogue.outbox.last()
    keys = sorted(catalogue.knowledge.passage_keys())

    def batches() -> Iterator[tuple[Sequence[Entry], Vectors]]:
        done = 0
        for some in _groups(keys, at_once(embedder)):
            entries = catalogue.knowledge.entries(some)
            yield entries, _embed(embedder, entries)
            done += len(some)
            if on_progress:
                on_progress(done, len(keys))

    index.rebuild(position, batches())
    return len(keys)


def build(catalogue: Catalogue, index: Index, builder: Builder, on_progress: Progress | None = None) -> int:
    """Have an index built from the catalogue all at once; returns how many passages. Killed, it holds what it did."""
    keys = sorted(catalogue.knowledge.passage_keys())

    def told(done: int) -> None:
        if on_progress:
            on_progress(done, len(keys))

    # What is removed while it is built is in the outbox after this position, and followed afterwards.
    position = catalogue.outbox.last()
    portions = (catalogue.knowledge.entries(some) for some in _groups(keys, builder.at_once))
    builder.build(position, portions, told)
    return len(keys)


def at_once(embedder: Embedder | None, otherwise: int = 0) -> int:
    """Texts that are best embedded together; where the embedder does not care, `otherwise` or PASSAGES_AT_ONCE."""
    return embedder.texts_at_once if isinstance(embedder, ManyEmbedders) else otherwise or PASSAGES_AT_ONCE


def _portion(changes: Sequence[Change], together: int) -> list[Change]:
    """The first changes that together hold about so many upserts; at least one."""
    total = 0

    def fits(change: Change) -> bool:
        nonlocal total
        total += len(change.upserts)
        return total <= together

    return list(takewhile(fits, changes)) or list(changes[:1])


def _groups(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


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
