"""What a tuning run is asked to do."""

from dataclasses import dataclass
from typing import Literal, get_args

from wellread.errors import UsageError

Precision = Literal["float32", "bfloat16"]

RATE_FROM_BASE = 4e-4
RATE_FROM_ADAPTER = 1e-4
"""What was learnt before is to be added to, not replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685): W x + (alpha / rank) B A x, only A and B trained.

    Conflicts are refused on construction.
    """

    rank: int = 16
    """Columns of A's output; 16 over all linear layers of the default base is 9.8 MB in half precision."""
    alpha: int = 32
    learning_rate: float | None = None
    """Peak of a cosine that warms up over `warmup` of the steps and ends at a tenth. None takes RATE_FROM_BASE, or
    RATE_FROM_ADAPTER where training goes on from an adapter."""
    warmup: float = 0.05
    """Share of the steps."""
    epochs: int = 1
    tokens_per_step: int = 2048
    """Packed tokens gathered before each optimiser step."""
    longest: int = 1024
    """Tokens of one pack at most."""
    clip: float = 1.0
    """Gradient norm at most."""
    minutes: float | None = None
    """Wall time the steps may take; the plan is cut to fit once the speed is known. None is no limit."""
    precision: Precision | None = None
    """Of the base's arithmetic; the adapter itself is always float32. None takes bfloat16 where the processor
    multiplies it natively, else float32."""
    seed: int = 0
    threads: int | None = None
    """Processor threads; None lets PyTorch choose."""

    def __post_init__(self) -> None:
        for name in ("rank", "alpha", "epochs", "tokens_per_step", "longest"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}: it must be at least 1")
        if self.learning_rate is not None and not 0 < self.learning_rate < 1:
            raise UsageError(f"learning_rate is {self.learning_rate}: it must lie between 0 and 1")
        if not 0 <= self.warmup < 1:
            raise UsageError(f"warmup is {self.warmup}: it is a share of the steps, from 0 to below 1")
        if self.precision is not None and self.precision not in get_args(Precision):
            raise UsageError(f"precision is {self.precision!r}: choose from {', '.join(get_args(Precision))}")
        if self.minutes is not None and self.minutes <= 0:
            raise UsageError(f"minutes is {self.minutes}: give a positive number, or leave it out")

    @property
    def peak(self) -> float:
        """The learning rate that is used when nobody said otherwise."""
        return RATE_FROM_BASE if self.learning_rate is None else self.learning_rate
