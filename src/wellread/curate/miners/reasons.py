"""Why something is so, and what something is for."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.miners.candidate import clauses, hangs_together, placed, propose
from wellread.curate.outline import Outline
from wellread.curate.wording import ask

_BECAUSE = re.compile(r"^(?P<before>.{8,110}?),? (?P<answer>(?:because|since) (?!of\b)[^;()]+)$", re.DOTALL)
_USED = re.compile(r"^(?P<before>(?:be )?used) (?P<answer>(?:to|for) [^;:()]+)$", re.DOTALL)


def mine(outline: Outline) -> Iterator[Candidate]:
    """`because` clauses of an undivided sentence, and `is used to`."""
    for statement, clause in clauses(outline):
        match = _BECAUSE.match(clause.rest)
        if (
            match is not None
            and not clause.lead
            and hangs_together(match["before"])
            and " because" in match[0]
        ):
            yield propose(
                statement.plain, (ask("why", clause, match["before"]),), placed(clause, match, "answer")
            )
        used = _USED.match(clause.rest)
        if used is not None and not clause.lead:
            questions = (ask("what", clause, used["before"] + " for"),)
            yield propose(statement.plain, questions, placed(clause, used, "answer"))
