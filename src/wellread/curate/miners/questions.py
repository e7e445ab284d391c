"""Questions the documents ask themselves: headings and lines that end with a question mark, and their
answers."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.lexicon import IMPERATIVES
from wellread.curate.miners.candidate import propose
from wellread.curate.outline import Outline
from wellread.curate.plain import OPAQUE, Plain
from wellread.curate.wording import finished

_QUESTION = re.compile(
    r"^(?:Q\s?[:.]\s?|\d+[.)]\s?)?(?P<question>(?:What|When|Where|Who|Whom|Why|How|Which|Can|Do|"
    r"Does|Is|Are|Should|May|Must|Will|Am)\b.+\?)$"
)
_ANSWER = re.compile(r"^(?:A\s?[:.]\s?)?(?P<answer>.+?)[.!]?$", re.DOTALL)
_LIMITED = re.compile(r"^(?P<answer>.{15,}?)(?:[;(:]|,\s(?:but|so|which|because)\b|\s[-–—]\s|—|\.\s)")
_TELLING = "|".join(verb.capitalize() for verb in sorted(IMPERATIVES))
_EXPECTED: tuple[tuple[str, str], ...] = (
    (r"(?:What|Who) (?:is|are) (?P<term>.+)\?", r"(?:an?|the|our|one)\s"),
    (r"When|How (?:long|soon|often|far)", r".*(?:\d|\b(?:day|week|month|year|hour|time|before|"
                                          r"after|when|once|until|by)s?\b)"),
    (r"How (?:much|many)", r".*(?:\d|\b(?:one|two|three|four|five|six|ten|no|all)\b)"),
    (r"Where", r".*\b(?:in|at|on|from|under|to)\b"),
    (r"Who|Whom", r".*(?:@|\b(?:team|manager|supervisor|lead|office|officer|staff|employees?|"
                  r"contact|you|people)\b)"),
    (r"Why", r"(?:.*\b(?:because|so that|since|in order to)\b|To\b)"),
    (r"How (?:do|can|should|must|will|to)\b", r"(?:You (?:can|must|should|will|need|may)|By|Use|"
                                              r"Using|Through|Via|To|" + _TELLING + r")\b"),
    (r"(?:Can|Do|Does|Is|Are|Should|May|Must|Will|Am)\b", r"(?:Yes|No|Not|Only|Generally|Typically|"
                                                          r"Usually|Absolutely|It depends|You)\b"),
)  # fmt: skip
"""How questions begin, and how what answers them begins."""
_POINTS_AWAY = re.compile(
    r"\b(?:see|below|above|here|following|click|read more|this page|this guide|learn more|"
    r"check out|refer to|listed)\b|[?:]$",
    re.IGNORECASE,
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """The first sentence under a heading that is a question, where it is short and says something itself."""
    for position, statement in enumerate(outline.statements):
        if statement.first and (asked := _QUESTION.match(statement.heading)):
            yield from _answered(asked["question"], statement.plain)
        asked = _QUESTION.match(statement.text)
        following = outline.statements[position + 1 : position + 2]
        if asked is not None and re.match(r"Q\s?[:.]", statement.text) and following:
            yield from _answered(asked["question"], following[0].plain)


def _answered(question: str, said: Plain) -> Iterator[Candidate]:
    match = _LIMITED.match(said.text) or _ANSWER.match(said.text)
    if match is None or OPAQUE in said.text or _POINTS_AWAY.search(said.text):
        return
    answer = match["answer"]
    if len(answer.split()) < 4 or answer.split()[0].lower() in (
        "this",
        "these",
        "that",
        "it",
        "they",
        "want",
        "there",
    ):
        return
    if len(question.split()) >= 4 and _fits(question, answer):
        yield propose(said, (question, finished(question)), match.span("answer"))


def _fits(question: str, answer: str) -> bool:
    """Whether `answer` is of the kind that `question` asks for."""
    for opening, reply in _EXPECTED:
        asked = re.match(opening, question)
        if asked is None:
            continue
        if term := asked.groupdict().get("term"):
            named = re.match(
                rf"(?:(?:an?|the)\s)?{re.escape(term)}\b.{{0,40}}?\s(?:is|are|refers to|means)\s",
                answer,
                re.IGNORECASE,
            )
            return named is not None or re.match(reply, answer, re.IGNORECASE) is not None
        return re.match(reply, answer) is not None
    return False
