"""The page and the tables of an evaluation show every figure, escape every text, and draw what is kept over time."""

import re
from dataclasses import replace

from evaluation_samples import evaluation
from rich.console import Console

from wellread.evaluate.change import against
from wellread.evaluate.evaluation_page import page
from wellread.evaluate.evaluation_table import changes_table, figures_table, judges_table, list_table
from wellread.evaluate.measures import METRICS
from wellread.evaluate.plots import HEIGHT, course
from wellread.pages.markup import escape
from wellread.records.evaluation import Agreement, Judge

NOW, BEFORE = (
    evaluation("++--rw!" * 3, "-" * 4 + "rw!" + "----rw!" * 2, 3),
    evaluation("+++-rw!" * 3, number=2),
)
JUDGES = (
    Judge(name="<b>one</b>", judged=5, correct=4, failed=2),
    Judge(name="two", judged=7, correct=4, failed=0),
)
AGREEMENTS = (Agreement(one="<b>one</b>", other="two", n=5, share=0.8, kappa=0.62),)
JUDGED = replace(NOW, judges=JUDGES, agreements=AGREEMENTS)


def printed(*tables: object) -> list[str]:
    console = Console(width=80, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as caught:
        for table in tables:
            console.print(table)
    return caught.get().splitlines()


def test_the_page_shows_every_figure_that_there_is() -> None:
    text = page(JUDGED, against(JUDGED, BEFORE), [BEFORE])
    for one in JUDGED.figures:
        assert (f">{escape(METRICS[one.name].words)}<" in text) == (one.n > 0), one.name
    assert "Since evaluation 2" in text
    assert "agree on 80% of 5, kappa 0.62" in text
    assert "it failed 2 times" in text
    assert "&lt;b&gt;one" in text
    assert "<b>one" not in text
    for fact in (JUDGED.setup.knowledge, JUDGED.setup.digest[:16], "small-embedder", "small-model"):
        assert fact in text


def test_a_first_evaluation_has_nothing_before_it() -> None:
    text = page(NOW, None, [])
    assert "Over time" not in text
    assert "Since evaluation" not in text
    assert "What the judges say" not in text


def test_nothing_moved_is_said() -> None:
    assert "Nothing moved." in page(NOW, against(NOW, replace(NOW, number=2)), [])


def test_a_course_rises_with_its_shares_and_leaves_out_what_is_missing() -> None:
    drawn = course([0.0, None, 0.5, 1.0], "words")
    heights = [float(height) for height in re.findall(r'cy="([\d.]+)"', drawn)]
    assert len(heights) == 3
    assert heights == sorted(heights, reverse=True)
    assert 0 < min(heights) < max(heights) < HEIGHT
    assert drawn.count('class="whisker"') == 2
    assert 'aria-label="words"' in drawn


def test_tables_are_readable_at_80_columns() -> None:
    changed = against(NOW, BEFORE)
    lines = printed(
        figures_table(NOW), judges_table(JUDGED), changes_table(changed), list_table([BEFORE, NOW])
    )
    assert not [line for line in lines if "…" in line]
    text = "\n".join(lines)
    for name in METRICS:
        assert name in text
    assert re.search(r"correct +40% +20–64% +15", text), text
    assert re.search(r"<b>one</b> +4/5 +2", text)
