"""Words that point the other way: `before` for `after`, `increased` for `fell`, `larger` for `smaller`."""

from collections.abc import Iterator, Sequence

from wellread.answer.verify.reading import Reading, Unsupported, Word

_PAIRS = (
    "more/less more/fewer most/least most/fewest higher/lower highest/lowest larger/smaller "
    "largest/smallest greater/smaller greater/less bigger/smaller longer/shorter longest/shortest "
    "older/younger oldest/youngest earlier/later earliest/latest faster/slower better/worse best/worst "
    "stronger/weaker increase/decrease increases/decreases increased/decreased increasing/decreasing "
    "increase/reduce increased/reduced rise/fall rises/falls rose/fell raise/lower raised/lowered "
    "before/after above/below first/last maximum/minimum allowed/forbidden allowed/prohibited "
    "permitted/forbidden permitted/prohibited required/optional mandatory/optional include/exclude "
    "includes/excludes included/excluded including/excluding accepted/rejected accept/reject "
    "approve/reject approved/rejected always/never with/without all/none north/south east/west "
    "northern/southern eastern/western upper/lower left/right positive/negative succeeded/failed "
    "enable/disable over/under within/after until/from until/since up/least past/next "
    "required/forbidden enabled/disabled legal/illegal possible/impossible lawful/unlawful paid/unpaid "
    "inside/outside internal/external import/export win/lose won/lost public/private open/closed "
    "sooner/later "
).split()
_TURNED: dict[str, set[str]] = {}
for _one, _other in (pair.split("/") for pair in _PAIRS):
    _TURNED.setdefault(_one, set()).add(_other)
    _TURNED.setdefault(_other, set()).add(_one)


def are_opposite(one: str, other: str) -> bool:
    """Whether two words in small letters point opposite ways."""
    return other in _TURNED.get(one, ())


def turned(said: Reading, sources: Sequence[Reading]) -> Iterator[Unsupported]:
    """Words of `said` whose opposite a source has in their place: no source has the word, and the same word stands
    before or after it. "A is larger than B" beside "B is smaller than A" is no flip."""
    present = {word.small for source in sources for word in source.words}
    for at, word in enumerate(said.words):
        opposites = _TURNED.get(word.small, set()) & present
        if word.small in present or not opposites:
            continue
        mine = _neighbours(said, at)
        if any(
            mine & _neighbours(source, place)
            for source in sources
            for place, other in enumerate(source.words)
            if other.small in opposites
        ):
            yield Unsupported("comparison", word.written)


def _neighbours(reading: Reading, at: int) -> set[tuple[int, str]]:
    """The telling word before a place and the one after it, with their sides."""
    before = next((word.stem for word in reversed(reading.words[:at]) if _stands(word)), None)
    after = next((word.stem for word in reading.words[at + 1 :] if _stands(word)), None)
    return {(side, found) for side, found in ((-1, before), (1, after)) if found}


def _stands(word: Word) -> bool:
    return word.tells and word.small != "than"
