"""How an answer stands to its sources, told by rules from the passages that were retrieved for this reader.

Nothing else is looked at, so what the asker may not read changes no verdict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from wellread.answer.disagreement import other_sides
from wellread.answer.outdated import is_outdated
from wellread.answer.parts import missing
from wellread.records.conversation import NOT_IN_SOURCES, Statement, Verdict
from wellread.records.knowledge import Hit, Passage


@dataclass(frozen=True, slots=True)
class Judgement:
    """The statements of an answer, those of sources that disagree behind them, and what they amount to."""

    statements: tuple[Statement, ...]
    verdict: Verdict
    missing: tuple[str, ...] = ()


def conclude(
    question: str, statements: Sequence[Statement], hits: Sequence[Hit], say: Callable[[str], None]
) -> Judgement:
    """The verdict of today on an answer whose statements were said already; what is to be said besides is said."""
    judged = judge(question, statements, hits, datetime.now(UTC).date())
    for side in judged.statements[len(statements) :]:
        say(f" {side.text}")
    if not statements:
        say(NOT_IN_SOURCES)
    return judged


def judge(question: str, statements: Sequence[Statement], hits: Sequence[Hit], today: date) -> Judgement:
    """The verdict on an answer from `hits`. The statements come back as they are, first; what another source says
    instead comes after them.

    Of several verdicts the gravest: that a source is over weighs more than that another contradicts it, and that more
    than that a part is missing.
    """
    if not statements:
        return Judgement((), "not in your sources")
    passages = [hit.passage for hit in hits]
    sides = [side for one in statements for side in other_sides(question, one, passages, today)]
    said = {(one.text, one.citations) for one in statements}
    others = (side for side in dict.fromkeys(sides) if (side.text, side.citations) not in said)
    shown = (*statements, *others)
    if _is_over(question, statements, passages, today):
        return Judgement(shown, "outdated")
    if len(shown) > len(statements):
        return Judgement(shown, "sources disagree")
    left_out = missing(question, statements)
    return Judgement(shown, "partly answered" if left_out else "answered", left_out)


def _is_over(
    question: str, statements: Sequence[Statement], passages: Sequence[Passage], today: date
) -> bool:
    """Whether a cited source says that it no longer holds. Of what was asked as of a past moment nothing is said."""
    return any(
        is_outdated(question, passage, (at.start - passage.start, at.end - passage.start), passages, today)
        for one in statements
        for at in one.citations
        for passage in passages
        if passage.id == at.passage and passage.held is None
    )
