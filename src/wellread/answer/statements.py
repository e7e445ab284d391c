"""A free answer is checked statement by statement while it streams: what is shown has been checked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from wellread.answer.cite import cite
from wellread.answer.inert import inert
from wellread.answer.verify.copies import twisted
from wellread.answer.verify.reading import Reading, Unsupported
from wellread.answer.verify.verifier import Source, unsupported
from wellread.records.conversation import Statement
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences
from wellread.screen.terms import terms
from wellread.screen.values import values

Span = tuple[Passage, int, int]
"""`passage.text[start:end]`."""

_TRIED = 4
"""Sentences of which each is tried alone."""
_SUPPORTS = 0.5
"""Share of a statement's telling words from which on a sentence may take its place."""
MOST_SPANS = 3
"""That one statement may rest on."""
_NEAR = 2
"""Sentences around the first one that may complete it, whatever their words."""
_SHARED = 0.4
"""Share of the statement's telling words from which on a sentence further away may complete it."""


def check(text: str, passages: Sequence[Passage], question: str = "") -> Statement | None:
    """`text` with the spans that hold it up.

    Where one does not, the source's own sentence instead, if it tells of what was asked; else None. So whatever is
    returned is either held up by its citations or quoted from them.
    """
    candidates = _candidates(text, passages)
    if not candidates:
        return None
    share, support = candidates[0]
    wrong = twisted(Reading(text), [Reading(_words(span)) for _, span in candidates])
    if not wrong:
        spans, wrong = _held_up(text, [span for _, span in candidates], passages)
        if not wrong:
            return Statement(inert(text.strip()), tuple(cite(*span) for span in spans))
    if share < _SUPPORTS or any(one.sort == "words" for one in wrong) or not _tells_of(support, question):
        return None
    citation = cite(*support)
    return Statement(inert(" ".join(citation.quote.split())), (citation,))


def _candidates(text: str, passages: Sequence[Passage]) -> list[tuple[float, Span]]:
    """The sentences that share most of the telling words of `text`, each with the share, the best first."""
    wanted = frozenset(terms(text))
    shares = [
        (len(wanted & frozenset(terms(passage.text[start:end]))) / max(len(wanted), 1), (passage, start, end))
        for passage in passages
        for start, end in sentences(passage.text)
    ]
    return [one for one in sorted(shares, key=lambda pair: -pair[0]) if one[0] >= _SHARED][:_TRIED]


def _held_up(
    text: str, candidates: Sequence[Span], passages: Sequence[Passage]
) -> tuple[list[Span], list[Unsupported]]:
    """The spans that `text` rests on, the best first, and what none of them says: one candidate alone, if one
    suffices, else the best with others beside it.

    A name or amount that the first one lacks may stand in another sentence. But an amount beside which the first one
    has another of its kind is wrong, wherever else it stands; and so is what is denied.
    """
    for candidate in candidates:
        if not (wrong := _wrong(text, [candidate])):
            return [candidate], wrong
    support = candidates[0]
    spans, wrong = [support], _wrong(text, [support])
    while wrong and len(spans) < MOST_SPANS and not _final(wrong, support):
        others = [span for span in _completing(text, support, passages) if span not in spans]
        judged = [(_wrong(text, [*spans, span]), span) for span in others]
        better = min(judged, key=lambda pair: len(pair[0]), default=None)
        if better is None or len(better[0]) >= len(wrong):
            break
        wrong = better[0]
        spans.append(better[1])
    return spans, wrong


def _wrong(text: str, spans: Iterable[Span]) -> list[Unsupported]:
    return unsupported(text, [Source(_words(span), span[0].heading_line) for span in spans])


def _words(span: Span) -> str:
    passage, start, end = span
    return passage.text[start:end]


def _final(wrong: Sequence[Unsupported], support: Span) -> bool:
    kinds = {value.kind for value in values(_words(support))}
    return any(
        one.sort in ("negation", "comparison") or kinds & {value.kind for value in values(one.text)}
        for one in wrong
    )


def _completing(text: str, support: Span, passages: Sequence[Passage]) -> list[Span]:
    """Sentences that may say what the first one leaves open: its neighbours, and those that share enough words."""
    wanted = frozenset(terms(text))
    found = []
    for passage in passages:
        spans = sentences(passage.text)
        first = spans.index((support[1], support[2])) if passage is support[0] else None
        for place, (start, end) in enumerate(spans):
            shared = len(wanted & frozenset(terms(passage.text[start:end]))) / max(len(wanted), 1)
            if shared >= _SHARED or (first is not None and abs(place - first) <= _NEAR):
                found.append((passage, start, end))
    return found


def _tells_of(span: Span, question: str) -> bool:
    """Whether a sentence, or the headings above it, has a word of the question."""
    asked = set(terms(question))
    return not asked or not asked.isdisjoint(terms(f"{span[0].heading_line} {_words(span)}"))


@dataclass(slots=True)
class Stream:
    """Takes pieces of text, gives whole checked statements to `emit`, and drops those nothing supports."""

    passages: Sequence[Passage]
    emit: Callable[[str], None]
    question: str = ""
    statements: list[Statement] = field(default_factory=list)
    _rest: str = ""

    def feed(self, piece: str) -> None:
        """Some more text; statements that are certainly complete are checked."""
        self._rest += piece
        spans = sentences(self._rest)
        for start, end in spans[:-1]:
            self._take(self._rest[start:end])
        if len(spans) > 1:
            self._rest = self._rest[spans[-1][0] :]

    def finish(self) -> list[Statement]:
        """The end of the text: whatever is left is the last statement."""
        for start, end in sentences(self._rest):
            self._take(self._rest[start:end])
        self._rest = ""
        return self.statements

    def _take(self, text: str) -> None:
        statement = check(text, self.passages, self.question)
        if statement and statement.text not in (one.text for one in self.statements):
            self.emit(f" {statement.text}" if self.statements else statement.text)
            self.statements.append(statement)
