"""Words that stand for something said before: it, they, that, she, there. And the ones that only look like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellread.answer.question_words import (
    ASKING,
    AUXILIARIES,
    PLURAL,
    POINTING,
    PREPOSITIONS,
    SINGULAR,
    Word,
)
from wellread.answer.subject import is_verb, names_something_before

PERSONS = frozenset("he him his she her hers".split())
PAPERS = frozenset("document page guide text section article file".split())
"""What a source is called: "that page" is the one that was cited."""

LONG = 12
"""Words of a question that describes by itself what it begins with ("This annual event in ... is called what?")."""
_OWN = frozenset(
    "year month week quarter day time morning afternoon evening century company organisation organization firm team "
    "handbook workspace assistant chat".split()
)
"""This year, this company: what everybody knows without having said it."""
_EMPTY_IT = frozenset(
    "possible allowed permitted forbidden necessary required mandatory ok okay safe true better worth enough normal "
    "legal illegal hard difficult easy dangerous risky unusual usual common rare important likely unlikely useful "
    "good bad fine wise wrong right advisable acceptable called known said take takes cost "
    "costs make mean matter help happen".split()
)
_GOES_ON = frozenset("to that if whether when before until".split())
_OF_THOSE = frozenset("who of that which whose".split())


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A word, or two ("that page", "this one"), that stands for something said before."""

    first: int
    last: int
    """Positions of its words."""
    low: str
    is_possessive: bool = False
    noun: str = ""
    """What follows "this" or "that", in lower case."""


def anaphora(words: Sequence[Word]) -> list[Anaphor]:
    """Those that nothing in the question itself explains, in order."""
    found = [_anaphor(words, at) for at in range(len(words))]
    return [one for one in found if one is not None]


def _anaphor(words: Sequence[Word], at: int) -> Anaphor | None:
    word = words[at]
    low = word.low
    after = words[at + 1] if at + 1 < len(words) and not word.closes else None
    if low == "there":
        return None if _is_empty_there(words, at) or _explained(words, at) else Anaphor(at, at, low)
    if low in POINTING:
        return _pointing(words, at, after)
    if low not in SINGULAR | PLURAL or (low == "it" and _is_empty_it(words, at)) or _explained(words, at):
        return None
    owns = low in {"its", "his", "their"} or (low == "her" and after is not None and after.is_content)
    return Anaphor(at, at, low, is_possessive=owns and after is not None)


def _explained(words: Sequence[Word], at: int) -> bool:
    """By what stands before it, or behind the comma of its clause: "Before it expires, what must a guest do?"."""
    if names_something_before(words, at, plural=words[at].low in PLURAL):
        return True
    ends = next((place for place in range(at, len(words)) if words[place].closes), len(words))
    return any(word.is_subject for word in words[ends + 1 :])


def _pointing(words: Sequence[Word], at: int, after: Word | None) -> Anaphor | None:
    low = words[at].low
    before = words[at - 1].low if at else ""
    if (after is not None and after.low in _OWN | _OF_THOSE) or (at == 0 and len(words) > LONG):
        return None
    if low == "that" and after is not None and not _points(words, at, before):
        return None  # "the form that I need", "does it say that ..."
    if _explained(words, at):
        return None
    if after is not None and after.low in {"one", "ones"}:
        return Anaphor(at, at + 1, low)
    is_object = low == "that" and before in AUXILIARIES  # "is that paid?", "what does that mean?"
    noun = after.low if after is not None and after.is_content else ""
    if is_object and noun not in PAPERS:
        noun = ""
    return Anaphor(at, at, low, noun=noun)


def _points(words: Sequence[Word], at: int, before: str) -> bool:
    if before in AUXILIARIES:
        return not any(word.is_subject for word in words[:at])
    if before in PREPOSITIONS | ASKING | {"", "and"}:
        return True
    return is_verb(words, at - 1) and words[at + 1].is_content and not words[at + 1].low.endswith("s")


def _is_empty_there(words: Sequence[Word], at: int) -> bool:
    """ "Is there a gym?", "there are"."""
    near = [*words[max(at - 1, 0) : at], *words[at + 1 : at + 2]]
    return any(word.low in AUXILIARIES or word.low == "been" for word in near)


def _is_empty_it(words: Sequence[Word], at: int) -> bool:
    """ "Is it possible to ...", "how long does it take to ...", "what time is it"."""
    behind = words[at + 1 :]
    if any(word.low == "time" for word in words[:at]) and not (behind and behind[0].is_content):
        return True
    heads = [word.low for word in behind[:2]]
    if not set(heads) & _EMPTY_IT:
        return False
    return any(
        word.low in _GOES_ON and any(later.is_content for later in behind[place + 1 :])
        for place, word in enumerate(behind)
    )
