"""The small words of English questions, and how a question is taken apart into words."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[-'’./]\w+)*")

ASKING = frozenset("who whom whose what which when where why how".split())
AUXILIARIES = frozenset(
    "is are was were am be been being do does did has have had having can could may might must shall should will would "
    "isn't aren't don't doesn't can't".split()
)
PREPOSITIONS = frozenset(
    "for in at on with without during after before from until till since by under over about as within outside of to "
    "into through via per between".split()
)
DETERMINERS = frozenset(
    "a an the my our your each every any some no another all both which what whose many much".split()
)
PERSONAL = frozenset("i me we us you myself ourselves yourself".split())
LINKING = frozenset(
    "and or but also too so then else not only just even still already again really actually please instead ago often "
    "long much many more less most least far old soon high big late early few same other others ok okay yes well if "
    "that's what's it's there there's now today than very exactly sure anything something everything nothing".split()
)
LIGHT = frozenset(
    "take takes taken last lasts cost costs get gets got give given happen happens go goes work works mean means need "
    "needs apply applies say says tell know find use used make makes made want called come comes look looks start "
    "starts end ends begin begins pay pays paid think explain".split()
)
"""Verbs that name no subject."""
SINGULAR = frozenset("it its he him his she her hers".split())
PLURAL = frozenset("they them their theirs".split())
POINTING = frozenset("this that these those".split())
PRONOUNS = SINGULAR | PLURAL | POINTING
SMALL = ASKING | AUXILIARIES | PREPOSITIONS | DETERMINERS | PERSONAL | LINKING | PRONOUNS
"""Words that name nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """`question[start:end]`; `low` is it in lower case."""

    start: int
    end: int
    low: str
    is_capitalised: bool
    closes: bool
    """Whether a comma, a colon or the like stands right behind it."""

    @property
    def is_content(self) -> bool:
        """Whether it can name something."""
        return self.low not in SMALL

    @property
    def is_subject(self) -> bool:
        """Whether it can be a part of what a question is about."""
        return self.is_content and self.low not in LIGHT


def words_of(question: str) -> list[Word]:
    """In order."""
    found = []
    for match in _WORD.finditer(question):
        text = match.group()
        closes = question[match.end() : match.end() + 1] in (",", ";", ":", ".", "?", "!", ")", "(")
        found.append(
            Word(match.start(), match.end(), text.lower().replace("’", "'"), text[:1].isupper(), closes)
        )
    return found
