"""What is held back until a person has decided on it."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["held", "released", "deleted"]
"""`held` waits for a person; `released` counts as if nothing were objected; `deleted` is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One version of an item that failed a check. Of its content nothing is kept but the digest."""

    source: str
    uri: str
    digest: str
    """SHA-256 of the bytes that were judged; the verdict is on these and no others."""
    reason: str
    """What was objected."""
    verdict: Verdict
    since: str
    """ISO 8601 UTC."""
    decided: str = ""
    """When a person decided; nothing while it is held."""
    decided_by: str = ""
    why: str = ""
    """The reason that the person gave."""
