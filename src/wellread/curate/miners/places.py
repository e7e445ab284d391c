"""Where things are, and by what means they are done."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.miners.candidate import adjuncts, clauses, hangs_together, placed, propose
from wellread.curate.outline import Outline
from wellread.curate.wording import ask, finished, inside
from wellread.screen.quantities import DAYS, MONTHS

_NOUN_PHRASE = r"(?:(?:the|your|our|a|an|this|#)\s?)?(?:[\w/&'’.#-]+\s){0,6}?[\w/&'’#-]*[\w#]"
_STOP = r"(?=\s*(?:$|[,;(]|\b(?:for|by|before|after|within|when|to)\b))"
_LOCATED = re.compile(
    rf"\b(?:be )?(?P<verb>located|found|stored|available|posted|listed|held|kept|saved|recorded|"
    rf"tracked|published|documented|hosted|maintained|published)(?: online)? (?P<answer>(?:in|on|"
    rf"at|from|through|via) {_NOUN_PHRASE}){_STOP}"
)
_MEANS = re.compile(
    rf"\b(?P<answer>(?:through (?:the |our )?(?!(?:{DAYS}|{MONTHS}))(?=[A-Z#])|by (?:emailing|using|"
    rf"filling out|completing|submitting|contacting|sending|posting|calling|asking|visiting|going) |(?:using|"
    rf"via) ){_NOUN_PHRASE}){_STOP}"
)
_ENTER = re.compile(
    rf"^(?P<verb>submit|record|enter|log|save|store|file|post|upload|track|report|request|register|"
    rf"document|keep|put|find|search for|look up|check|view)(?P<object> [^,;:()]{{3,60}}?)"
    rf" (?P<answer>(?:in|on) (?:the |your |our )?[A-Z#]{_NOUN_PHRASE}){_STOP}"
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """Places after `located`, `stored` and their like, and means after `through`, `via` and `using`."""
    for statement, clause in clauses(outline):
        for match in adjuncts(clause, _LOCATED):
            if not hangs_together(match["answer"]):
                continue
            before = clause.rest[: match.start()] + match[0][: match.start("answer") - match.start()]
            if clause.auxiliary in ("is", "are", "can", "should", "must", "will"):
                questions: tuple[str, ...] = (ask("where", clause, before),)
                if match["verb"] in ("found", "located", "available") and len(before.split()) <= 2:
                    questions = (
                        *questions,
                        finished(f"where can I find {inside(clause.subject)}"),
                    )
                yield propose(statement.plain, questions, placed(clause, match, "answer"))
        for match in adjuncts(clause, _MEANS):
            before = clause.rest[: match.start()]
            if (
                hangs_together(match["answer"])
                and 2 <= len(before.split()) <= 10
                and clause.auxiliary not in ("may", "might", "would", "could")
                and not re.match(r"(?:need|have|want|like) to\b", before)
            ):
                questions = (ask("how", clause, before),)
                yield propose(statement.plain, questions, placed(clause, match, "answer"))
        entered = _ENTER.match(clause.rest)
        if (
            entered is not None
            and entered.start("answer") >= clause.exact
            and hangs_together(clause.rest[: entered.start("answer")])
        ):
            questions = (ask("where", clause, entered["verb"] + entered["object"]),)
            yield propose(statement.plain, questions, placed(clause, entered, "answer"))
