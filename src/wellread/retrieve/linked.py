"""A second look along names: what the best hits call by name is often where the rest of the answer stands.

"Who runs the team that owns the ledger?" finds the page of the ledger, which names the team; the team's page need not
share a word with the question. So the names in the best hits are looked for as documents' names, and a document that
is called so gets a share of the score of the hit that called it. After the bridging of R. Das and others (2019),
"Multi-step Entity-centric Information Retrieval for Multi-Hop Question Answering", with rules in place of a model.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wellread.index.protocol import Weights
from wellread.records.knowledge import Hit, Passage
from wellread.records.naming import name_words
from wellread.retrieve.evidence import words_of
from wellread.screen.sentences import sentences

LEADING = 8
"""Hits whose names are followed."""
LINKED = 0.5
"""What a passage gets whose document the very best hit calls by its whole name."""
MOST_NAMES = 200
"""Names looked for at once, those of the best hits first."""
_INSIDE = r"(?:of|the|and|de|la|le|du|von|van|der|for|&)"
_NAME = re.compile(rf"[A-Z][\w'’.-]*(?:(?:[ \t]+{_INSIDE}){{0,2}}[ \t]+[A-Z0-9][\w'’-]*)*")
_QUALIFIER = re.compile(r"\s*(?:\([^()]*\)\s*$|,.*$)")


@dataclass(frozen=True, slots=True)
class Lead:
    """A name that a hit calls, and what following it is worth: the share of the best hit's score that its own is. What
    the question calls is worth as much as the best."""

    name: str
    words: frozenset[str]
    passage: int | None
    """Key of the passage that calls it; None for the question."""
    worth: float


@dataclass(frozen=True, slots=True)
class Leads:
    """All names worth following after a first look."""

    leads: tuple[Lead, ...]

    @property
    def text(self) -> str:
        """What an index is asked with for the documents of these names."""
        return " ".join(dict.fromkeys(lead.name for lead in self.leads))

    def worth(self, passage: Passage, weights: Weights) -> float:
        """0 to 1: how surely a hit called the document of `passage`, and how good that hit was. A passage that calls
        its own document is not thereby found. `weights` are those of `text`."""
        called = frozenset(
            words
            for name in (passage.title, bare(passage.title), name_words(passage.uri))
            if (words := words_of(name))
        )
        return max(
            (
                lead.worth * _likeness(words, lead.words) * _rarity(words & lead.words, weights)
                for words in called
                for lead in self.leads
                if lead.passage != passage.key and not words.isdisjoint(lead.words)
            ),
            default=0.0,
        )


def leads_of(hits: Sequence[Hit], question: str) -> Leads:
    """The names in the question, and those in the best of `hits` (best first) that neither the question has nor the
    hit's own document."""
    asked = words_of(question)
    found = [Lead(name, words, None, 1.0) for name, words in _names(question)]
    for hit in hits[:LEADING]:
        own = words_of(bare(hit.passage.title))
        worth = hit.score / hits[0].score if hits[0].score > 0 else 0.0
        found += [
            Lead(name, words, hit.passage.key, worth)
            for name, words in _names(hit.passage.text)
            if not words <= asked and not words <= own
        ]
    return Leads(tuple(found[:MOST_NAMES]))


def calling(passage: Passage, others: Sequence[Passage]) -> tuple[Passage, int, int] | None:
    """The first sentence in `others`, in their order, that calls the document of `passage` by its whole name: where it
    stands. None where none does, and in another passage of the same document."""
    name = words_of(bare(passage.title))
    if not name:
        return None
    for other in others:
        if other.document == passage.document or not name <= words_of(other.text):
            continue
        for start, end in sentences(other.text):
            if name <= words_of(other.text[start:end]):
                return other, start, end
    return None


def bare(title: str) -> str:
    """A document's title without what stands in brackets or behind a comma in it."""
    return _QUALIFIER.sub("", title)


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each name in `text` once, with its words: capitalised ones that stand together."""
    names = dict.fromkeys(match.group().rstrip(".") for match in _NAME.finditer(text))
    return tuple((name, words) for name in names if (words := words_of(name)))


def _likeness(name: frozenset[str], called: frozenset[str]) -> float:
    """1 for the same words. Words of the document's name that are not called count doubly: half a name is hardly it."""
    shared = len(name & called)
    return (shared / len(name)) ** 2 * shared / len(called)


def _rarity(words: frozenset[str], weights: Weights) -> float:
    """1 where the words are as good as unique among what the asker may read."""
    return min(1.0, sum(weights.terms.get(word, 0.0) for word in words) / weights.most)
