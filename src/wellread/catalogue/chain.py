"""The hash chain of the audit log: each row's hash covers the row and the hash of the row before it.

    hash(n) = SHA-256(canonical JSON of [n, at, actor, action, subject, detail, hash(n - 1)])

The idea is that of Haber and Stornetta, "How to time-stamp a digital document", Journal of Cryptology 3
(1991). There is no secret in it: whoever may write to the database can compute a whole new chain. What it
gives is that no row can be edited, taken out or moved without rewriting every later row too, which anyone who
noted a later hash elsewhere will see.
"""

import json
from dataclasses import dataclass

from wellread.records.identity import digest

GENESIS = "0" * 64
"""What stands for the hash before the first row."""


def canonical(value: object) -> str:
    """One spelling of one JSON value: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Deed:
    """What one row says. `detail` is canonical JSON, as stored."""

    at: str
    actor: str
    action: str
    subject: str
    detail: str


def seal(number: int, deed: Deed, previous: str) -> str:
    """The hash of one row, 64 hexadecimal digits."""
    row = [number, deed.at, deed.actor, deed.action, deed.subject, deed.detail, previous]
    return digest(canonical(row))
