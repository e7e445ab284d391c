"""A comparison as tables for the terminal, readable at 80 columns. Arms are named as on the command line."""

from rich.table import Table

from wellread.evaluate.figures import (
    duration,
    p_value,
    per_thousand,
    percent,
    percents,
    points,
    points_between,
)
from wellread.pages.terminal import captioned_table
from wellread.pages.words import count
from wellread.records.comparison import ArmResult, Comparison


def arms_table(comparison: Comparison) -> Table:
    """One row an arm; the best score is bold. Money is for 1,000 correct answers."""
    asked = count(comparison.arms[0].questions if comparison.arms else 0, "question")
    currency = comparison.conditions.currency
    table = captioned_table(
        f"{asked}; right = correct or rightly refused, and its 95% interval; "
        f"refused = rightly, wrongly; cost = {currency} for 1,000 correct answers"
    )
    table.add_column("arm", no_wrap=True)
    for name in ("right", "95%", "correct", "refused", "cited", "p50", "p95", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    best = max((arm.score for arm in comparison.arms), default=0.0)
    for arm in comparison.arms:
        table.add_row(*_cells(arm), style="bold" if arm.score == best else "")
    return table


def pairs_table(comparison: Comparison) -> Table:
    """One row for each two arms: how far the better is above the other, in points."""
    table = captioned_table(
        "points between arms over the same questions; only = questions that just one of the two gets right"
    )
    table.add_column("arm", no_wrap=True)
    table.add_column("against", no_wrap=True)
    for name in ("points", "95%", "only", "chance"):
        table.add_column(name, justify="right", no_wrap=True)
    for given in comparison.pairs:
        pair = given if given.difference >= 0 else given.reversed()
        table.add_row(
            pair.arm_a,
            pair.arm_b,
            points(pair.difference),
            points_between(pair.interval),
            f"{pair.only_a} : {pair.only_b}",
            p_value(pair.p_value),
        )
    return table


def _cells(arm: ArmResult) -> tuple[str, ...]:
    return (
        arm.arm,
        percent(arm.score),
        percents(arm.interval),
        f"{arm.correct}/{arm.answerable}",
        f"{arm.rightly_abstained} + {arm.wrongly_abstained}",
        str(arm.cited),
        duration(arm.p50_ms),
        duration(arm.p95_ms),
        per_thousand(arm.cost_per_correct),
    )
