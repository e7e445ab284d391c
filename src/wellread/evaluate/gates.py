"""Demands on an adapter before it may serve: each a measured value, its limit, and whether it passed."""

from collections.abc import Sequence

from wellread.evaluate.statistics import bootstrap_interval
from wellread.records.learning import GateResult

PARITY = 0.95
"""Share of answers that must be the same when served as when trained."""


def parity_gate(share: float) -> GateResult:
    """Served answers equal the trainer's, in the same precision."""
    return GateResult(
        gate="parity",
        passed=share >= PARITY,
        value=share,
        limit=PARITY,
        note="share of answers served as trained, both in float32",
    )


def difference_gate(of_base: Sequence[str], of_adapter: Sequence[str]) -> GateResult:
    """The adapter is really applied: at least one answer differs from the base's."""
    share = sum(one != two for one, two in zip(of_base, of_adapter, strict=True)) / len(of_base)
    return GateResult(
        gate="difference",
        passed=share > 0,
        value=share,
        limit=0.0,
        note="share of answers that differ from the base's",
    )


def gain_gate(base_right: Sequence[bool], adapter_right: Sequence[bool]) -> GateResult:
    """Held-out questions answered or refused rightly: the gain must be above 0 with 95% confidence.

    One-sided, since only a gain lets an adapter pass: the bound is the lower end of the 90% interval.
    """
    gains = [float(own) - float(base) for own, base in zip(adapter_right, base_right, strict=True)]
    bound = bootstrap_interval(gains, lowest=-1.0, level=0.9).low
    note = (
        f"gain {sum(gains) / len(gains):+.2f} over the base on {len(gains)} held-out examples, "
        f"with 95% confidence above {bound:+.2f}"
    )
    return GateResult(gate="gain", passed=bound > 0, value=bound, limit=0.0, note=note)
