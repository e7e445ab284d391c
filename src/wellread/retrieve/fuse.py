"""Several ranked lists into one. Pure functions; a passage that a list does not propose gets nothing from it.

| function | looks at | when |
| --- | --- | --- |
| `reciprocal_rank_fusion` | ranks | scores of different kinds, nothing known of their scale |
| `convex_combination` | scores | scores that mean something; the distance between first and second counts |
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from wellread.errors import UsageError
from wellread.index.protocol import Proposal

RANK_CONSTANT = 60
"""The k of the paper: the larger, the less the first ranks stand out."""


def reciprocal_rank_fusion(
    lists: Sequence[Sequence[Proposal]], *, k: float = RANK_CONSTANT
) -> list[Proposal]:
    """Sum over the lists of 1 / (k + rank), rank from 1; best first, equal scores by key.

    Cormack, Clarke and Büttcher (2009), "Reciprocal Rank Fusion outperforms Condorcet and individual rank
    learning methods". Each list is best first and names a key once.
    Raises UsageError unless `k` is at least 0.
    """
    if not k >= 0:
        raise UsageError(f"{k} is not a rank constant: take 0 or more, 60 is usual")
    scores: defaultdict[int, float] = defaultdict(float)
    for proposals in lists:
        for rank, proposal in enumerate(proposals, 1):
            scores[proposal.key] += 1.0 / (k + rank)
    return _ranked(scores)


def convex_combination(
    lists: Sequence[Sequence[Proposal]], weights: Sequence[float] | None = None
) -> list[Proposal]:
    """Weighted sum of scores that were brought to 0..1 within each list; best first, equal scores by key.

    In each list the lowest score becomes 0 and the highest 1; where all are equal they become 1.
    `weights` are at least 0 and are divided by their sum; by default all lists weigh the same.
    Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval".
    Raises UsageError when there is not one weight a list, or their sum is 0.
    """
    weights = [1.0] * len(lists) if weights is None else weights
    if len(weights) != len(lists) or any(not weight >= 0 for weight in weights):
        raise UsageError(
            f"weights {list(weights)} do not fit {len(lists)} lists: give each one of at least 0"
        )
    if lists and not sum(weights) > 0:
        raise UsageError(f"weights {list(weights)} leave nothing to rank by: make one greater than 0")
    scores: defaultdict[int, float] = defaultdict(float)
    for proposals, weight in zip(lists, weights, strict=True):
        for proposal, score in zip(proposals, _between_0_and_1(proposals), strict=True):
            scores[proposal.key] += weight / sum(weights) * score
    return _ranked(scores)


def _between_0_and_1(proposals: Sequence[Proposal]) -> list[float]:
    scores = [proposal.score for proposal in proposals]
    lowest, highest = min(scores, default=0.0), max(scores, default=0.0)
    if highest == lowest:
        return [1.0] * len(scores)
    return [(score - lowest) / (highest - lowest) for score in scores]


def _ranked(scores: Mapping[int, float]) -> list[Proposal]:
    best_first = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Proposal(key, score) for key, score in best_first]
