"""What counts: which versions of which datasets belong together, and how far they have come.

    ROOT/
      state/               a cell (cell.py) with this
      lock/, or lock       of whoever writes
      generation-000002/
        entries/           one row an entry, see schema.py
        postings/          one row a term and segment

A change is written to both datasets first. Then one conditional request puts a state in place that names their new
versions: before it nothing of the change counts, after it everything does.
"""

from dataclasses import asdict, dataclass
from typing import Any

from wellread.errors import StorageError, UsageError

FORMAT = 1
ENTRIES, POSTINGS = "entries", "postings"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One commit."""

    dimensions: int
    generation: int = 1
    """Which pair of datasets; a rebuild makes another."""
    position: int = 0
    """The highest outbox number applied."""
    entries: int = 1
    """The version of that dataset."""
    postings: int = 1
    serials: int = 0
    """Serial numbers given out in this generation; the next entry's is this one."""
    stale: int = 0
    """Entries that are gone since the postings were last written anew as a whole."""
    writer: int = 0
    """Counts those who wrote; a writer that lost its lock to another one can publish nothing any more."""
    format: int = FORMAT

    @property
    def directory(self) -> str:
        """The name of the generation."""
        return directory(self.generation)

    def to_value(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @staticmethod
    def from_value(value: dict[str, Any], place: str, dimensions: int) -> "State":
        """Raises UsageError when the index is of other dimensions, StorageError when this is not ours."""
        if value.get("format") != FORMAT:
            raise StorageError(
                f"the index at {place} has format {value.get('format')}, this version writes {FORMAT}: "
                "remove it and rebuild the index"
            )
        try:
            state = State(**value)
        except TypeError as error:
            raise StorageError(
                f"the state of the index at {place} is damaged ({error}): remove it and rebuild the index"
            ) from error
        if state.dimensions != dimensions:
            raise UsageError(
                f"the index at {place} holds vectors of {state.dimensions} dimensions, the embedder "
                f"gives {dimensions}: rebuild in a place of its own, or go back to the former embedder"
            )
        return state


def directory(generation: int) -> str:
    """The name of a generation's directory."""
    return f"generation-{generation:06d}"
