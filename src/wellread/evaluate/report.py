"""A comparison as one HTML page: no script, no remote resource, nothing to install; it prints.

Reads from the top: the advice and its reasons, the arms in four tables with a drawing in each row, every
question with every answer, and how it was counted.
"""

from wellread.evaluate import figures, plots
from wellread.evaluate.figures import label
from wellread.evaluate.report_questions import KINDS, legend, questions_section
from wellread.evaluate.report_table import table, table_row
from wellread.evaluate.statistics import tells_apart
from wellread.pages.markup import Markup, join, tag
from wellread.pages.shell import definitions, document, section
from wellread.pages.words import capital, count
from wellread.records.comparison import Advice, ArmResult, Comparison, Pair

_COUNTED = (
    "An answer is correct when the expected words stand in it, whole and together, and it has at most 30 words, or "
    "when it shares enough words with what was expected (token F1 of at least 0.6) and brings no other figure. "
    "Case, punctuation, articles and line breaks do not count; marks inside figures do. A question without an "
    "answer in the documents is right when it is refused. A citation is right when it shows the evidence or the "
    "answer, or, where neither can be looked for, names the right document.",
    "Intervals hold with 95% confidence; they come from drawing the questions anew 10,000 times, with the answers "
    "of both arms together. Two arms are told apart when the interval of their difference excludes zero and "
    "McNemar's test (mid-p) is below 0.05. The first question was asked once before anything was timed.",
)


def page(comparison: Comparison, advice: Advice) -> str:
    """The whole document. Every word of the documents, questions and answers is escaped."""
    main = tag(
        "main",
        _scores(comparison, advice),
        _differences(comparison),
        _kinds(comparison, advice),
        _time_and_money(comparison, advice),
        questions_section(comparison),
    )
    parts = (plots.hatchings(), _header(comparison, advice), main, _footer(comparison))
    return document(f"Comparison: {advice.headline}", *parts)


def _header(comparison: Comparison, advice: Advice) -> Markup:
    asked, held = count(len(comparison.questions), "held-out question"), comparison.conditions
    arms = ", ".join(label(arm.arm) for arm in comparison.arms)
    warned = tag(
        "aside",
        tag("strong", "Before you rely on this"),
        tag("ul", *(tag("li", warning) for warning in advice.warnings)),
        class_="note",
    )
    return tag(
        "header",
        tag("div", "Wellread comparison", class_="eyebrow"),
        tag("h1", advice.headline),
        tag(
            "p",
            f"{capital(arms)} over {asked}, with {held.model}, on {held.date[:10]}.",
            class_="lead",
        ),
        tag("ul", *(tag("li", reason) for reason in advice.because), class_="because"),
        warned if advice.warnings else None,
    )


def _scores(comparison: Comparison, advice: Advice) -> Markup:
    rows = [
        _row(
            arm,
            advice,
            plots.whisker(
                plots.SHARES,
                arm.interval.low,
                arm.score,
                arm.interval.high,
                sure=True,
                words=f"{figures.percent(arm.score)} right, interval {figures.percents(arm.interval)}",
            ),
            ("right", figures.percent(arm.score)),
            ("95% interval", figures.percents(arm.interval)),
        )
        for arm in comparison.arms
    ]
    return section(
        "How often each is right",
        "The share of questions answered correctly or rightly refused. The line is the 95% interval.",
        table(("arm", "", "right", "95% interval"), rows, plots.SHARES, ("0%", "25%", "50%", "75%", "100%")),
    )


def _differences(comparison: Comparison) -> Markup | None:
    pairs = [pair if pair.difference >= 0 else pair.reversed() for pair in comparison.pairs]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: -pair.difference)
    scale = plots.scale_with_zero([end for pair in pairs for end in pair.interval])
    return section(
        "How far they are apart",
        "Differences in points over the same questions. A filled dot can be told from chance; an empty one cannot.",
        table(
            ("", "", "points", "95% interval", "chance"),
            [_difference(pair, scale) for pair in pairs],
            scale,
            [figures.points(tick) for tick in scale.ticks],
        ),
    )


def _difference(pair: Pair, scale: plots.Scale) -> Markup:
    names = f"{label(pair.arm_a)} against {label(pair.arm_b)}"
    between = figures.points_between(pair.interval)
    drawn = plots.whisker(
        scale,
        pair.interval.low,
        pair.difference,
        pair.interval.high,
        sure=tells_apart(pair),
        words=f"{names}: {figures.points(pair.difference)} points, interval {between}",
    )
    return table_row(
        join(label(pair.arm_a), tag("span", f" against {label(pair.arm_b)}", class_="against")),
        drawn,
        (
            ("points", figures.points(pair.difference)),
            ("95% interval", between),
            ("chance", figures.p_value(pair.p_value)),
        ),
    )


def _kinds(comparison: Comparison, advice: Advice) -> Markup:
    rows = []
    for arm in comparison.arms:
        counts = (arm.correct, arm.rightly_abstained, arm.wrongly_abstained, arm.wrong)
        words = ", ".join(f"{n} {kind.name}" for kind, n in zip(KINDS, counts, strict=True))
        bar = plots.stack([(kind.colour, n) for kind, n in zip(KINDS, counts, strict=True)], words)
        named = [(kind.name, str(n)) for kind, n in zip(KINDS, counts, strict=True)]
        rows.append(_row(arm, advice, bar, *named, ("rightly cited", str(arm.cited))))
    answerable = comparison.arms[0].answerable
    without = len(comparison.questions) - answerable
    return section(
        "What kinds of answers they give",
        f"{count(answerable, 'question')} with an answer in the documents, {without:,} without: "
        "those should be refused.",
        legend(),
        table(("arm", "", *(kind.name for kind in KINDS), "rightly cited"), rows),
    )


def _time_and_money(comparison: Comparison, advice: Advice) -> Markup:
    scale = plots.scale_from_zero(max(arm.p95_ms for arm in comparison.arms))
    rows = []
    for arm in comparison.arms:
        p50, p95 = figures.duration(arm.p50_ms), figures.duration(arm.p95_ms)
        rows.append(
            _row(
                arm,
                advice,
                plots.latency(scale, arm.p50_ms, arm.p95_ms, f"half within {p50}, 95 of 100 within {p95}"),
                ("half within", p50),
                ("95% within", p95),
                ("1,000 questions", figures.per_thousand(arm.cost_per_question)),
                ("1,000 correct", figures.per_thousand(arm.cost_per_correct)),
            )
        )
    held = comparison.conditions
    return section(
        "What an answer takes",
        f"The bar ends at the median time, the line at the 95th percentile. Costs are in {held.currency}"
        + (f", at {held.pricing}." if held.pricing else "."),
        table(
            ("arm", "", "half within", "95% within", "1,000 questions", "1,000 correct"),
            rows,
            scale,
            [figures.duration(tick) if tick else "0" for tick in scale.ticks],
        ),
    )


def _footer(comparison: Comparison) -> Markup:
    held = comparison.conditions
    facts = {
        "Model": held.model,
        "Adapter": held.adapter,
        "Dataset": held.dataset,
        "Machine": held.machine,
        "Made": held.date,
        "Seeds": ", ".join(f"{name} {seed}" for name, seed in held.seeds.items()),
        "Left out": "; ".join(f"{left.count} ({left.reason})" for left in comparison.left_out) or "nothing",
    }
    return tag(
        "footer",
        section("How it was counted", None, *(tag("p", text) for text in _COUNTED)),
        section("Under what conditions", None, definitions(facts)),
    )


def _row(arm: ArmResult, advice: Advice, drawn: Markup, *cells: tuple[str, str]) -> Markup:
    return table_row(label(arm.arm), drawn, cells, taken=arm.arm == advice.arm)
