"""What is denied, excepted or limited: `must not`, `no longer`, `unless`, `only`.

A denial is told by its head, the telling word that follows it: "must not exceed" denies `exceed`. A statement flips its
source when it denies a word that the source only affirms, or affirms one that the source only denies. Where the source
or the statement denies in other words ("prohibited", "unable"), nothing is held against it: wording is no error.
"""

import re
from collections.abc import Iterator, Sequence

from wellread.answer.verify.reading import Reading, Unsupported, Word

_NOT = frozenset("not never no cannot neither nor without none hardly rarely seldom".split())
_EXCEPT = frozenset("except unless excluding excepting".split())
DENIES = _NOT | _EXCEPT
_ONLY = frozenset("only solely exclusively".split())
_LIMITED = re.compile(
    r"\b(?:only|solely|exclusively|alone|just|sole|limited|restrict\w*|unless|except|nothing|other than|no|not|none"
    r"|single|one)\b",
    re.IGNORECASE,
)
"""What says in a source that nothing else is meant."""
_OTHERWISE = re.compile(
    r"\b(?:prohibit|forbid|forbad|bans?\b|banned|unable|unless|except|exempt|exclu|lack|fail|refus|den(?:y|ie)|free of"
    r"|instead|rather than|absen|optional|avoid|prevent|reject|stop|ceas|halt|discontinu|waive|opposite|contrary|false"
    r"|little|few\b|little|nobody|nothing|neither|nor\b|far from|only|but\b)",
    re.IGNORECASE,
)
"""Other ways to deny, as far as they can be told by a word."""
_NO_DENIAL = re.compile(
    r"\b(?:no|not|never)\s(?:more|fewer|less|later|earlier|longer than|older|greater|only|just|merely|one|to mention"
    r"|least)\b|\b(?:cannot|not|never) exceed|n['’]t exceed|\bno\.|\bwhether or not\b|\bif not\b",
    re.IGNORECASE,
)
"""What looks like a denial and is a limit, which is compared as one, or a way to join words."""
_PASSED_OVER = _NOT | frozenset(
    "longer yet even any been being had having really actually also ever currently should would could shall".split()
)
"""Words between a denial and its head."""
_CONDITION = frozenset("who which that if when where whoever whose".split())
_PREFIXES = ("un", "in", "im", "ir", "non", "non-", "dis")
_REACH = 8
"""Words behind a denial that it may deny too."""


def flipped(said: Reading, sources: Sequence[Reading]) -> Iterator[Unsupported]:
    """What `said` denies and its sources affirm, or the other way about."""
    for cues in (_NOT, _EXCEPT):
        yield from _added(said, sources, cues)
        yield from _dropped(said, sources, cues)
    only = next((word for word in said.words if word.small in _ONLY), None)
    if only and not any(_LIMITED.search(source.text) for source in sources):
        yield Unsupported("negation", only.written)


def _added(said: Reading, sources: Sequence[Reading], cues: frozenset[str]) -> Iterator[Unsupported]:
    """Heads that `said` denies, which the sources have and nowhere deny."""
    if any(_OTHERWISE.search(source.text) for source in sources):
        return
    reached = {word.stem for source in sources for at in denials(source, cues) for word in _after(source, at)}
    known = {word.stem for source in sources for word in source.words}
    for at in denials(said, cues):
        head = next(iter(_after(said, at)), None)
        if head is None or head.stem not in known or head.stem in reached:
            continue
        if not any(prefix + head.stem in known for prefix in _PREFIXES):
            yield Unsupported("negation", f"{said.words[at].written} {head.written}")


def _dropped(said: Reading, sources: Sequence[Reading], cues: frozenset[str]) -> Iterator[Unsupported]:
    """Heads that the sources deny wherever they have them, which `said` affirms."""
    if _OTHERWISE.search(said.text) or any(word.small in _EXCEPT for word in said.words):
        return
    if cues is _EXCEPT and denials(said, _NOT):
        return
    reached = {word.stem for at in denials(said, cues) for word in _after(said, at)}
    affirmed = {word.stem: word for word in said.words if word.tells and word.stem not in reached}
    for source in sources:
        for at in denials(source, cues):
            head = next(iter(_after(source, at)), None)
            conditional = any(word.small in _CONDITION for word in source.words[max(0, at - 3) : at])
            if head is None or conditional or head.stem not in affirmed:
                continue
            times = sum(word.stem == head.stem for other in sources for word in other.words)
            undone = any(prefix + head.stem in said.stems for prefix in _PREFIXES)
            if times == 1 and not undone:
                yield Unsupported("negation", affirmed[head.stem].written)


def denials(reading: Reading, cues: frozenset[str]) -> list[int]:
    """Places of the words in `cues` that deny or except. In a limit, such as `no more than`, they do not."""
    none = [match.span() for match in _NO_DENIAL.finditer(reading.text)]
    return [
        at
        for at, word in enumerate(reading.words)
        if (word.small in cues or ("not" in cues and word.small.endswith("n't")))
        and not any(start <= word.start < end for start, end in none)
    ]


def _after(reading: Reading, at: int) -> list[Word]:
    """The telling words that a denial may reach, its head first."""
    found = []
    for place in range(at + 1, min(at + 1 + _REACH, len(reading.words))):
        word = reading.words[place]
        if re.search(r"[.;:!?]\s", reading.text[reading.words[at].end : word.start + 1]):
            break
        if word.tells and word.small not in _PASSED_OVER:
            found.append(word)
    return found
