"""Which candidates become facts: the rules that a question and its answer must keep, each with its name."""

import re

from wellread.curate.facts import occurrences, spaced
from wellread.curate.lexicon import VAGUE, words
from wellread.curate.plain import OPAQUE

LONGEST_ANSWER = 20
"""Words."""
LONGEST_QUESTION = 30
"""Words."""
SHORTEST_PASSAGE = 12
"""Words; less is no context."""

_POINTS_AWAY = re.compile(
    r"\b(?:this|these|those|above|below|here|such|following|aforementioned|latter|former|(?:of|"
    r"after|before|by|to|for|from|on|with) that|(?:reserve|use|need|get|have|create|find|request|"
    r"submit) one)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|they|them|he|she|him|its|their)\b", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`\[\]{}<>|]|\bhttps?:")
_FUNCTION = VAGUE | words(
    """a an the is are was were be been do does did have has had can could may might must shall should will
    would i you we my your our me us of in on at by for with from to about into over per and or not how
    long soon often much many when where why whom time date far ahead before after within need get use
    take make much percentage quickly frequently described full name short stand"""
)


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its subject, in lower case."""
    return [word for word in re.findall(r"[a-z0-9][\w'’-]*", text.lower()) if word not in _FUNCTION]


def broken_rule(question: str, answer: str, passage: str) -> str | None:
    """The first rule that this fact breaks; None where it keeps all of them."""
    words = question.split()
    checks = {
        "passage too short": len(passage.split()) < SHORTEST_PASSAGE,
        "answer empty": not re.search(r"\w", answer),
        "answer too long": len(answer.split()) > LONGEST_ANSWER,
        "question too long": len(words) > LONGEST_QUESTION,
        "question too short": len(words) < 3,
        "question has no subject": len(content_words(question)) < 1
        or len(set(content_words(question)) - {"employee", "employees"}) < (1 if words[0] == "What" else 2),
        "question points elsewhere": bool(_POINTS_AWAY.search(question)),
        "question has a loose pronoun": _loose_pronoun(question),
        "answer points elsewhere": bool(
            re.search(r"\b(?:this|these|those|here|below|above|following)\b", answer, re.IGNORECASE)
        ),
        "markup in question or answer": OPAQUE in question + answer
        or bool(_MARKUP.search(question + answer.replace("http", ""))),
        "unbalanced": any(
            text.count("(") != text.count(")") or text.count('"') % 2 for text in (question, answer)
        ),
        "question contains the answer": occurrences(answer, question) > 0,
        "answer not in passage": spaced(answer).lower() not in spaced(passage).lower(),
        "answer more than once in passage": occurrences(answer, passage) > 1,
        "answer repeats the question": _repeats(question, answer),
        "answer cut off": bool(
            re.search(r"['’]s$|\b(?:and|or|of|to|the|a|an|in|for|with|by|at|from|your)$", answer)
        ),
        "list cut off": bool(
            re.search(
                r"\b(?:and|or|of|to|the|a|an|in|for|with|by|at|from|your|is|are|before|after|than|"
                r"when|if)\?$",
                question,
                re.IGNORECASE,
            )
        )
        and not re.search(r"\b(?:(?:used|short|stand) for|by)\?$", question),
    }
    return next((rule for rule, broken in checks.items() if broken), None)


def _repeats(question: str, answer: str) -> bool:
    """Whether a question of what something is gets itself for an answer."""
    asked = set(content_words(question)) - {"explain", "meant", "mean", "defined"}
    return question.startswith(("What", "How is")) and bool(asked) and asked <= set(content_words(answer))


def _loose_pronoun(question: str) -> bool:
    """A pronoun is loose unless a noun of the question stands before it for it to mean."""
    match = _PRONOUN.search(question)
    return match is not None and len(content_words(question[: match.start()])) < 3
