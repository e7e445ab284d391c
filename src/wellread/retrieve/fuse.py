"""Scores of two kinds on one scale. Pure functions."""

from collections.abc import Mapping

WORDS, MEANING = 0.5, 0.5
"""What the two halves of a search weigh."""


def over_best(scores: Mapping[int, float]) -> dict[int, float]:
    """Every score over the best one; all 0 where the best is not above 0.

    Zero stays zero, so it counts how far the second is behind the first and not how deep the list is.
    After Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval": the scales' own zeros
    are better than each list's lowest score.
    """
    best = max(scores.values(), default=0.0)
    return {key: score / best if best > 0 else 0.0 for key, score in scores.items()}
