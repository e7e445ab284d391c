"""How far one word is from another, in slips of the finger.

A slip puts a letter in, leaves one out, changes one, or exchanges two neighbours (Damerau 1964; each place once).
"""

from collections.abc import Sequence

LONGEST_ENDING = 5
"""Letters that a stemmer takes off."""


def slips_between(first: str, second: str, most: int) -> int:
    """From one word to the other; `most` + 1 stands for more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    return min(_slips(first, second, most)[-1], most + 1)


def may_be_slip(word: str, stem: str, most: int) -> bool:
    """Whether a word of this stem may be at most `most` slips from `word`. A stem lacks an ending, and at most its last
    letter differs from the word's."""
    missing = len(word) - len(stem)
    if not -most <= missing <= min(LONGEST_ENDING + most, len(word) // 2):
        return False
    return min(_slips(stem, word, most + 1)) <= most + 1


def _slips(first: str, second: str, most: int) -> Sequence[int]:
    """From all of `first` to each beginning of `second`, by its length; given up above `most`."""
    before, row = list[int](), list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        last, before, row = before, row, [place]
        for other, against in enumerate(second, 1):
            slips = min(before[other] + 1, row[-1] + 1, before[other - 1] + (letter != against))
            exchanged = (
                other > 1 and place > 1 and letter == second[other - 2] and against == first[place - 2]
            )
            row.append(min(slips, last[other - 2] + 1) if exchanged else slips)
        if min(row) > most:
            return [most + 1] * (len(second) + 1)
    return row
