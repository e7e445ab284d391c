"""How far what a source says is to be relied on: four tiers, in order.

| tier | what it means |
| --- | --- |
| official | the organisation speaks: policies, contracts, decisions in force |
| reviewed | somebody answerable for it checks every change before it counts |
| community | whoever takes part writes; mistakes are found by readers, if at all |
| unknown | nobody has said, which is how every source begins |

A tier is somebody's judgement of a source as a whole. It opens no document to anybody, and says nothing of whether a
sentence is right.
"""

from typing import Literal, get_args

from wellread.errors import UsageError

Trust = Literal["official", "reviewed", "community", "unknown"]

TIERS: tuple[Trust, ...] = get_args(Trust)
"""From the most trusted down."""

UNKNOWN: Trust = "unknown"


def tier(text: str) -> Trust:
    """`text` as a tier. Raises UsageError."""
    for one in TIERS:
        if one == text.strip().lower():
            return one
    raise UsageError(f"{text!r} is not a tier of trust: it is one of {', '.join(TIERS)}")


def rank(trust: Trust) -> int:
    """0 for `unknown`, 3 for `official`: a higher one is trusted more."""
    return len(TIERS) - 1 - TIERS.index(trust)
