"""Reading the best hits again, question and text together, by a model that was trained for nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wellread.errors import ModelError
from wellread.models.protocols import Reranker
from wellread.records.knowledge import Hit

REREAD = 1.0
"""What the best of those read again gets, and the worst does not; more than halves and names leave between them."""


@dataclass(frozen=True, slots=True)
class Rereading:
    """By which reranker, and how many hits."""

    reranker: Reranker
    most: int

    def of(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The first `most` of `hits` in the order of the reranker and of the search together, then the rest.

        A hit that was read again has the signal `reread`: 0 for the worst to `REREAD` for the best, by the reranker's
        own scale. Raises ModelError, WeightsError from the reranker.
        """
        read, rest = hits[: self.most], hits[self.most :]
        if len(read) < 2:
            return list(hits)
        texts = [f"{hit.passage.heading_line}\n{hit.passage.text}" for hit in read]
        scores = self.reranker.score(question, texts)
        if not np.isfinite(scores).all():
            raise ModelError(f"the reranker {self.reranker.name} gave a score that is no number")
        scores = scores - scores.min()
        gained = REREAD * scores / (scores.max() or np.float32(1))
        again = [
            replace(hit, score=hit.score + float(gain), signals={**hit.signals, "reread": float(gain)})
            for hit, gain in zip(read, gained, strict=True)
        ]
        return sorted(again, key=lambda hit: (-hit.score, hit.passage.key)) + list(rest)
