"""What opening a source takes, and what is known of each kind of source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellread.errors import UsageError
from wellread.ingest.sources.protocol import Source
from wellread.records.people import EVERYONE, Principal, principals


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


POLICY = {
    "when_held": "keep: while a new version is held back, the one before goes on answering; withdraw, as it is if "
    "nothing is said: it does not",
    "released_by": "who may decide on what is held back, beside whoever runs Wellread: group:NAME or user:NAME, with "
    "commas between",
}
"""Options of every kind that may hold items back."""


def check_policy(options: Mapping[str, str]) -> None:
    """Raises UsageError for a value that an option of `POLICY` may not have."""
    if options.get("when_held", "withdraw") not in ("keep", "withdraw"):
        raise UsageError(f"when_held is {options['when_held']!r}: it is keep or withdraw")
    if EVERYONE in principals(options.get("released_by", "group:nobody")):
        raise UsageError("released_by is everyone: name groups and people who may decide")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source."""

    make: Callable[[Place], Source]
    options: Mapping[str, str] = field(default_factory=dict)
    """What can be told beside the location, and what it means."""
    recognises: Callable[[str], bool] = lambda location: False
    """Whether a location as written is of this kind, when none is named."""
    identity: tuple[str, ...] = ()
    """Options that, besides the location, tell one source from another, such as the query over a database."""
