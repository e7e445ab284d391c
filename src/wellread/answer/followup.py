"""A follow-up question is completed from the conversation by rules, and a question that stands alone is left as it is.

    How long is parental leave?
    And for part-timers?        How long is parental leave for part-timers?
    Who approves it?            Who approves parental leave?

No model is asked: the default one is too small to do it. The rules know English; what they do not know they leave
alone, since a question that is looked up as it was typed is the smaller harm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wellread.answer.anaphora import PAPERS, PERSONS, Anaphor, anaphora
from wellread.answer.fragments import insert_fragment
from wellread.answer.question_words import (
    ASKING,
    AUXILIARIES,
    DETERMINERS,
    PERSONAL,
    PLURAL,
    PREPOSITIONS,
    SMALL,
    Word,
    words_of,
)
from wellread.answer.subject import subject
from wellread.records.turns import Ground

LOOK_BACK = 4
"""Earlier turns that are looked at."""
LONGEST_FRAGMENT = 6
"""Words; more are a question of their own."""

_LEAD = re.compile(
    r"(?:(?:and|but|or|so|ok|okay|then|also)[,\s]+)*"
    r"(?:(?:what|how)\s+about\s+|(?:is\s+it\s+)?(?:the\s+)?same\s+(?=for|in|at|with|on))?",
    re.IGNORECASE,
)
_MOVING = frozenset("get go come travel drive fly walk move".split())
_NAME = re.compile(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier turn, as its person may read it today."""

    question: str
    """As it was looked up."""
    grounds: tuple[Ground, ...] = ()
    """Documents that lent `question` words."""
    answer: str = ""
    title: str = ""
    """Of the document that was cited last."""
    cited: tuple[Ground, ...] = ()
    """The documents that `answer` and `title` are of."""
    asked_back: bool = False
    """Whether it was answered by a question in return."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question to look up, and the documents that lent it words."""

    question: str
    grounds: tuple[Ground, ...] = ()


def understand(question: str, earlier: Sequence[Earlier]) -> Understood:
    """`question` completed from `earlier` turns, the latest last; unchanged when it stands alone."""
    typed = question.strip()
    lead = _LEAD.match(typed)
    rest = typed[lead.end() :] if lead else typed
    led = len(rest) < len(typed)
    words = words_of(rest)
    before = [one for one in earlier[-LOOK_BACK:] if not one.asked_back and words_of(one.question)]
    if earlier and earlier[-1].asked_back and _is_fragment(words):
        return Understood(_reply(earlier[-1].question, _bare(rest)))
    if not before or not words:
        return Understood(question)
    last = before[-1]
    found = anaphora(words)
    if not found and _is_fragment(words) and (led or _hangs(words, typed)):
        return Understood(insert_fragment(last.question, _bare(rest)), last.grounds)
    about = next((one for one in reversed(before) if subject(one.question)), None)
    if not found:
        return _short(question, rest, words, about) if about else Understood(question)
    return _replaced(rest, words, found, about or last)


def unclear(question: str) -> str:
    """What to ask in return of a question that nothing came before and that names nothing; "" for any other."""
    words = words_of(question)
    if any(word.is_subject for word in words):
        return ""
    if found := anaphora(words):
        said = question.strip()[words[found[0].first].start : words[found[0].last].end]
        return f"What is “{said}”? Ask again and name it."
    if words and words[0].low in ASKING | {"and"} and not any(_is_verbal(word) for word in words):
        return "What is the question about? Ask again and name it."
    return ""


def _is_verbal(word: Word) -> bool:
    return word.low in AUXILIARIES | PERSONAL


def _is_fragment(words: Sequence[Word]) -> bool:
    """A few words that name something and ask nothing."""
    small = AUXILIARIES | ASKING | PERSONAL
    return (
        0 < len(words) <= LONGEST_FRAGMENT
        and any(word.is_content for word in words)
        and not any(word.low in small for word in words)
    )


def _hangs(words: Sequence[Word], typed: str) -> bool:
    """A fragment that cannot be meant for a query: "For part-timers?", "Berlin?"."""
    return words[0].low in PREPOSITIONS - {"about"} or (len(words) == 1 and typed.endswith("?"))


def _bare(text: str) -> str:
    return text.strip().rstrip("?!. ")


def _reply(question: str, named: str) -> str:
    """A question that was unclear, with what was named in reply."""
    words = words_of(question)
    if found := anaphora(words):
        one = found[0]
        return question[: words[one.first].start] + named + question[words[one.last].end :]
    return f"{_bare(question)} {named}"


def _short(question: str, rest: str, words: Sequence[Word], about: Earlier) -> Understood:
    """ "How long?", "Who approves?", "How many days?": asked of what the question before was about."""
    named = [word for word in words if word.is_content]
    if words[0].low not in ASKING | PREPOSITIONS | {"anything", "what"} or len(named) > 1:
        return Understood(question)
    if len(words) > 3 + len(named) or any(_is_verbal(word) for word in words):
        return Understood(question)
    said, what = _bare(rest), _definite(subject(about.question))
    if words[-1].low in {"why", "how", "not"}:
        return Understood(f"{said}: {about.question}", about.grounds)
    if words[-1].low == "else":
        first, _, others = about.question.partition(" ")
        return Understood(
            f"{said} {others}" if first.lower() == words[0].low else f"{said}: {about.question}",
            about.grounds,
        )
    if not named:
        joint = "of " if words[-1].low in {"many", "ones"} else "is "
    else:
        joint = "" if words[0].low == "who" else "for "
    return Understood(f"{said} {joint}{what}?", about.grounds)


def _replaced(rest: str, words: Sequence[Word], found: Sequence[Anaphor], about: Earlier) -> Understood:
    kinds = {"they" if one.low in PLURAL else one.low for one in found}
    what, grounds = _antecedent(found[0], about)
    if not what:
        return Understood(rest)
    if len(found) > 1 and len(kinds) > 1:
        return Understood(f"{_bare(rest)} ({_bare(about.question)})?", about.grounds)
    if found[0].noun and not _names(found[0], what):
        return Understood(f"{_bare(rest)} ({what})?", grounds)
    text = rest
    for one in reversed(found):
        text = _put(text, words, one, what)
    return Understood(text[:1].upper() + text[1:], grounds)


def _antecedent(one: Anaphor, about: Earlier) -> tuple[str, tuple[Ground, ...]]:
    """What the word stands for, and the documents that its name was taken from."""
    if one.low in PERSONS and len(names := _persons(about.answer)) == 1:
        return names[0], about.grounds + about.cited
    if about.title and one.noun in PAPERS:
        return f"“{about.title}”", about.grounds + about.cited
    if what := subject(about.question):
        return _definite(what), about.grounds
    return about.title, about.grounds + about.cited


def _persons(answer: str) -> list[str]:
    """Names of two or more words."""
    found = []
    for name in _NAME.findall(answer):
        parts = name.split()
        while parts and parts[0].lower() in SMALL:
            parts = parts[1:]
        if len(parts) > 1:
            found.append(" ".join(parts))
    return list(dict.fromkeys(found))


def _put(text: str, words: Sequence[Word], one: Anaphor, what: str) -> str:
    last = one.last
    if one.noun and _names(one, what):
        last += 1
    if one.is_possessive:
        what += "'" if what.endswith("s") and what.rpartition(" ")[2].islower() else "'s"
    if one.low == "there" and one.first and words[one.first - 1].low not in PREPOSITIONS:
        what = f"{'to' if words[one.first - 1].low in _MOVING else 'at'} {what}"
    return text[: words[one.first].start] + what + text[words[last].end :]


def _names(one: Anaphor, what: str) -> bool:
    """Whether `what` says itself that it is a policy, where "this policy" stands for it."""
    return what.startswith("“") or what.lower().endswith(one.noun)


def _definite(what: str) -> str:
    first, _, rest = what.partition(" ")
    return f"the {rest}" if rest and first.lower() in DETERMINERS & {"a", "an"} else what
