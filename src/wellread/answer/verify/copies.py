"""A sentence that is copied but for a few words: then the words that differ are what was changed.

    A night may cost up to 120 euros.
    A night may cost at least 120 euros.      "up to" became "at least"

Of a paraphrase nothing is said here: too much of it differs for a difference to mean anything.
"""

import difflib
from collections.abc import Iterator, Sequence

from wellread.answer.ground import ORDINARY
from wellread.answer.verify.denial import DENIES, denials
from wellread.answer.verify.opposites import are_opposite
from wellread.answer.verify.reading import Reading, Unsupported, Word
from wellread.screen.sentences import sentences
from wellread.screen.values import Value

_COPIED = 0.7
"""Share of the statement's words that stand in the source in the same order."""
_FEWEST = 4
"""Words that do."""
_CLAUSE = 4
"""Words from which on what is left out is a clause, with whatever it denied."""
_LONGEST_NAME = 6
_TIMES = frozenset({"date", "month", "year", "time"})

Pieces = tuple[list[Word], list[Word]]
"""Words of the source, and those of the statement in their place."""


def twisted(said: Reading, sources: Sequence[Reading]) -> list[Unsupported]:
    """Names, amounts, denials and directions in which `said` differs from the sentence that it copies; empty when it
    copies none. Of several sentences the one counts that most words are copied from."""
    found: list[tuple[int, list[Unsupported]]] = []
    for source in sources:
        for start, end in sentences(source.text):
            copied = Reading(source.text[start:end])
            pieces = _differing(said, copied)
            if pieces is not None:
                changed = sum(len(came) for _, came in pieces)
                found.append((changed, list(_twists(said, copied, pieces))))
    return min(found, key=lambda pair: (pair[0], len(pair[1])), default=(0, []))[1]


def _differing(said: Reading, copied: Reading) -> list[Pieces] | None:
    """Where the two differ; None when `said` is no copy."""
    one, other = ([word.small for word in reading.words] for reading in (copied, said))
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    steps = matcher.get_opcodes()
    same = sum(last - first for step, _, _, first, last in steps if step == "equal")
    if same < max(_FEWEST, _COPIED * len(other)):
        return None
    return [(list(copied.words[a:b]), list(said.words[c:d])) for step, a, b, c, d in steps if step != "equal"]


def _twists(said: Reading, copied: Reading, pieces: Sequence[Pieces]) -> Iterator[Unsupported]:
    for left, came in pieces:
        text = " ".join(word.written for word in came or left)
        alone = not left or not came
        denied, denies = _denials(copied, left, alone=alone), _denials(said, came, alone=alone)
        bracketed = left and not came and copied.text[: left[0].start].rstrip().endswith(("(", "["))
        if denied != denies and len(left) < _CLAUSE and not bracketed:
            yield Unsupported("negation", text)
        elif left and came:
            values = [
                {(value.kind, value.amount): value for value in _touched(reading, words)}
                for reading, words in ((copied, left), (said, came))
            ]
            if values[0] and values[1] and values[0].keys() != values[1].keys():
                times = all(kind in _TIMES for kind, _ in values[1])
                yield Unsupported("date" if times else "number", text)
            elif any(are_opposite(one.small, other.small) for one in left for other in came):
                yield Unsupported("comparison", text)
            elif not values[0] and not values[1] and _renamed(left, came):
                yield Unsupported("name", text)


def _denials(reading: Reading, words: Sequence[Word], *, alone: bool) -> int:
    """0 or 1: two denials are none. What was put in or left out `alone` turned no limit into another wording of it."""
    limits = {word.start for word in reading.words} - {
        reading.words[at].start for at in denials(reading, DENIES)
    }
    denying = (word for word in words if word.small in DENIES or word.small.endswith("n't"))
    return sum(alone or word.start not in limits for word in denying) % 2


def _touched(reading: Reading, words: Sequence[Word]) -> list[Value]:
    return [value for value in reading.values if any(value.start <= word.start < value.end for word in words)]


def _renamed(left: Sequence[Word], came: Sequence[Word]) -> bool:
    """Whether one name stands where another did. Forms of one name, and a name for its initials, are one."""
    one, other = ([word for word in words if _is_named(word)] for words in (left, came))
    if not one or not other or max(len(left), len(came)) > _LONGEST_NAME:
        return False
    initials = ["".join(word.small[0] for word in words) for words in (one, other)]
    initials += ["".join(word.small[0] for word in words) for words in (left, came)]
    spelt = any(word.small.replace(".", "").removesuffix("s") in initials for word in (*one, *other))
    akin = any(a.small[:4] == b.small[:4] for a in left for b in came)
    return not spelt and not akin


def _is_named(word: Word) -> bool:
    short_form = word.written.isupper() and len(word.written) > 1
    return short_form or (not word.written[0].islower() and word.small not in ORDINARY)
