"""From passages to facts, with rules alone: no model, no network, the same result for the same seed.

Does not know: anything a sentence does not say outright. It prefers asking too little to asking wrongly.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from wellread.curate.facts import Candidate, Fact, spaced
from wellread.curate.miners.candidate import Miner
from wellread.curate.miners.registry import MINERS
from wellread.curate.outline import outline
from wellread.curate.rules import broken_rule
from wellread.records.knowledge import Passage

_ALTERNATIVE = re.compile(r"\s+(?:or|and/or)\s|,\s[^,.;:]{1,40},?\s(?:and|or)\s")
"""What follows an answer that is only one of several."""


def mine(
    passages: Iterable[Passage],
    *,
    seed: int = 0,
    phrasings: int = 2,
    per_passage: int = 8,
    miners: Mapping[str, Miner] = MINERS,
) -> list[Fact]:
    """Facts of `passages`, in their order.

    At most `phrasings` questions are asked about one span and `per_passage` spans of one passage, chosen by
    `seed`. A question that different passages answer differently is asked of none.
    """
    found = [
        fact for passage in passages for fact in _of_passage(passage, seed, phrasings, per_passage, miners)
    ]
    answers: dict[str, set[str]] = defaultdict(set)
    for fact in found:
        answers[_same(fact.question)].add(_same(fact.answer))
    kept: dict[str, Fact] = {}
    for fact in found:
        if len(answers[_same(fact.question)]) == 1:
            kept.setdefault(_same(fact.question), fact)
    return list(kept.values())


def _of_passage(
    passage: Passage, seed: int, phrasings: int, per_passage: int, miners: Mapping[str, Miner]
) -> Iterator[Fact]:
    read = outline(passage)
    spans: dict[tuple[int, int], list[Fact]] = {}
    for name, miner in miners.items():
        for candidate in miner(read):
            if any(start < candidate.end and candidate.start < end for start, end in spans):
                continue
            facts = [fact for fact in _facts(passage, candidate, name) if _keeps_the_rules(fact)]
            if facts:
                spans[candidate.start, candidate.end] = _chosen(facts, seed, phrasings)
    for span in sorted(_ranked(spans, passage, seed)[:per_passage]):
        yield from spans[span]


def _facts(passage: Passage, candidate: Candidate, miner: str) -> Iterator[Fact]:
    for question in dict.fromkeys(candidate.questions):
        yield Fact(
            question=question,
            passage=passage,
            start=candidate.start,
            end=candidate.end,
            quote_start=candidate.quote_start,
            quote_end=candidate.quote_end,
            miner=miner,
        )


def _keeps_the_rules(fact: Fact) -> bool:
    if _ALTERNATIVE.match(fact.passage.text, fact.end):
        return False
    return broken_rule(fact.question, fact.answer, fact.passage.text) is None


def _chosen(facts: list[Fact], seed: int, count: int) -> list[Fact]:
    return sorted(facts, key=lambda fact: _draw(seed, fact.passage.id, fact.question))[:count]


def _ranked(spans: Iterable[tuple[int, int]], passage: Passage, seed: int) -> list[tuple[int, int]]:
    return sorted(spans, key=lambda span: _draw(seed, passage.id, str(span)))


def _draw(*parts: object) -> bytes:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()


def _same(text: str) -> str:
    return spaced(text).casefold().rstrip("?.! ")
