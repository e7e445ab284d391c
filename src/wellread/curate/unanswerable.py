"""Questions that sound as if a passage answered them and that it does not.

Two kinds, both checked against the words of what is shown: a question of another document whose words are
near to
the passage's, and a question for another attribute of what the passage defines.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from wellread.curate.draw import draw
from wellread.curate.example import context_of, identified
from wellread.curate.facts import Fact
from wellread.curate.raft import carries
from wellread.curate.rules import content_words
from wellread.records.knowledge import Passage
from wellread.records.learning import Example
from wellread.screen.quantities import DATE, MONEY, PHONE

_NEAR = 2
"""Content words that the question must share with the passage."""
_TERM = re.compile(r"What is (?P<term>(?:the )?(?:[A-Z][\w&’'-]*)(?: [A-Z][\w&’'-]*)*)\?")
"""Only what has a name: every word of it is written with a capital."""
_REACHABLE = re.compile(r"\b(?:Desk|Office|Team|Lab|Center|Centre|Division|Department|Unit|Service)\b")
_OFFERED = re.compile(
    r"\b(?:tool|app|application|service|program|programme|system|platform|course|training|licen[cs]e|software|"
    r"product|subscription|website|database)\b",
    re.IGNORECASE,
)
"""What a definition must call a thing for its price and its introduction to be sensible questions."""
_PRICED = r"\b(?:cost|price|free|fee|charge|pay|paid|budget)"
_DATED = r"\b(?:since|founded|established|launched|introduced|started|ago)\b"
_CALLED = r"\b(?:phone|call|telephone|dial)\b"
_ATTRIBUTES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("How much does {} cost?", re.compile(rf"{MONEY}|{_PRICED}", re.IGNORECASE)),
    ("When was {} introduced?", re.compile(rf"{DATE}|{_DATED}", re.IGNORECASE)),
    ("What is the phone number of {}?", re.compile(rf"{PHONE}|{_CALLED}", re.IGNORECASE)),
)
"""A question, and what no passage that leaves it open says anywhere."""


def misplaced(
    facts: Sequence[Fact], passages: Sequence[Passage], *, share: float = 0.1, seed: int = 0
) -> Iterator[Example]:
    """For about `share` of the facts: the question with the nearest passage of another document that lacks
    the answer."""
    index: dict[str, set[int]] = defaultdict(set)
    for number, passage in enumerate(passages):
        for word in set(content_words(passage.text)):
            index[word].add(number)
    for fact in facts:
        if draw("misplaced", seed, fact.passage.id, fact.question) >= share:
            continue
        near = _nearest(fact, passages, index)
        if near is not None:
            yield _refused(fact, near, "unanswerable:misplaced")


def swapped(facts: Iterable[Fact], *, seed: int = 0) -> Iterator[Example]:
    """For each defined name: one attribute that its passage says nothing about."""
    for fact in facts:
        term = _TERM.fullmatch(fact.question)
        if term is None or fact.miner != "definitions":
            continue
        reachable = _REACHABLE.search(term["term"]) is not None
        offered = _OFFERED.search(fact.answer) is not None
        silent = [
            question
            for question, said in _ATTRIBUTES
            if not said.search(" ".join((*fact.passage.heading, fact.passage.text)))
            and (reachable if "phone" in question else offered)
        ]
        if silent:
            chosen = silent[int(draw("swapped", seed, fact.passage.id, fact.question) * len(silent))]
            yield _refused(fact, fact.passage, "unanswerable:swapped", chosen.format(term["term"]))


def _nearest(fact: Fact, passages: Sequence[Passage], index: dict[str, set[int]]) -> Passage | None:
    shared: Counter[int] = Counter()
    rarity: Counter[int] = Counter()
    for word in set(content_words(fact.question)):
        for number in index.get(word, ()):
            shared[number] += 1
            rarity[number] += 1_000_000 // len(index[word])
    for number, _ in sorted(rarity.items(), key=lambda item: (-item[1], passages[item[0]].id)):
        passage = passages[number]
        if (
            shared[number] >= _NEAR
            and passage.document != fact.passage.document
            and not carries(passage, fact)
        ):
            return passage
    return None


def _refused(fact: Fact, shown: Passage, origin: str, question: str | None = None) -> Example:
    return identified(
        Example(
            id="",
            question=question or fact.question,
            contexts=(context_of(shown),),
            answer=None,
            origin=origin,
            written_from=(fact.passage.document,),
        )
    )
