"""What is asked of a web server, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wellread.errors import ParseError
from wellread.ingest.parse import MAX_BYTES

MOST_REDIRECTS = 5


class LeavesSiteError(ParseError):
    """A redirect leads to another site, `target`, where it was not to be followed."""

    def __init__(self, address: str, target: str) -> None:
        super().__init__(f"{address} now leads to another site, {target}")
        self.target = target


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are in lower case; of a body that was not wanted nothing is there."""

    address: str
    """Where it came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    leads_to: str = ""
    """Of a redirect that was not followed: where to, in canonical spelling."""

    @property
    def length(self) -> int | None:
        """Content-Length, which is that of the encoded body."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, and how far the answer may go."""

    method: str = "GET"
    """It must only read: it may be sent several times."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    redirects: int = MOST_REDIRECTS
    """Followed at most; with 0, where the answer leads to stands in it."""
    may_leave: bool = False
    """Whether a redirect may lead to another site. Authorization and Cookie are not sent there."""
    most_bytes: int = MAX_BYTES
    cut: bool = False
    """Whether what is beyond `most_bytes` is left without an error."""
    as_stored: bool = False
    """Whether the body is left in its Content-Encoding, as parts of one must be."""
    wants: Callable[[Answer], bool] = lambda head: True
    """Whether the body is to be read, from what comes before it."""
