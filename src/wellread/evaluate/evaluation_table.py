"""Evaluations as tables for the terminal, readable at 80 columns."""

from collections.abc import Sequence

from rich.table import Table

from wellread.evaluate.change import GUARDED, Against
from wellread.evaluate.figures import duration, p_value, percent, percents, points, points_between
from wellread.evaluate.measures import METRICS
from wellread.pages.terminal import captioned_table
from wellread.pages.words import count
from wellread.records.evaluation import Agreement, Evaluation, Figure


def shown(figure: Figure) -> str:
    """A figure as people read it: a share in percent, a time with its unit, a dash where there is none."""
    metric = METRICS[figure.name]
    if figure.value is None:
        return "–"
    if metric.fold == "share":
        return percent(figure.value)
    return duration(figure.value) if figure.name.endswith("_ms") else f"{figure.value:,.0f}"


def figures_table(evaluation: Evaluation) -> Table:
    """One row a metric."""
    asked = count(len(evaluation.measured), "question")
    without = sum(question.answer is None for question in evaluation.questions)
    table = captioned_table(
        f"{asked}, {without} of them without an answer; n = those that the metric is defined for; "
        "what each means: docs/design/evaluation.md"
    )
    for name in ("metric", "", "95%", "n"):
        table.add_column(name, justify="right" if name != "metric" else "left", no_wrap=True)
    table.add_column("", style="dim")
    for figure in evaluation.figures:
        interval = percents(figure.interval) if figure.interval else ""
        table.add_row(
            figure.name,
            shown(figure),
            interval,
            str(figure.n) if figure.n else "",
            METRICS[figure.name].words,
        )
    return table


def judges_table(evaluation: Evaluation) -> Table:
    """One row a judge, then one for each two that can be compared."""
    table = captioned_table(
        "of answers to questions that have one; kappa = agreement beyond chance (Cohen's)"
    )
    table.add_column("judge")
    for name in ("correct", "failed", "agree", "kappa"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in evaluation.judges:
        table.add_row(one.name, f"{one.correct}/{one.judged}", str(one.failed), "", "")
    for pair in evaluation.agreements:
        table.add_row(
            f"{pair.one} and {pair.other}", "", "", f"{percent(pair.share)} of {pair.n}", kappa(pair)
        )
    return table


def kappa(pair: Agreement) -> str:
    """Two decimals; a dash where chance alone would always agree."""
    return "–" if pair.kappa is None else f"{pair.kappa:.2f}"


def changes_table(against: Against) -> Table:
    """One row for each metric that moved; what is guarded is bold."""
    table = captioned_table(
        f"points since evaluation {against.number}, over {count(against.shared, 'question')} in both; "
        "bold = what --no-worse-than guards"
    )
    table.add_column("metric", no_wrap=True)
    for name in ("points", "95%", "chance", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for one in against.changes:
        if one.difference or one.metric in GUARDED:
            sure = "" if not one.is_sure else "worse" if one.is_worse else "better"
            figures = points(one.difference), points_between(one.interval), p_value(one.p_value)
            table.add_row(one.metric, *figures, sure, style="bold" if one.metric in GUARDED else "")
    return table


def list_table(evaluations: Sequence[Evaluation]) -> Table:
    """One row an evaluation."""
    table = captioned_table(
        "refused = rightly, wrongly; cited = characters in the evidence; faith = faithful statements"
    )
    for name in ("", "when", "questions", "adapter"):
        table.add_column(name, overflow="fold")
    for name in ("right", "correct", "refused", "cited", "faith"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in evaluations:
        held = one.comparison.conditions
        table.add_row(
            str(one.number),
            held.date[:10],
            one.setup.questions,
            held.adapter or "none",
            shown(one.figure("right")),
            shown(one.figure("correct")),
            f"{shown(one.figure('rightly_refused'))} {shown(one.figure('wrongly_refused'))}",
            shown(one.figure("citation_precision")),
            shown(one.figure("faithful")),
        )
    return table
