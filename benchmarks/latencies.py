"""How a set of times is told: its median and its tail."""

from collections.abc import Sequence

import numpy as np

QUANTILES = (0.50, 0.95, 0.99)


def spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the most, in seconds, by names that begin with `name`."""
    figures = {f"{name}, n": float(len(seconds))}
    for quantile in QUANTILES if seconds else ():
        figures[f"{name}, p{quantile * 100:.0f} s"] = float(np.quantile(seconds, quantile))
    return {**figures, f"{name}, most s": max(seconds)} if seconds else figures
