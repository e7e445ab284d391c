"""From what a user writes to the source of its kind.

| kind | a location of it |
| --- | --- |
| folder | a path, where no other kind is meant |

A kind of one's own is named `package.module:maker`, where `maker` takes a Place and gives a Source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from wellread.errors import UsageError
from wellread.ingest.sources.folder import FolderSource
from wellread.ingest.sources.protocol import Source
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source is, and what it is told."""

    location: str
    readers: frozenset[Principal]
    """Of what does not name its own."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Those its kind takes; every one has a default."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    """What the source said it wanted to know this time; empty the first time."""
    secret: str | None = None
    """Password, token or key, from the environment; never stored."""
    cache: Path | None = None
    """A folder of this source's own, kept between synchronisations; made by whoever first writes there."""
    exclude: tuple[Path, ...] = ()
    """Wellread's own files, which are nobody's documents."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source."""

    make: Callable[[Place], Source]
    options: Mapping[str, str] = field(default_factory=dict)
    """What can be told beside the location, and what it means."""
    recognises: Callable[[str], bool] = lambda location: False
    """Whether a location as written is of this kind, when none is named."""


KINDS: dict[str, Kind] = {
    "folder": Kind(lambda place: FolderSource(place.location, place.readers, exclude=place.exclude)),
}
DEFAULT = "folder"


def kind_of(location: str) -> str:
    """The kind that a location is of, by its form."""
    return next((name for name, kind in KINDS.items() if kind.recognises(location)), DEFAULT)


def open_source(kind: str, place: Place) -> Source:
    """The source at `place`. Nothing is reached before it is listed.

    Raises UsageError: no such kind, an option that it does not take or a value that it may not have.
    """
    if ":" in kind:
        return _own(kind)(place)
    if kind not in KINDS:
        raise UsageError(
            f"{kind!r} is not a kind of source: it is one of {', '.join(KINDS)}, or package.module:maker"
        )
    takes = KINDS[kind].options
    for name in place.options:
        if name not in takes:
            known = ", ".join(takes) or "none"
            raise UsageError(f"a source of the kind {kind} takes no option {name!r}: its options are {known}")
    return KINDS[kind].make(place)


def _own(kind: str) -> Callable[[Place], Source]:
    module, _, name = kind.partition(":")
    try:
        maker: Callable[[Place], Source] = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(
            f"the kind {kind!r} cannot be opened ({error}): name an installed package.module:maker"
        ) from error
    return maker
