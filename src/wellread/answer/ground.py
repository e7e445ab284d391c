"""Whether an answer's words stand in its sources: the check that catches copying slips.

Small models copy with slips ("EuPaul Dias" for "Paul Dias", 36 for 26). Names and numbers carry the facts, so every
one of them in an answer must stand in the passages it was made from.
"""

import difflib
import re
from collections.abc import Iterable

from wellread.models.copying import WORD

_NUMBER = re.compile(r"\d")
_PARTS = re.compile(r"[-/'’&+]+(?:s$)?")
"""What joins words that also stand alone. Not the dots, colons and signs inside numbers, times and addresses."""
ORDINARY = frozenset(
    "a an and are as at be by can do does for from has have he how i if in is it its may must no not of on or she so "
    "that the their there they this to was we were what when where which who will with yes you your".split()
)
"""Words that carry no fact by themselves."""
_CLOSE_ENOUGH = 0.85
"""Similarity (difflib ratio) from which a slip is taken for the words it nearly copies."""


def words(text: str) -> list[str]:
    """Lower-case words with inner punctuation kept ("3:30", "press@example.com"), signs apart."""
    return [match.group().lower() for match in WORD.finditer(text)]


def facts(text: str) -> list[str]:
    """Names, numbers and addresses of a text: words with a digit, an inner dot or sign, and capitalised words that do
    not merely open a sentence."""
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip()
        opens = not before or before[-1] in ".!?:\"'"
        name = word[0].isupper() and word.lower() not in ORDINARY and (not opens or word.isupper())
        if name or _NUMBER.search(word) or "@" in word or "." in word:
            found.append(word.lower())
    return found


def slips(answer: str, sources: Iterable[str]) -> list[str]:
    """Names and numbers of `answer` that stand in no source. Empty means none was made up or miscopied."""
    known: set[str] = set()
    for source in sources:
        for word in words(source):
            known.add(word)
            known.update(_PARTS.split(word))
    return [
        fact
        for fact in facts(answer)
        if fact not in known and not all(part in known for part in _PARTS.split(fact))
    ]


def locate(answer: str, text: str) -> tuple[int, int] | None:
    """The span of `text` that `answer` copies, exactly or nearly; None when it copies none.

    Exactly means up to case, white space and surrounding punctuation. Nearly means the closest run of as many
    words is at least 0.85 alike and has the same numbers: then the source's words are the answer, the slip is gone.
    """
    wanted = [match.group().lower() for match in WORD.finditer(answer)]
    present = [(match.group().lower(), match.start(), match.end()) for match in WORD.finditer(text)]
    if not wanted or len(wanted) > len(present):
        return None
    size = len(wanted)
    close: tuple[float, int] | None = None
    joined = " ".join(wanted)
    numbers = [word for word in wanted if _NUMBER.search(word)]
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(joined)
    for first in range(len(present) - size + 1):
        run = [word for word, _, _ in present[first : first + size]]
        if run == wanted:
            return present[first][1], present[first + size - 1][2]
        if [word for word in run if _NUMBER.search(word)] != numbers:
            continue  # a wrong number is another fact, however alike
        matcher.set_seq1(" ".join(run))
        if matcher.real_quick_ratio() >= _CLOSE_ENOUGH and matcher.quick_ratio() >= _CLOSE_ENOUGH:
            ratio = matcher.ratio()
            if ratio >= _CLOSE_ENOUGH and (close is None or ratio > close[0]):
                close = ratio, first
    if close is None:
        return None
    first = close[1]
    return present[first][1], present[first + size - 1][2]
