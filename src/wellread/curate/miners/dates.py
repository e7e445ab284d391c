"""When: dates, deadlines and times of day."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.miners.candidate import adjuncts, clauses, placed, propose
from wellread.curate.outline import Outline
from wellread.curate.wording import ask
from wellread.screen.quantities import DATE, TIME

_DATE = re.compile(
    rf"\b(?P<link>by|on|before|until|through|no later than|starting|beginning|effective|since|in|"
    rf"from|as of) "
    rf"(?P<answer>{DATE}(?:\s?(?:-|–|to|through|and)\s?{DATE})?)"
)
_TIME = re.compile(
    rf"\b(?P<link>by|at|before|until|no later than|from|between) (?P<answer>{TIME}(?:\s?(?:-|–|to|"
    rf"and)\s?{TIME})?)"
)
_IS = re.compile(rf"^(?:on )?(?P<answer>{DATE}|{TIME})(?:$|[,;(])")
_DEADLINE = frozenset(["by", "before", "no later than"])


def mine(outline: Outline) -> Iterator[Candidate]:
    """Dates and times that stand as an adjunct of a clause."""
    for statement, clause in clauses(outline):
        for pattern, when, by in ((_DATE, "when", "by what date"), (_TIME, "at what time", "by what time")):
            for match in adjuncts(clause, pattern):
                before, after = clause.rest[: match.start()], clause.rest[match.end() :]
                if not before.strip() or (
                    match["link"] == "in" and after[:1] == " " and after[1:2].isalnum()
                ):
                    continue
                if match["link"] in _DEADLINE:
                    questions: tuple[str, ...] = (ask(by, clause, before), ask("by when", clause, before))
                elif match["link"] in ("until", "through"):
                    questions = (ask("until when", clause, before),)
                elif match["link"] in ("since", "as of"):
                    questions = (ask("since when", clause, before),)
                else:
                    questions = (
                        ask(when, clause, before),
                        ask("on what date" if pattern is _DATE else when, clause, before),
                    )
                    if match["link"] in ("in", "from", "between"):
                        questions = questions[:1]
                yield propose(statement.plain, questions, placed(clause, match, "answer"))
        said = _IS.match(clause.rest)
        if said is not None and clause.auxiliary in ("is", "are", "was") and not clause.lead:
            yield propose(statement.plain, (ask("when", clause, ""),), placed(clause, said, "answer"))
