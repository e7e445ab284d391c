"""Runs of one row to cells of a table."""

import re
from itertools import pairwise

from wellread.ingest.parse.pdf.lines import WIDE, Row, Run, joined

MOST_WORDS = 16
"""Words of a line above which it is a sentence and no label."""

_OPENS = re.compile(r"(?:US|CA|AU)?[$€£¥₹]\s?\(?|\(\s?[$€£¥₹]?")
_CLOSES = re.compile(r"[)%‰†‡*]{1,3}|\(\d{1,2}\)|pts?|bps|x")
_MARKER = re.compile(r"[-*•–·▪●○◦‣➢✓☐☒]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]", re.IGNORECASE)


def cells(row: Row) -> Row:
    """The row with what belongs to one cell joined: `$` and its figure, a figure and `%`, a bullet."""
    if sum(len(run.words) for run in row) > MOST_WORDS and all(
        after.left - run.right < WIDE * run.size for run, after in pairwise(row)
    ):
        return [joined(row)]
    made: Row = []
    for run in row:
        before = made[-1] if made else None
        if before is not None and (
            _touches(before, run)
            or (_OPENS.fullmatch(before.text) and run.is_number)
            or (before.text in "-–−" and run.is_number and run.left - before.right < WIDE * run.size)
            or (_CLOSES.fullmatch(run.text) and before.is_number and run.left - before.right < 2 * run.size)
            or (len(made) == 1 and _MARKER.fullmatch(before.text) and not run.is_number)
        ):
            made[-1] = joined((before, run))
        else:
            made.append(run)
    return made


def _touches(before: Run, run: Run) -> bool:
    """Superscripts are runs of their own, with a small gap."""
    raised = run.size < 0.85 * before.size
    return run.left - before.right < (0.6 if raised else 0.3) * before.size
