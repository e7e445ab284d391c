"""Words that tell what a text is about: without function words, and `leave`, `leaves` and `leaving` as one."""

import re
from collections.abc import Iterable
from functools import lru_cache

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’.][^\W_]+)*")

_FUNCTION_WORDS = frozenset(
    """a about above after again all also although always am among an and any are around as at be became because been
    before being below between both but by can cannot could did do does doing done down during each either else
    etc even ever every few first following for from further generally get gets getting give given gives go goes
    going got had has have having he her here hers him his how however i if in into is it its itself just last
    like made make makes many may me might more most much must my near neither no none nor normally not note now
    of off on once one only onto or other others otherwise our ours out over own per please put rather receive
    receives said same see shall she should since so some such take takes than that the their theirs them then
    there therefore these they this those though through thus to today together too toward under unless until up
    upon us use used uses using usually very via want was we well were what when where whether which while who
    whom whose why will with within without would yes yet you your yours currently typically simply need needs new
    applies apply i'm it's don't you'll you're we'll we're can't doesn't isn't aren't least maximum minimum
    exactly approximately""".split()
)  # fmt: skip
_VOWELS = frozenset("aeiouy")


def tokens(text: str) -> list[str]:
    """Every word in small letters; Chinese and Japanese characters one by one."""
    return TOKEN.findall(text.lower().replace("’", "'"))


def terms(text: str) -> list[str]:
    """The stems of the telling words of `text`, in order, with repetitions."""
    return terms_of(tokens(text))


def terms_of(found: Iterable[str]) -> list[str]:
    """As `terms`, of words in small letters."""
    return [stem(token) for token in found if token not in _FUNCTION_WORDS]


@lru_cache(maxsize=100_000)
def stem(token: str) -> str:
    """Plural, `-ing` and `-ed` off, where a word with a vowel stays: coarse, and the same on both sides."""
    word = token.removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and _VOWELS & set(root):
            doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if doubled else root
            break
    return word.removesuffix("e") if len(word) > 3 else word
