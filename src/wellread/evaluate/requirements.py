"""What an evaluation has to reach to pass: `correct >= 0.65`, `wrongly_refused <= 10%`.

    requirement = METRIC (">=" | "<=") NUMBER ["%"]

A metric of which more is better has a floor, one of which less is better a ceiling; the other way round is a slip of
whoever wrote it, and is refused. The figure itself is compared, not its interval. A metric that was defined for no
question of the file has no figure, and nothing is reached by it: the requirement is broken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wellread.errors import UsageError
from wellread.evaluate.measures import metric
from wellread.records.evaluation import Evaluation

_FORM = re.compile(r"\s*(\w+)\s*([<>]=)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One bound of one metric, a floor or a ceiling as the metric has it."""

    metric: str
    bound: float

    @staticmethod
    def parse(text: str) -> "Requirement":
        """Raises UsageError for another form, an unknown metric, or a bound on the wrong side."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise UsageError(
                f"{text!r} is not a requirement: write METRIC >= NUMBER, or <= where less is better, "
                'such as "correct >= 0.65"'
            )
        name, sign, number, percent = found.groups()
        of = metric(name)
        right = ">=" if of.more_is_better else "<="
        if sign != right:
            better = "more" if of.more_is_better else "less"
            raise UsageError(
                f"{text!r}: of {name} {better} is better, so write {name} {right} {number}{percent}"
            )
        bound = float(number) / 100 if percent else float(number)
        if of.fold == "share" and bound > 1:
            raise UsageError(f"{text!r}: {name} is from 0 to 1; write {number}% for {float(number) / 100:g}")
        return Requirement(name, bound)

    def __str__(self) -> str:
        return f"{self.metric} {'>=' if metric(self.metric).more_is_better else '<='} {self.bound:g}"

    def broken_by(self, evaluation: Evaluation) -> str | None:
        """Why it is not met, or None where it is."""
        value = evaluation.figure(self.metric).value
        if value is None:
            return f"{self}: no question of the file measures it"
        met = value >= self.bound if metric(self.metric).more_is_better else value <= self.bound
        return None if met else f"{self}: it is {value:.3g}"


def broken(requirements: Sequence[Requirement], evaluation: Evaluation) -> list[str]:
    """The requirements that are not met, each with what there is instead."""
    return [why for one in requirements if (why := one.broken_by(evaluation))]
