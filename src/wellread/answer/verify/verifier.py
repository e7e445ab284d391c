"""What a statement says that its sources do not: the rules, one after another.

Rules see words, amounts and denials, not meaning. So they pass a statement that puts the words of its source together
wrongly, and they are made not to refuse another wording of the same. A judge that was trained for entailment belongs
behind them, for what they pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wellread.answer.verify.amounts import wrong_amounts
from wellread.answer.verify.copies import twisted
from wellread.answer.verify.denial import flipped
from wellread.answer.verify.links import added_links
from wellread.answer.verify.names import is_a_name, unknown_names
from wellread.answer.verify.opposites import turned
from wellread.answer.verify.reading import Reading, Unsupported, stems_of
from wellread.screen.sentences import sentences

LEAST_SHARED = 0.5
"""Share of a statement's telling words that its sources and their headings have."""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited span, and what stands above it: the title and headings, which explain it and state nothing."""

    text: str
    heading: str = ""


def unsupported(statement: str, sources: Sequence[Source]) -> list[Unsupported]:
    """What `statement` says that no span of `sources` says, in the order of the rules; empty when it is held up.

    A span repeated as it is, or whole sentences of it, are always held up, whatever their case and white space; links
    and markup among its words are none of it.
    """
    said = Reading(statement)
    spans = [Reading(source.text) for source in sources]
    above = [Reading(source.heading) for source in sources if source.heading]
    added = list(dict.fromkeys(added_links(said, (*spans, *above))))
    if any(_repeats(said, span) for span in spans):
        return added
    found = [
        *added,
        *unknown_names(said, spans, above),
        *wrong_amounts(said, spans, above),
        *flipped(said, spans),
        *turned(said, spans),
        *twisted(said, spans),
        *_missing(said, spans, above),
    ]
    return list(dict.fromkeys(found))


def _repeats(said: Reading, span: Reading) -> bool:
    if said.plain not in span.plain:
        return False
    parts = [Reading(span.text[start:end]).plain for start, end in sentences(span.text)]
    return said.plain == span.plain or any(
        said.plain == f" {' '.join(part.strip() for part in parts[first : last + 1])} "
        for first in range(len(parts))
        for last in range(first, len(parts))
    )


def _missing(said: Reading, spans: Sequence[Reading], above: Sequence[Reading]) -> list[Unsupported]:
    """All telling words that are missing, when most of them are. Of names the rule for names has judged."""
    known = stems_of((*spans, *above))
    names = {word for at, word in enumerate(said.words) if is_a_name(said, at)}
    unknown = {one.text for one in unknown_names(said, spans, above)}
    telling = [word for word in said.words if word.tells and not said.in_value(word)]
    missing = [
        word.written
        for word in telling
        if (word.written in unknown if word in names else word.stem not in known)
    ]
    exact = len(telling) == 1 and said.values
    if exact or len(telling) - len(missing) >= LEAST_SHARED * len(telling):
        return []
    return [Unsupported("words", " ".join(missing))]
