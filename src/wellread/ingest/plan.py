"""What a synchronisation has to do: what a source lists, compared with what the catalogue holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from wellread.ingest.sources.protocol import Item
from wellread.records.knowledge import ItemState
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a synchronisation has to do, by the item's uri."""

    to_read: tuple[Item, ...]
    """New ones and those with another fingerprint."""
    new_readers: Mapping[str, frozenset[Principal]]
    """Of items whose documents are already known."""
    to_remove: tuple[str, ...]
    known_bad: tuple[str, ...]
    """Those that could not be read as documents, or not in every part, and have not changed since."""
    known_held: tuple[str, ...]
    """Those that wait for a person, and have not changed since."""
    unchanged: int


def plan(
    items: Iterable[Item],
    states: Mapping[str, ItemState],
    *,
    complete: bool = True,
    grounds: str | None = None,
    full: bool = False,
) -> Plan:
    """Compare what a source lists with what the catalogue holds.

    An item with the fingerprint of the last time is not read again unless `full`. One that is not listed is
    removed, but only if the listing was `complete`: what could not be seen is not gone, unless it was accepted on
    other `grounds` than those that count now. Of two items with one uri the first counts, with only those readers
    that both name.
    """
    listed: dict[str, Item] = {}
    for item in items:
        first = listed.setdefault(item.uri, item)
        listed[item.uri] = replace(first, readers=first.readers & item.readers)
    to_read, new_readers, unchanged = [], {}, 0
    known_bad: list[str] = []
    known_held: list[str] = []
    for uri, item in listed.items():
        state = states.get(uri) or ItemState(uri=uri)
        if any(document.readers != item.readers for document in state.documents.values()):
            new_readers[uri] = item.readers
        if full or item.fingerprint != (state.failed_stamp or state.stamp):
            to_read.append(item)
        elif state.error:
            (known_held if state.is_held else known_bad).append(uri)
        else:
            unchanged += 1
    unlisted = [uri for uri in states if uri not in listed]
    unvouched = [uri for uri in unlisted if grounds is not None and states[uri].grounds != grounds]
    return Plan(
        to_read=tuple(to_read),
        new_readers=new_readers,
        to_remove=tuple(unlisted if complete else unvouched),
        known_bad=tuple(known_bad),
        known_held=tuple(known_held),
        unchanged=unchanged,
    )
