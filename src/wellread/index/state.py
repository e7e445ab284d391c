"""How far the index has come, in five numbers."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What one commit of the terms says of all that lies beside them; what the files hold beyond is void."""

    position: int = 0
    """The highest outbox number applied."""
    epoch: int = 1
    """Which set of row files; packing starts a new one."""
    rows: int = 0
    """Rows in `codes`, `floats` and `rows`."""
    grants: int = 0
    """Records in `grants`."""
    audiences: int = 0
    """Bytes of `audiences`."""

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_bytes(content: bytes) -> "State":
        """The inverse of `to_bytes`."""
        return State(**json.loads(content))
