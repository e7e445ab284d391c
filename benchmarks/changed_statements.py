"""Statements made from sentences that answer real questions: right ones in other words, and ones with one thing wrong.

Every rule here gives None where it finds nothing to change. What is wrong is made by rules as well, so each kind holds
what those rules can make, and real slips of models may be others.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

Change = Callable[["Evidence", random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question with the sentence that answers it, the text around that, and a sentence of another document."""

    question: str
    answer: str
    sentence: str
    passage: str
    title: str
    elsewhere: str


_INTRODUCTION = re.compile(
    r"^(?!(?:if|unless|when|except|without|although|not)\b)(?:\w+\s){0,6}\w+,\s", re.IGNORECASE
)
_TAIL = re.compile(
    r",\s(?:which|who|where|including|such as|as well as|although|while|whereas|and)\b[^,]*(?=[.,]?$)"
)
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|must)\b", re.I
)
_CAPITALS = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b(?=\s\d|,? \d{{4}})")
_UNITS = {
    "days": "weeks", "weeks": "days", "months": "years", "years": "months", "hours": "days", "minutes": "hours",
    "million": "billion", "billion": "million", "thousand": "million", "km": "miles", "miles": "km", "%": " days",
    "percent": "people", "$": "€", "€": "$", "£": "$", "euros": "dollars", "mg": "kg", "kg": "mg", "hour": "minute",
    "day": "week", "month": "year", "week": "month", "metres": "kilometres", "kilometres": "metres",
}  # fmt: skip
_UNIT = re.compile(
    r"[$€£](?=\d)|(?<=\d)%|(?<=\d[\s-])(?:" + "|".join(word for word in _UNITS if word.isalpha()) + r")\b"
)
_POSITIVE = re.compile(
    r"\b(?:is|are|was|were|must|may|can|will|should|could|would)\b(?! not\b|n['’]t)", re.IGNORECASE
)
_NEGATIVE = re.compile(
    r"\b(is|are|was|were|must|may|can|do|does|did|will|should|could|would) ?not ", re.IGNORECASE
)
_TURNS = {
    "before": "after", "after": "before", "more than": "less than", "less than": "more than", "at least": "at most",
    "at most": "at least", "up to": "at least", "higher": "lower", "lower": "higher", "larger": "smaller",
    "smaller": "larger", "increased": "decreased", "decreased": "increased", "increase": "decrease",
    "within": "after", "until": "from", "over": "under", "earlier": "later", "first": "last", "largest": "smallest",
    "more": "less", "highest": "lowest", "required": "forbidden", "allowed": "forbidden", "always": "never",
}  # fmt: skip
_TURN = re.compile(r"\b(?:" + "|".join(sorted(_TURNS, key=len, reverse=True)) + r")\b")
_LONG_WORD = re.compile(r"(?<= )[a-z]{5,}(?= )")


def itself(evidence: Evidence, draw: random.Random) -> str | None:
    """In other white space and case."""
    text = re.sub(r"\s+", "\n", evidence.sentence)
    return text.upper() if draw.random() < 0.5 else text


def shortened(evidence: Evidence, draw: random.Random) -> str | None:
    """Without a bracket, an introduction or a clause at the end."""
    for pattern in (r"\s?\([^()]*\)", _TAIL, _INTRODUCTION):
        left = re.sub(pattern, "", evidence.sentence, count=1).strip()
        if left != evidence.sentence and len(left.split()) > 3:
            return left[0].upper() + left[1:]
    return None


def reworded(evidence: Evidence, draw: random.Random) -> str | None:
    """The question made into a statement with its answer."""
    asked = evidence.question.strip().rstrip("?").strip()
    if len(evidence.answer.split()) > 12:
        return None
    being = re.match(r"(?:what|who) (is|are|was|were) (.+)", asked, re.IGNORECASE)
    if being:
        return f"{being[2][0].upper()}{being[2][1:]} {being[1]} {evidence.answer}."
    doing = re.match(r"(?:what|who) (.+)", asked, re.IGNORECASE)
    if doing and not _AUXILIARY.match(doing[1]) and doing[1].split()[0].endswith(("s", "ed")):
        return f"{evidence.answer[0].upper()}{evidence.answer[1:]} {doing[1]}."
    placed = re.match(r"(?:when|where) (?:did|was|were|is|are|does|do) (.+)", asked, re.IGNORECASE)
    if placed:
        return f"{placed[1][0].upper()}{placed[1][1:]} {evidence.answer}."
    return None


def number(evidence: Evidence, draw: random.Random) -> str | None:
    """Another number."""
    return _replaced(evidence.sentence, _NUMBER, draw, lambda old: _other_number(old, evidence.passage, draw))


def unit(evidence: Evidence, draw: random.Random) -> str | None:
    """Another unit, currency or magnitude."""
    return _replaced(evidence.sentence, _UNIT, draw, lambda old: _UNITS[old])


def day(evidence: Evidence, draw: random.Random) -> str | None:
    """Another month or year."""

    def other(old: str) -> str | None:
        if old.isdigit():
            return _other_number(old, evidence.passage, draw)
        return draw.choice([name for name in _MONTHS if name not in evidence.sentence])

    return _replaced(evidence.sentence, _MONTH, draw, other) or _replaced(
        evidence.sentence, _YEAR, draw, other
    )


def name(evidence: Evidence, draw: random.Random) -> str | None:
    """Another name of the text in the place of one."""
    names = set(_CAPITALS.findall(evidence.passage))
    strangers = sorted(
        other for other in names if not set(other.lower().split()) & set(evidence.sentence.lower().split())
    )
    return (
        _replaced(evidence.sentence, _CAPITALS, draw, lambda old: draw.choice(strangers))
        if strangers
        else None
    )


def denial(evidence: Evidence, draw: random.Random) -> str | None:
    """A `not` taken out, or put in."""
    if _NEGATIVE.search(evidence.sentence):
        return _NEGATIVE.sub(r"\1 ", evidence.sentence, count=1)
    return _replaced(evidence.sentence, _POSITIVE, draw, lambda old: f"{old} not")


def direction(evidence: Evidence, draw: random.Random) -> str | None:
    """A limit or comparison turned round."""
    return _replaced(evidence.sentence, _TURN, draw, lambda old: _TURNS[old])


def elsewhere(evidence: Evidence, draw: random.Random) -> str | None:
    """A sentence of another document."""
    return evidence.elsewhere


def exchanged(evidence: Evidence, draw: random.Random) -> str | None:
    """Two numbers of the sentence in each other's place; not those of a list or range, where that changes nothing."""
    text = evidence.sentence
    found = list(_NUMBER.finditer(text))
    apart = [
        (a, b) for a, b in pairwise(found) if a[0] != b[0] and len(text[a.end() : b.start()].split()) > 2
    ]
    if not apart:
        return None
    one, two = apart[0]
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def word(evidence: Evidence, draw: random.Random) -> str | None:
    """An ordinary word exchanged for another of the text."""
    others = sorted(set(_LONG_WORD.findall(evidence.passage)) - set(evidence.sentence.lower().split()))
    return _replaced(evidence.sentence, _LONG_WORD, draw, lambda old: draw.choice(others)) if others else None


RIGHT: dict[str, Change] = {
    "the sentence itself, in other white space and case": itself,
    "a clause left out": shortened,
    "the question made into a statement with its answer": reworded,
}
WRONG: dict[str, Change] = {
    "another number": number,
    "another unit, currency or magnitude": unit,
    "another month or year": day,
    "another name of the text": name,
    "`not` put in or taken out": denial,
    "a limit or comparison turned round": direction,
    "a sentence of another document": elsewhere,
    "two numbers of the sentence exchanged": exchanged,
    "an ordinary word exchanged for another of the text": word,
}


def _replaced(
    text: str, pattern: re.Pattern[str], draw: random.Random, other: Callable[[str], str | None]
) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    match = draw.choice(found)
    new = other(match[0])
    return None if new is None else text[: match.start()] + new + text[match.end() :]


def _other_number(old: str, passage: str, draw: random.Random) -> str | None:
    plain = old.replace(",", "")
    for _ in range(20):
        digits = list(plain)
        places = [place for place, sign in enumerate(digits) if sign.isdigit()]
        place = draw.choice(places[-2:] if len(plain) == 4 else places)
        digits[place] = draw.choice("123456789")
        new = "".join(digits)
        if new != plain and new not in passage.replace(",", ""):
            return f"{int(new):,}" if "," in old and "." not in new else new
    return None
