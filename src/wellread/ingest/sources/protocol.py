"""What a source promises: to list what it holds, to say who may read it, and to hand over bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One document as its source lists it, without its bytes."""

    uri: str
    """Names it inside the source and for people; for a folder, the path below it with forward slashes."""
    modified: str
    """ISO 8601 UTC."""
    size: int
    """Bytes."""
    readers: frozenset[Principal]


class Source(Protocol):
    """One place documents come from."""

    @property
    def location(self) -> str:
        """What the user wrote, made absolute."""

    def items(self) -> Iterator[Item]:
        """Everything it holds now, in a stable order. Raises NotFoundError when the place is gone (which must
        never be taken for an empty place), ParseError for a broken permissions file (fails closed)."""

    def read(self, item: Item) -> bytes:
        """The item's bytes. Raises ParseError with the reason when they cannot be had."""
