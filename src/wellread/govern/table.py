"""What is wrong with documents for the terminal, readable at 80 columns."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.table import Table

from wellread.govern.kinds import CALLED, SURE
from wellread.pages.terminal import captioned_table
from wellread.records.quality import Finding, QualityReport, Topic

SHOWN = 5
"""Findings of a kind that are shown in full."""
_LONGEST = 160


def counts_table(report: QualityReport) -> Table:
    """One row a kind: how many findings, by how sure they are."""
    found = Counter((one.kind, one.confidence) for one in report.findings)
    table = captioned_table("certain = follows from the words alone; possible = for a person to judge")
    table.add_column("finding", no_wrap=True)
    for sure in SURE:
        table.add_column(sure, justify="right", no_wrap=True)
    for kind in CALLED:
        if any(found[kind, sure] for sure in SURE):
            table.add_row(CALLED[kind].title, *(str(found[kind, sure] or "") for sure in SURE))
    return table


def topics_table(topics: Sequence[Topic]) -> Table:
    """One row a topic, those with most words first."""
    table = captioned_table("a topic is thin when it rests on one document or on few words")
    table.add_column("topic", max_width=42, no_wrap=True, overflow="ellipsis")
    for name in ("documents", "words", "newest"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for topic in topics:
        thin = "thin" if topic.thin else ""
        table.add_row(
            ", ".join(topic.terms), f"{topic.documents:,}", f"{topic.words:,}", topic.newest[:10], thin
        )
    return table


def lines(report: QualityReport) -> Iterator[str]:
    """The first findings of each kind with their words, as lines of text."""
    for kind in CALLED:
        found = [one for one in report.findings if one.kind == kind]
        if not found:
            continue
        yield ""
        yield f"{CALLED[kind].title}: {len(found)}"
        for one in found[:SHOWN]:
            yield from _finding(one)
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more: --json or --html FILE shows all"


def _finding(finding: Finding) -> Iterator[str]:
    names = [one.uri for one in finding.documents]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    yield f"  {', '.join(names[:4])}{more}  ({finding.confidence})"
    yield f"    {finding.because}"
    for quote in finding.quotes[:2]:
        words = " ".join(quote.text.split())
        yield f"    “{words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}” [{quote.start}-{quote.end}]"
