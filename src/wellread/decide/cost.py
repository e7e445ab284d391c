"""What an answer costs: machine time, tokens that are billed, and the training that went before.

    per question = hours a question * machine an hour + tokens / 1,000,000 * price of a million
                   + training hours * machine an hour / questions the adapter will answer
    per correct  = per question * questions / correct answers

It counts the machine only while it works. A machine that is paid around the clock costs its whole price,
however few the questions. People's time to write and vet examples is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wellread.errors import UsageError
from wellread.evaluate.arms import CLOSED_BOOK

_MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CostModel:
    """Prices, with a unit under every field. The defaults are round figures of a rented two-core machine.

    Raises UsageError for a negative price, no core, or an adapter that answers no question.
    """

    per_core_hour: float = 0.05
    """Money for one processor core for one hour."""
    cores: int = 2
    """Cores kept busy while answering and training."""
    per_million_tokens: float = 0.0
    """Money a model server bills for a million tokens, prompt and completion alike; 0 for an own model."""
    training_seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall seconds of training, by arm; an arm not named was not trained."""
    questions_per_adapter: int = 10_000
    """Questions an adapter answers before it is trained anew: what its training is spread over."""
    currency: str = "USD"

    def __post_init__(self) -> None:
        prices = (self.per_core_hour, self.per_million_tokens, *self.training_seconds.values())
        if min(prices) < 0:
            raise UsageError(f"a price or a training time is {min(prices)}: it must be 0 or more")
        if self.cores < 1:
            raise UsageError(f"cores is {self.cores}: a machine has at least 1")
        if self.questions_per_adapter < 1:
            raise UsageError(
                f"questions_per_adapter is {self.questions_per_adapter}: an adapter answers at least 1"
            )

    @property
    def machine_per_hour(self) -> float:
        """Money for the machine for one hour of work."""
        return self.per_core_hour * self.cores

    def per_question(self, arm: str, milliseconds: float, tokens: float) -> float:
        """Money for one question of so long and so many tokens, its share of the training included."""
        answering = milliseconds / _MS_PER_HOUR * self.machine_per_hour
        billed = tokens / 1e6 * self.per_million_tokens
        training = self.training_seconds.get(arm, 0.0) / 3600 * self.machine_per_hour
        return answering + billed + training / self.questions_per_adapter

    def in_words(self) -> str:
        """The prices as a sentence, for those who read the result."""
        parts = [
            f"{self.per_core_hour:g} {self.currency} an hour for each of {self.cores} cores while they work"
        ]
        if self.per_million_tokens:
            parts.append(f"{self.per_million_tokens:g} {self.currency} for a million tokens")
        if any(self.training_seconds.values()):
            hours = max(self.training_seconds.values()) / 3600
            parts.append(
                f"{hours:.2g} hours of training spread over {self.questions_per_adapter:,} questions"
            )
        return "; ".join(parts)


def simplicity(arm: str) -> tuple[bool, bool]:
    """Sorts arms of equal price: without an adapter to keep fresh first, then without an index to keep."""
    return arm.startswith("tuned"), arm not in CLOSED_BOOK
