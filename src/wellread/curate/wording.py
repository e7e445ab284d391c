"""From a clause and an interrogative to a question a person could have asked."""

import re

from wellread.curate.clause import Clause
from wellread.curate.lexicon import AUXILIARIES, base_of, words

_TAIL = re.compile(
    r"\s*(?:[,;:(]|\s[-–—]\s|—|\b(?:and|or|but|which|who|so|because|although|though|unless|while|"
    r"whereas|as well as|including|except|such as|e\.g\.|i\.e\.)\b).*$",
    re.DOTALL,
)
_YOU = [
    (r"\byou are\b|\byou['’]re\b", "I am"),
    (r"\bare you\b", "am I"),
    (r"\byou were\b", "I was"),
    (r"\byou['’]ve\b", "I have"),
    (r"\byou['’]ll\b", "I will"),
    (r"\byourself\b", "myself"),
    (r"\byours\b", "mine"),
    (r"\byour\b", "my"),
]  # fmt: skip


_ONESELF = re.compile(r"\b(?P<before>[\w’']+) you\b(?=(?:\s+(?P<after>[a-z]+))?)", re.IGNORECASE)
_BEFORE_OBJECT = frozenset(["to", "for", "with", "by", "from", "on", "of", "at", "about", "between"])
_AFTER_OBJECT = frozenset(["to", "in", "on", "at", "by", "with", "within", "from", "for", "after", "before"])


def trimmed(rest: str) -> str:
    """What hangs on directly: everything up to the next clause, list member or parenthesis."""
    cut = _TAIL.search(rest)
    kept = rest if cut is None else rest[: cut.start()]
    if cut is not None and re.match(r"\s*(?:and|or)\b", cut.group()):
        kept = re.sub(r"\s(?:for|to|with|of|on|in|at|from|by|as)\s[\w’'-]+$", "", kept)
    return kept.strip(" ,.;:")


def ask(
    interrogative: str, clause: Clause, before: str, after: str = "", *, first_person: bool = True
) -> str:
    """`interrogative auxiliary subject before after lead?`; `before` and `after` are parts of the clause's
    rest."""
    auxiliary, subject = clause.auxiliary, clause.subject
    parts = [
        interrogative,
        auxiliary,
        inside(subject),
        before.replace(" also ", " ").strip(),
        trimmed(after),
        _lead(clause.lead),
    ]
    return finished(" ".join(part for part in parts if part), first_person=first_person)


def ask_subject(interrogative: str, clause: Clause, predicate: str) -> str:
    """The question whose answer is the subject: no inversion."""
    auxiliary = {"are": "is", "were": "was", "have": "has", "do": "does"}.get(
        clause.auxiliary, clause.auxiliary
    )
    return finished(f"{interrogative} {auxiliary} {predicate.removeprefix('also ')}", first_person=True)


def finished(text: str, *, first_person: bool = True) -> str:
    """One sentence with a capital and a question mark, seen from the asker: `your` becomes `my`."""
    text = re.sub(r"\s+", " ", text).strip(" ,.;:?")
    if first_person:
        for pattern, replacement in _YOU:
            text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
        text = _ONESELF.sub(_i_or_me, text)
        text = re.sub(r"\bare I\b", "am I", text)
        text = re.sub(r"\bwere I\b", "was I", text)
    return text[:1].upper() + text[1:] + "?"


def _i_or_me(match: re.Match[str]) -> str:
    """`help you with` becomes `help me with`, `once you have` becomes `once I have`."""
    before, after = match["before"].lower(), (match["after"] or "").lower()
    if before in AUXILIARIES | {"do", "does", "did"} or after in AUXILIARIES or base_of(after) is not None:
        return f"{match['before']} I"
    is_object = before in _BEFORE_OBJECT or base_of(before) is not None or not after or after in _AFTER_OBJECT
    return f"{match['before']} {'me' if is_object else 'I'}"


def _lead(lead: str) -> str:
    return lead[:1].lower() + lead[1:]


def inside(phrase: str) -> str:
    """`The form` inside a sentence: `the form`. A word with another capital or all by itself stays as it
    is."""
    first, _, others = phrase.partition(" ")
    if first == "I" or (len(first) > 1 and not first[1:].islower()):
        return phrase
    lower = first.lower()
    plural = not others and lower.endswith("s") and not lower.endswith(("ss", "us", "is"))
    common = plural or lower in _OPENING_WORDS or (others and others[0].islower())
    return lower + phrase[len(first) :] if common else phrase


_OPENING_WORDS = words(
    """a an the your our you we all any employees supervisors managers staff travelers new federal
    contractors users teams members leave travel requests receipts documents meetings records invoices"""
)
