"""Names: whoever or whatever a statement calls by name must be called so in a source, or in the heading above it."""

import re
from collections.abc import Iterator, Sequence

from wellread.answer.ground import ORDINARY
from wellread.answer.verify.reading import Reading, Unsupported, Word, stems_of

_PARTS = re.compile(r"[-/'’&+.@,:]+")
_OPENING = ".!?:\"'“‘(•|"
_SAME_ROOT = 5
"""Letters that two forms of a name share, such as Germany and German."""
_ENDING = 3
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 2, 8


def unknown_names(
    said: Reading, sources: Sequence[Reading], context: Sequence[Reading]
) -> Iterator[Unsupported]:
    """Names, and words with a digit that are no amounts, which stand in no source and no heading."""
    everything = (*sources, *context)
    known = stems_of(everything)
    initials = [letters for reading in everything for letters in _initials(reading.words)]
    run: list[Word] = []
    for at, word in enumerate(said.words):
        if said.in_value(word) or not is_a_name(said, at):
            run = []
            continue
        run.append(word)
        if not (_known(word, known) or _spells(word, initials) or _abbreviated(said, at, known)):
            yield Unsupported("name", word.written)


def is_a_name(said: Reading, at: int) -> bool:
    """Whether the word at this place is a name or part of one, or has a digit."""
    word = said.words[at]
    if any(letter.isdigit() for letter in word.written) or "@" in word.written:
        return True
    short_form = word.written.isupper() and len(word.written) > 1 and not said.text.isupper()
    if not word.written[0].isupper() or (word.small in ORDINARY and not short_form):
        return False
    before = said.text[: word.start].rstrip()
    if before and before[-1] not in _OPENING:
        return True
    following = said.words[at + 1] if at + 1 < len(said.words) else None
    joined = following is not None and said.text[word.end : following.start] == " "
    return short_form or (
        joined
        and following is not None
        and following.written[0].isupper()
        and following.small not in ORDINARY
    )


def _known(word: Word, known: frozenset[str]) -> bool:
    if word.stem in known:
        return True
    parts = [part for part in _PARTS.split(word.small) if part and part != "s"]
    return all(_root_known(part, known) for part in parts)


def _root_known(part: str, known: frozenset[str]) -> bool:
    if part in known or part in ORDINARY:
        return True
    if any(letter.isdigit() for letter in part):
        return False
    return any(
        len(other) >= _SAME_ROOT
        and (part.startswith(other) or other.startswith(part))
        and len(part) >= _SAME_ROOT
        and abs(len(part) - len(other)) <= _ENDING
        for other in known
    )


def _initials(words: Sequence[Word]) -> tuple[str, str]:
    """The first letters of all words, and of those that are not function words."""
    return "".join(word.small[0] for word in words), "".join(word.small[0] for word in words if word.tells)


def _spells(word: Word, initials: Sequence[str]) -> bool:
    """`WHO` where a source has World Health Organization."""
    letters = word.written.replace(".", "")
    fits = _SHORTEST_ACRONYM <= len(letters) <= _LONGEST_ACRONYM and letters.isupper() and letters.isalpha()
    return fits and any(letters.lower() in one for one in initials)


def _abbreviated(said: Reading, at: int, known: frozenset[str]) -> bool:
    """`United States` where a source has US or U.S."""
    first = last = at
    while first > 0 and _goes_on(said, first - 1):
        first -= 1
    while last + 1 < len(said.words) and _goes_on(said, last):
        last += 1
    letters = [word.small[0] for word in said.words[first : last + 1]]
    telling = [word.small[0] for word in said.words[first : last + 1] if word.tells]
    short = {sign.join(some) for some in (letters, telling) for sign in ("", ".")}
    return len(telling) > 1 and any(one in known for one in short)


def _goes_on(said: Reading, at: int) -> bool:
    """Whether the name that the word at `at` belongs to has the next word too."""
    word, following = said.words[at], said.words[at + 1]
    joined = said.text[word.end : following.start] == " "
    both = all(
        one.written[0].isupper() or one.small in ("of", "and", "for", "the") for one in (word, following)
    )
    return joined and both
