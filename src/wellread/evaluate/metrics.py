"""Scores of one answer against its gold, and of one ranking against its judgements. All lie in [0, 1].

THE definition of a correct answer, used wherever Wellread counts: `is_correct`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from wellread.errors import UsageError
from wellread.evaluate.normalise import words

LONGEST_CORRECT = 30
"""Words, split at white space, of the longest answer that is correct by containing the gold: no page."""

ENOUGH_F1 = 0.6
"""Token F1 from which an answer is correct without containing the gold."""


def exact_match(answer: str, gold: str) -> bool:
    """Equal words in equal order, after `normalise.words`."""
    return words(gold) == words(answer)


def token_f1(answer: str, gold: str) -> float:
    """2 P R / (P + R) over the words as multisets (Rajpurkar et al. 2016). Symmetric; 1 for no words."""
    wanted, given = words(gold), words(answer)
    if not wanted or not given:
        return float(wanted == given)
    shared = (Counter(wanted) & Counter(given)).total()
    return 2 * shared / (len(wanted) + len(given))


def contains(text: str, part: str) -> bool:
    """Whether the words of `part` stand in `text`, whole and next to each other. No words stand nowhere."""
    inside, wanted = words(text), words(part)
    size = len(wanted)
    return size > 0 and any(inside[at : at + size] == wanted for at in range(len(inside) - size + 1))


def is_correct(answer: str, gold: str) -> bool:
    """The gold stands, as whole words, in an answer of at most 30 words, or token F1 is at least 0.6.

    By F1 no answer is correct that brings a figure the gold does not have: "7-10 business days" shares two of three
    words with "3-5 business days", and is wrong.
    """
    if not words(gold):
        return False
    if len(answer.split()) <= LONGEST_CORRECT and contains(answer, gold):
        return True
    return token_f1(answer, gold) >= ENOUGH_F1 and _figures(answer) <= _figures(gold)


def ndcg(ranking: Sequence[str], relevance: Mapping[str, float], k: int) -> float:
    """nDCG@k with linear gain: sum over ranks r <= k of relevance / log2(r + 1), over the best possible sum.

    As trec_eval counts (Järvelin and Kekäläinen 2002); 0 when nothing is relevant. Raises UsageError when
    k < 1 or an id is ranked twice.
    """
    best = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)
    ideal = _discounted(best[:k])
    found = _discounted([max(relevance.get(one, 0.0), 0.0) for one in _top(ranking, k)])
    return found / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevance: Mapping[str, float], k: int) -> float:
    """Share of the relevant (grade above 0) that stand in the first k; 0 when none is. Raises as `ndcg`."""
    relevant = _relevant(relevance)
    return len(relevant.intersection(_top(ranking, k))) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, float], k: int | None = None) -> float:
    """1 / rank of the first relevant, 0 without one; its mean over questions is MRR. Raises as `ndcg`."""
    relevant = _relevant(relevance)
    ranks = (rank for rank, one in enumerate(_top(ranking, k), 1) if one in relevant)
    return 1 / next(ranks, math.inf)


def average_precision(ranking: Sequence[str], relevance: Mapping[str, float], k: int | None = None) -> float:
    """Mean over the relevant of the precision at their rank; those not ranked count 0. Raises as `ndcg`."""
    relevant = _relevant(relevance)
    found, total = 0, 0.0
    for rank, one in enumerate(_top(ranking, k), 1):
        if one in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def _figures(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if any(character.isdigit() for character in word))


def _discounted(grades: Sequence[float]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _relevant(relevance: Mapping[str, float]) -> frozenset[str]:
    return frozenset(one for one, grade in relevance.items() if grade > 0)


def _top(ranking: Sequence[str], k: int | None) -> Sequence[str]:
    if k is not None and k < 1:
        raise UsageError(f"k is {k}: a ranking is cut after at least 1")
    if len(set(ranking)) != len(ranking):
        twice = next(one for one, count in Counter(ranking).items() if count > 1)
        raise UsageError(f"{twice!r} is ranked twice: keep its best rank only")
    return ranking[:k]
