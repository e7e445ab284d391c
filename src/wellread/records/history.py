"""What a source is told to keep of its past: the option `history`.

full                 every version that its history has
2024-01-01           every version that held on that day or later
full,gone            also of documents that are gone, for those who could read them last
off                  nothing, which is what holds where nothing is said
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wellread.errors import UsageError
from wellread.records.periods import moment

OPTION = "history"


@dataclass(frozen=True, slots=True)
class History:
    """The option, understood."""

    since: str
    """What held from this moment on, ISO 8601 UTC; empty is everything."""
    gone: bool

    @staticmethod
    def parse(options: Mapping[str, str]) -> "History | None":
        """None when nothing is to be kept. Raises UsageError for a value that the option may not have."""
        written = options.get(OPTION, "off")
        since, comma, rest = written.partition(",")
        if written == "off":
            return None
        if comma and rest != "gone":
            raise UsageError(f"history is {written!r}: it is full, a day or off, with ,gone or without")
        if since == "full":
            return History("", bool(comma))
        try:
            return History(moment(f"{since}T00:00:00+00:00"), bool(comma))
        except UsageError:
            raise UsageError(
                f"history is {written!r}: it is full, a day such as 2024-01-01 or off, with ,gone or without"
            ) from None


def keeps_what_is_gone(options: Mapping[str, str]) -> bool:
    """Whether the past of documents that are gone stays."""
    history = History.parse(options)
    return history is not None and history.gone
