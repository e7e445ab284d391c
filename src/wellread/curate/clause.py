"""A sentence taken apart far enough to ask about it: lead, subject, auxiliary, and the rest.

    If you fly,   comp time   expires   26 pay periods after it is earned.
    lead          subject     verb      rest

    ->  auxiliary "does", rest "expire 26 pay periods after it is earned"

It parses with the word lists of `lexicon` alone and declines what it is not sure of, so most sentences give
None. That costs facts and no truth: what is asked is always said.
"""

import re
from dataclasses import dataclass

from wellread.curate.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BOUNDARIES,
    DISCOURSE,
    IMPERATIVES,
    PARTICIPLES,
    VAGUE,
    base_of,
    words,
)
from wellread.curate.plain import OPAQUE

_TOKEN = re.compile(r"[^\s,;:()\"“”—]+|[,;:()\"“”—]")
_OPENER = re.compile(
    rf"(?:{DISCOURSE})\s*[,:]\s*|(?:please note that|please note|note that|please)\s+", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?P<lead>(?:If|When|To|For|After|Before|During|Once|While|Unless|Upon|As part of|In order to)"
    r"\s[^,;:]{3,90}?),\s+(?:then\s)?",
    re.IGNORECASE,
)
_CONTRACTION = re.compile(r"(?P<subject>[Yy]ou|[Ww]e|[Tt]hey)['’](?P<aux>ll|re|ve)$")
_LATER = words("after before once it they")
_ORDER = words("first next last only main second third then final")
_LONGEST_SUBJECT = 10
_PREPOSITIONS = words("of in on at by for with from to about into over under per via within without")
_DETERMINERS = words("a an the your our their its his her my any each every no this that these those")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`auxiliary subject rest?` is the yes/no question of the sentence."""

    lead: str
    """The condition or purpose in front, without its comma; empty for none."""
    subject: str
    auxiliary: str
    rest: str
    """All after the auxiliary, the verb in its base form; without the full stop."""
    shift: int
    """`rest[i]` stands at `i + shift` of the sentence, for i at or after `exact`."""
    exact: int
    plural_or_you: bool
    imperative: bool = False
    """Whether the sentence told the reader to do it; the subject is then `I` and the auxiliary `should`."""


def parse(sentence: str) -> Clause | None:
    """The clause of a plain, affirmative, declarative or imperative sentence; None when it is none or
    unclear."""
    end = len(sentence.rstrip(' .!”")'))
    if OPAQUE in sentence or sentence.rstrip().endswith(("?", ":")) or end < 15:
        return None
    start = 0
    while opener := _OPENER.match(sentence, start):
        start = opener.end()
    lead_match = _LEAD.match(sentence, start)
    lead = ""
    if lead_match is not None:
        lead, start = lead_match["lead"], lead_match.end()
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(sentence, start, end)]
    if len(tokens) < 2:
        return None
    return _imperative(sentence, end, tokens, lead) or _declarative(sentence, end, tokens, lead)


_Token = tuple[int, int, str]


def _imperative(sentence: str, end: int, tokens: list[_Token], lead: str) -> Clause | None:
    start, stop, word = tokens[0]
    if word.lower() not in IMPERATIVES or tokens[1][2].lower() in AUXILIARIES | BOUNDARIES | _PREPOSITIONS - {
        "for"
    }:
        return None
    if (word.lower(), tokens[1][2].lower()) == ("check", "out"):
        return None
    if not lead and word[0].islower():
        return None
    if _has_a_finite_verb_of_its_own(tokens[1:9]):
        return None
    rest = word.lower() + sentence[stop:end]
    return Clause(
        lead=lead,
        subject="I",
        auxiliary="should",
        rest=rest,
        shift=start,
        exact=len(word),
        plural_or_you=True,
        imperative=True,
    )


def _has_a_finite_verb_of_its_own(tokens: list[_Token]) -> bool:
    """`Use of force is banned` starts like an imperative; `Use it if you must` is one."""
    for place, (_, _, word) in enumerate(tokens):
        if word.lower() in AUXILIARIES:
            before = {token[2].lower() for token in tokens[:place]}
            return not before & {"if", "when", "that", "which", "who", "you", "it"}
    return False


def _declarative(sentence: str, end: int, tokens: list[_Token], lead: str) -> Clause | None:
    for found in (_auxiliary(tokens), _lexical(tokens, complete=end < len(sentence))):
        if found is not None and (words := _subject_words(tokens, found[0])):
            return _clause(sentence[:end], tokens, lead, words, found)
    return None


def _subject_words(tokens: list[_Token], place: int) -> list[str]:
    """The words before the verb where they are a subject; none where they are not."""
    contraction = _CONTRACTION.match(tokens[place][2])
    words = [contraction["subject"]] if contraction else [token[2] for token in tokens[:place]]
    return words if _is_subject(words) else []


def _clause(
    said: str, tokens: list[_Token], lead: str, words: list[str], verb: tuple[int, str, str]
) -> Clause | None:
    place, auxiliary, base = verb
    contraction = _CONTRACTION.match(tokens[place][2])
    subject = words[0] if contraction is not None else said[tokens[0][0] : tokens[place - 1][1]]
    stop = tokens[place][1]
    rest = base + said[stop:] if base else said[stop:].lstrip()
    if not rest.strip() or re.match(r"\s*(?:not|never|no longer|n't)\b", rest[len(base) :]):
        return None
    shift = stop - len(base) if base else len(said) - len(rest)
    return Clause(
        lead=lead,
        subject=subject,
        auxiliary=auxiliary,
        rest=rest,
        shift=shift,
        exact=len(base),
        plural_or_you=words[-1].lower() in ("you", "we") or _plural(words),
    )


def _auxiliary(tokens: list[_Token]) -> tuple[int, str, str] | None:
    for place, (_, _, word) in enumerate(tokens[: _LONGEST_SUBJECT + 1]):
        lower = word.lower()
        contraction = _CONTRACTION.match(word)
        if contraction is not None and place == 0:
            return place, {"ll": "will", "re": "are", "ve": "have"}[contraction["aux"]], ""
        if place == 0:
            continue
        if lower in BOUNDARIES or lower in (",", ";", ":", "—"):
            return None
        if lower in AUXILIARIES:
            return place, lower, ""
        if lower in ("has", "have") and place + 1 < len(tokens):
            following = tokens[place + 1][2].lower()
            if following in PARTICIPLES or following.endswith("ed"):
                return place, lower, ""
    return None


def _lexical(tokens: list[_Token], *, complete: bool) -> tuple[int, str, str] | None:
    for place, (_, _, word) in enumerate(tokens[: _LONGEST_SUBJECT + 1]):
        if place == 0:
            continue
        lower = word.lower()
        if lower in BOUNDARIES or lower in (",", ";", ":", "(", "—"):
            return None
        before = [token[2].lower() for token in tokens[:place]]
        if before[-1] in ADVERBS and len(before) > 1:
            before = before[:-1]
        verb = base_of(lower) if word.islower() else None
        if verb is None or before[-1] in _PREPOSITIONS | _DETERMINERS:
            continue
        base, form = verb
        plural = before[-1] in ("you", "we") or _plural(before)
        if form == "past" and base != "require" and complete:
            return place, "did", base
        if form == "s" and not plural:
            return place, "does", base
        if form == "base" and plural:
            return place, "do", base
    return None


def head_noun(words: list[str]) -> str:
    """The noun a phrase is about: the last word before its first preposition."""
    for place, word in enumerate(words):
        if place and word.lower() in _PREPOSITIONS:
            return words[place - 1].lower()
    return words[-1].lower()


def _plural(words: list[str]) -> bool:
    head = head_noun(words)
    return head in ("you", "we", "people", "staff", "personnel") or (
        head.endswith("s") and not head.endswith(("ss", "us", "is", "'s", "’s"))
    )


def _is_subject(words: list[str]) -> bool:
    lowered = [word.lower() for word in words]
    if not lowered or len(lowered) > _LONGEST_SUBJECT or lowered[0] in VAGUE | _PREPOSITIONS | BOUNDARIES:
        return False
    if lowered[0] in ADVERBS | _ORDER or lowered[0].endswith("ly") or {"you", "we", "i"} & set(lowered[1:]):
        return False
    if len(lowered) > 1 and lowered[0] in IMPERATIVES and lowered[1] in _DETERMINERS:
        return False
    if lowered[-1] in _DETERMINERS | _PREPOSITIONS | ADVERBS | VAGUE | {"there"} or lowered == ["i"]:
        return False
    if set(lowered) & (BOUNDARIES - {"and", "or"} | _LATER | {",", ";", ":", "(", ")", "—", "–", "-", "not"}):
        return False
    return not (len(lowered) > 1 and lowered[-1] in ("you", "we", "they", "it"))
