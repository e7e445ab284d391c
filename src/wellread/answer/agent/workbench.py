"""Where an agent's actions are carried out, for one asker: what they may not read is not there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wellread.answer.agent.actions import (
    Action,
    Calculate,
    Compare,
    FindInDocument,
    Finish,
    ListVersions,
    OpenAround,
    Search,
)
from wellread.answer.agent.reckon import calculate, compare
from wellread.errors import UsageError
from wellread.models.prompts import as_data
from wellread.records.history import History
from wellread.records.knowledge import Hit, Passage
from wellread.records.people import Principal
from wellread.retrieve.search import Searcher

PER_SEARCH = 5
"""Passages that one search shows."""
LATER = 0.3
"""What a hit of a later search counts beside one of the first: the question itself says best what is wanted. On half
the questions of two collections .3 lost least of .3 to .9 against not searching again at all."""
AROUND = 0.5
"""What the text around a passage counts beside it."""
NOTHING = "Nothing was found."


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of an action."""

    text: str
    """For a model to read."""
    note: str
    """For the asker, in a few words."""


@dataclass(slots=True)
class Workbench:
    """Remembers what was shown, under numbers from 1, and how good it was."""

    searcher: Searcher
    principals: frozenset[Principal]
    as_of: str | None = None
    """A moment (`records.periods`)."""
    shown: list[Passage] = field(default_factory=list)
    _best: dict[int, Hit] = field(default_factory=dict)
    """By key; scores over the best of their search."""
    _searches: int = 0

    def run(self, action: Action) -> Observation:
        """Carry it out. Raises UsageError, for the agent to read, where it makes no sense."""
        match action:
            case Search(query):
                return self._observed(self._search(query, None), f"{query!r}: ")
            case FindInDocument(number, query):
                inside = self._passage(number)
                return self._observed(self._search(query, inside.document), f"{query!r} in {inside.title}: ")
            case OpenAround(number):
                return self._observed(self._around(self._passage(number)), f"around {number}: ")
            case ListVersions(number):
                return self._versions(self._passage(number))
            case Calculate(expression):
                result = f"{expression} = {calculate(expression)}"
            case Compare(one, other):
                result = compare(one, other)
            case Finish():
                result = ""
        return Observation(result, result)

    def hits(self) -> list[Hit]:
        """Everything that was found, best first."""
        return sorted(self._best.values(), key=lambda hit: -hit.score)

    def _search(self, query: str, document: str | None) -> list[Passage]:
        found = self.searcher.search(
            query, self.principals, 2 * PER_SEARCH, self.as_of, document=document, linked=document is None
        )
        self._searches += 1
        best = found.hits[0].score if found.hits else 1.0
        share = (1.0 if self._searches == 1 else LATER) / (best or 1.0)
        for hit in found.hits:
            self._keep(replace(hit, score=hit.score * share))
        return [hit.passage for hit in found.hits[:PER_SEARCH]]

    def _around(self, middle: Passage) -> list[Passage]:
        near = self.searcher.passages_of(middle.document, self.principals, self.as_of)
        place = next((at for at, one in enumerate(near) if one.key == middle.key), None)
        if place is None:
            raise UsageError("that passage is not there any more: search again")
        found = [one for one in near[max(0, place - 1) : place + 2] if one.key != middle.key]
        held = self._best.get(middle.key)
        for one in found:
            self._keep(Hit(passage=one, score=AROUND * (held.score if held else 1.0)))
        return found

    def _versions(self, passage: Passage) -> Observation:
        held = self.searcher.catalogue.past.versions(passage.document, self.principals)
        if not held:
            kept = any(History.parse(one.options) for one in self.searcher.catalogue.knowledge.sources())
            why = "of this document" if kept else "here"
            said = f"No history is kept {why}; it last changed {passage.changed[:10] or 'nobody knows when'}."
            return Observation(said, said)
        lines = [f"from {one.since[:10]} until {(one.until or 'now')[:10]}" for one in held]
        return Observation("\n".join(lines), f"{len(held)} versions of {passage.title}")

    def _keep(self, hit: Hit) -> None:
        held = self._best.get(hit.passage.key)
        if held is None or held.score < hit.score:
            self._best[hit.passage.key] = hit

    def _passage(self, number: int) -> Passage:
        if number > len(self.shown):
            raise UsageError(f"no passage {number} was shown: there are {len(self.shown)}")
        return self.shown[number - 1]

    def _observed(self, passages: Sequence[Passage], what: str) -> Observation:
        known = {one.key: number for number, one in enumerate(self.shown, start=1)}
        parts, again = [], []
        for one in passages:
            if one.key in known:
                again.append(str(known[one.key]))
                continue
            self.shown.append(one)
            parts.append(as_data(len(self.shown), one.heading_line, one.text))
        new = len(parts)
        if again:
            parts.append(f"And as before: {', '.join(again)}.")
        return Observation("\n\n".join(parts) or NOTHING, f"{what}{new} new of {len(passages)} passages")
