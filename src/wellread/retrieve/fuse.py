"""Two ranked lists into one score each. Pure functions."""

from collections.abc import Mapping

WORDS, MEANING = 0.5, 0.5
"""What the two halves weigh."""


def fused(words: Mapping[int, float], meaning: Mapping[int, float]) -> dict[int, float]:
    """For every key of either: half its BM25 over the best, and half its cosine over the best.

    Zero stays zero, so how far the second is behind the first counts, and not how deep the lists are. A key that only
    one of them has gets nothing from the other; so score each half's proposals by the other half first.
    Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval", with the scales' own zeros.
    """
    parts = ((WORDS, words), (MEANING, meaning))
    scores = dict.fromkeys([*words, *meaning], 0.0)
    for weight, given in parts:
        best = max(given.values(), default=0.0)
        if best > 0:
            for key, score in given.items():
                scores[key] += weight * score / best
    return scores
