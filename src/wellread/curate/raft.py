"""From facts to examples: the right passage among those the live retriever finds for the question.

After Zhang et al., "RAFT: Adapting Language Model to Domain Specific RAG" (arXiv:2403.10131): a share of the
examples is shown without the gold passage. There the right answer is to refuse, and only passages that do not
carry the answer are shown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wellread.curate.draw import draw, shuffler
from wellread.curate.example import context_of, identified
from wellread.curate.facts import Fact, core, occurrences
from wellread.curate.rules import content_words
from wellread.errors import UsageError
from wellread.records.knowledge import Hit, Passage
from wellread.records.learning import Example

Search = Callable[[str, int], list[Hit]]
"""`search(question, limit)`: what the retriever would show the asker, best first, within the asker's
permissions."""

_SAYS_THE_SAME = 0.7
"""Share of the quote's content words from which on another passage may say the same in other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raft:
    """How facts become examples. Raises UsageError for values that cannot be."""

    most_shown: int = 4
    """Passages in one example at most, the gold among them; each example draws its number from 1 up."""
    absent: float = 0.28
    """Share of the examples without the gold."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.most_shown < 1:
            raise UsageError(f"most_shown is {self.most_shown}: an example shows at least 1 passage")
        if not 0.0 <= self.absent < 1.0:
            raise UsageError(f"absent is {self.absent}: it is a share from 0 to below 1")

    def examples(self, facts: Iterable[Fact], search: Search) -> Iterator[Example]:
        """One example for each fact."""
        for fact in facts:
            distractors = self._distractors(fact, search)
            withheld = draw("absent", self.seed, fact.passage.id, fact.question) < self.absent
            yield (
                self._refusal(fact, distractors)
                if withheld and distractors
                else self._answered(fact, distractors)
            )

    def _answered(self, fact: Fact, distractors: list[Passage]) -> Example:
        count = self._count(fact, least=0, most=self.most_shown - 1)
        shown = [fact.passage, *distractors[:count]]
        shuffler("order", self.seed, fact.passage.id, fact.question).shuffle(shown)
        return identified(
            Example(
                id="",
                question=fact.question,
                contexts=tuple(context_of(passage) for passage in shown),
                answer=fact.answer,
                gold=shown.index(fact.passage),
                quote=fact.quote,
                origin=fact.miner,
                written_from=(fact.passage.document,),
            )
        )

    def _refusal(self, fact: Fact, distractors: list[Passage]) -> Example:
        shown = distractors[: self._count(fact, least=1, most=self.most_shown)]
        shuffler("order", self.seed, fact.passage.id, fact.question).shuffle(shown)
        return identified(
            Example(
                id="",
                question=fact.question,
                contexts=tuple(context_of(passage) for passage in shown),
                answer=None,
                origin=fact.miner,
                written_from=(fact.passage.document,),
            )
        )

    def _count(self, fact: Fact, *, least: int, most: int) -> int:
        return least + int(draw("shown", self.seed, fact.passage.id, fact.question) * (most - least + 1))

    def _distractors(self, fact: Fact, search: Search) -> list[Passage]:
        found = [hit.passage for hit in search(fact.question, self.most_shown * 3)]
        distinct = {passage.id: passage for passage in found if passage.id != fact.passage.id}
        return [passage for passage in distinct.values() if not carries(passage, fact)]


def carries(passage: Passage, fact: Fact) -> bool:
    """Whether another passage may answer the fact's question: the answer stands in it, most of the quote's
    words
    do, or it overlaps the gold in the same document version."""
    if occurrences(core(fact.answer), f"{' '.join(passage.heading)}\n{passage.text}"):
        return True
    gold = fact.passage
    if passage.version == gold.version and passage.start < gold.end and gold.start < passage.end:
        return True
    said = set(content_words(fact.quote))
    return bool(said) and len(said & set(content_words(passage.text))) / len(said) >= _SAYS_THE_SAME
