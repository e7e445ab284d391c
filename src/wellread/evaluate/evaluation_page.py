"""An evaluation as one HTML page: no script, no remote resource, nothing to install; it prints.

Reads from the top: every figure with its interval, how the figures moved over the evaluations that were kept, what
changed since the last one, the judges, every question with its answer, and under what conditions it was made.
"""

from collections.abc import Sequence

from wellread.evaluate import figures, plots
from wellread.evaluate.change import Against
from wellread.evaluate.evaluation_table import kappa, shown
from wellread.evaluate.measures import METRICS
from wellread.evaluate.report_questions import questions_section
from wellread.evaluate.report_table import table, table_row
from wellread.pages.markup import Markup, join, tag
from wellread.pages.shell import definitions, document, section
from wellread.pages.words import count
from wellread.records.evaluation import Evaluation, Figure

DRAWN = (
    "right",
    "correct",
    "wrongly_refused",
    "citation_precision",
    "citation_precision_passage",
    "faithful",
)
"""What is drawn over time."""
_COUNTED = (
    "An answer is correct when the expected words stand in it, whole and together, and it has at most 30 words, or "
    "when it shares enough words with what was expected (token F1 of at least 0.6) and brings no other figure. A "
    "character is a letter or a digit. Citation precision is the share of the cited characters that lie in the "
    "evidence of the question, averaged over answers; an answer to a question that has none counts as 0.",
    "Intervals hold with 95% confidence: Wilson's where each question counts 0 or 1, else from drawing the questions "
    "anew 10,000 times. The first question was asked once before anything was timed.",
)


def page(evaluation: Evaluation, against: Against | None, earlier: Sequence[Evaluation]) -> str:
    """The whole document; `earlier` are those over the same questions, the oldest first."""
    main = tag(
        "main",
        _figures(evaluation),
        _over_time([*earlier, evaluation]) if earlier else None,
        _changes(against) if against else None,
        _judges(evaluation) if evaluation.judges else None,
        questions_section(evaluation.comparison),
    )
    title = f"Evaluation {evaluation.number}: {shown(evaluation.figure('right'))} right"
    return document(title, plots.hatchings(), _header(evaluation, title), main, _footer(evaluation))


def _header(evaluation: Evaluation, title: str) -> Markup:
    held = evaluation.comparison.conditions
    asked = count(len(evaluation.measured), "question")
    return tag(
        "header",
        tag("div", "Wellread evaluation", class_="eyebrow"),
        tag("h1", title),
        tag("p", f"{asked} as people ask them, with {held.model}, on {held.date[:10]}.", class_="lead"),
    )


def _figures(evaluation: Evaluation) -> Markup:
    rows = [
        table_row(
            METRICS[one.name].words,
            _drawn(one),
            (("", shown(one)), ("95% interval", _between(one)), ("n", str(one.n))),
        )
        for one in evaluation.figures
        if one.n
    ]
    lead = "n is the number of questions that a metric is defined for."
    return section(
        "What was measured", lead, table(("metric", "", "", "95% interval", "n"), rows, plots.SHARES, _TICKS)
    )


_TICKS = [figures.percent(tick) for tick in plots.SHARES.ticks]


def _drawn(one: Figure) -> Markup | None:
    if one.value is None or one.interval is None:
        return None
    words = f"{shown(one)}, interval {_between(one)}"
    return plots.whisker(plots.SHARES, one.interval.low, one.value, one.interval.high, sure=True, words=words)


def _between(one: Figure) -> str:
    return figures.percents(one.interval) if one.interval else ""


def _over_time(evaluations: Sequence[Evaluation]) -> Markup:
    rows = []
    for name in DRAWN:
        found = [one.figure(name) for one in evaluations]
        values = [one.value for one in found]
        if any(value is not None for value in values):
            words = ", ".join(
                f"evaluation {made.number}: {shown(one)}"
                for made, one in zip(evaluations, found, strict=True)
            )
            drawn = plots.course(values, words)
            rows.append(
                table_row(
                    METRICS[name].words,
                    drawn,
                    (("first", shown(found[0])), ("now", shown(found[-1]))),
                )
            )
    first, last = evaluations[0], evaluations[-1]
    lead = (
        f"From evaluation {first.number} ({first.comparison.conditions.date[:10]}) to {last.number}, over the "
        "questions that each has; from the lower edge, 0%, to the upper, 100%."
    )
    return section("Over time", lead, table(("metric", "", "first", "now"), rows))


def _changes(against: Against) -> Markup:
    moved = [one for one in against.changes if one.difference]
    scale = plots.scale_with_zero([0.0, *(end for one in moved for end in one.interval)])
    rows = []
    for one in moved:
        between = figures.points_between(one.interval)
        words = f"{figures.points(one.difference)} points, interval {between}"
        drawn = plots.whisker(
            scale, one.interval.low, one.difference, one.interval.high, sure=one.is_sure, words=words
        )
        cells = (
            ("points", figures.points(one.difference)),
            ("95% interval", between),
            ("chance", figures.p_value(one.p_value)),
        )
        rows.append(table_row(METRICS[one.metric].words, drawn, cells))
    turned = [
        tag(
            "li",
            f"{'right' if one.now_right else 'wrong'} now: ",
            tag("span", one.question.question, dir="auto"),
        )
        for one in against.turned
    ]
    names = ("metric", "", "points", "95% interval", "chance")
    return section(
        f"Since evaluation {against.number}",
        f"Over {count(against.shared, 'question')} that both have; a filled dot can be told from chance.",
        table(names, rows, scale, [figures.points(tick) for tick in scale.ticks])
        if rows
        else tag("p", "Nothing moved."),
        tag("ul", *turned) if turned else None,
    )


def _judges(evaluation: Evaluation) -> Markup:
    said = [
        tag(
            "li",
            f"{one.name}: {one.correct} of {one.judged} answers are correct; it failed {one.failed} times",
        )
        for one in evaluation.judges
    ]
    agree = [
        tag(
            "li",
            f"{one.one} and {one.other} agree on {figures.percent(one.share)} of {one.n}, kappa {kappa(one)}",
        )
        for one in evaluation.agreements
    ]
    return section("What the judges say", None, tag("ul", *said, *agree))


def _footer(evaluation: Evaluation) -> Markup:
    held, setup = evaluation.comparison.conditions, evaluation.setup
    facts = {
        "Model": held.model,
        "Adapter": held.adapter or "none",
        "Embedder": setup.embedder,
        "Knowledge": f"{count(setup.documents, 'document')}, {setup.knowledge}",
        "Questions": f"{setup.questions}, SHA-256 {setup.digest[:16]}",
        "Mode": setup.mode,
        "Asked as": setup.person or "anybody",
        "Settings": ", ".join(f"{name} {value}" for name, value in setup.settings.items() if value != ""),
        "Wellread": setup.version,
        "Machine": held.machine,
        "Made": held.date,
        "Left out": "; ".join(f"{left.count} ({left.reason})" for left in evaluation.comparison.left_out)
        or "nothing",
    }
    return tag(
        "footer",
        section("How it was counted", None, join(*(tag("p", text) for text in _COUNTED))),
        section("Under what conditions", None, definitions(facts)),
    )
