"""What a source promises: to list what it holds, to say who may read it, and to hand over bytes.

To write one of one's own, see docs/sources.md. Whatever a source does, `synchronise` sees to the rest: it reads only
what has another fingerprint than the last time, removes what is no longer listed, and commits in batches.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from wellread.errors import ParseError
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing as its source lists it, without its bytes: a file, a page, a message, a row."""

    uri: str
    """Names it inside the source and for people; for a folder, the path below it with forward slashes."""
    modified: str
    """ISO 8601 UTC."""
    size: int
    """Bytes; 0 where the source does not say."""
    readers: frozenset[Principal]
    stamp: str = ""
    """What changes whenever the bytes do, such as an ETag or a Git blob; nothing where size and date must do."""
    grounds: str = ""
    """What it is judged by before it counts, such as a digest of the keys that may sign. Once that is another one, what
    was read earlier no longer counts by itself: it is read and judged again, and goes if that cannot be done."""

    @property
    def fingerprint(self) -> str:
        """What is compared with the last time."""
        seen = self.stamp or f"{self.size} {self.modified}"
        return f"{seen} {self.grounds}" if self.grounds else seen


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an item. `name` ends in a suffix that tells their kind, where the uri does not."""

    data: bytes
    name: str
    objection: str = ""
    """Why they must not be read as a document before a person has looked at them; nothing where they may."""


class UnvouchedError(ParseError):
    """Not everything could be listed, and what was not counts only if it was accepted on these `grounds`."""

    def __init__(self, reason: str, grounds: str) -> None:
        super().__init__(reason)
        self.grounds = grounds


@dataclass(frozen=True, slots=True)
class Version:
    """What an item became at some moment of its source's history."""

    uri: str
    stamp: str | None
    """Names its bytes; None where it was taken away."""
    modified: str
    """The moment, ISO 8601 UTC."""
    commit: str
    """Names the moment in the source."""


class Source(Protocol):
    """One place documents come from. It is used by one thread, for one synchronisation."""

    @property
    def location(self) -> str:
        """What the user wrote, made absolute; without secrets."""

    @property
    def memory(self) -> Mapping[str, Any]:
        """What it wants to know the next time, as JSON values; asked for after the listing, given to its maker."""

    def items(self) -> Iterator[Item]:
        """Everything it holds now, in a stable order.

        Raises NotFoundError when the place is gone (which must never be taken for an empty place), UnreachableError
        when it does not answer, ParseError after the last item for what could not be listed (fails closed): what is
        not listed is then not taken for removed.
        """

    def read(self, item: Item) -> Content:
        """The item's bytes. Raises ParseError with the reason when they cannot be had, UnreachableError when the place
        does not answer. A few items are asked for before the first of them is taken in, by one and the same thread."""

    def close(self) -> None:
        """Let go of connections. Calling twice is harmless."""


@runtime_checkable
class Versioned(Protocol):
    """A source that knows what it held before."""

    def versions(self, since: str | None = None) -> Iterator[Version]:
        """Every version of every item, oldest first, after the commit `since`, up to what was listed.

        Raises NotFoundError when `since` is no longer in its history, and as `Source.items`.
        """

    def read_version(self, version: Version) -> Content:
        """The bytes that the item had. Raises as `Source.read`."""
