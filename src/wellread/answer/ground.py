"""Where an answer's words stand in its source: copied exactly, or with a slip that the source puts right.

Small models copy with slips ("EuPaul Dias" for "Paul Dias").
"""

import difflib
import re

from wellread.models.copying import WORD

_NUMBER = re.compile(r"\d")
ORDINARY = frozenset(
    "a an and are as at be by can do does for from has have he how i if in is it its may must no not of on or she so "
    "that the their there they this to was we were what when where which who will with yes you your".split()
)
"""Words that carry no fact by themselves."""
_CLOSE_ENOUGH = 0.85
"""Similarity (difflib ratio) from which a slip is taken for the words it nearly copies."""


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
