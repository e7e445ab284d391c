import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest
from comparison_samples import CONDITIONS, answer, comparison, price, question
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from wellread.evaluate.arms import score
from wellread.evaluate.figures import duration, per_thousand, points
from wellread.evaluate.plots import scale_from_zero, scale_with_zero, stack, whisker
from wellread.evaluate.report import page
from wellread.evaluate.summary import summarise
from wellread.evaluate.table import arms_table, pairs_table
from wellread.evaluate.testsets import prepare
from wellread.pages.markup import Markup, escape, join, tag
from wellread.records.comparison import Advice, Comparison

LETTERS = {
    "base": "+--!--" * 4,
    "rag": "+++rw-" * 4,
    "tuned": "+-+r--" * 4,
    "tuned+rag": "++++--" * 4,
}
VOID = {"meta", "br"}
HOSTILE = "</style></summary><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>\"'&\x00\ud800"


def advice(**changes: object) -> Advice:
    plain = Advice(
        advice="rag",
        arm="rag",
        headline="Take RAG: it got 16 of 24 questions right.",
        because=("RAG is 38 points above the base model.",),
        warnings=("Only 12 questions.",),
        evidence=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # as the caller names them


class Seen(HTMLParser):
    """Checks that tags nest, and keeps what a reader and a browser would take from the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == name]


def test_the_page_shows_the_advice_the_arms_and_every_answer() -> None:
    made = comparison(LETTERS)
    seen = Seen(page(made, advice()))
    for words in (
        advice().headline,
        *advice().because,
        *advice().warnings,
        "small-model",
        "0.05 USD an hour",
    ):
        assert words in seen.text
    assert len(seen.named("details")) == 24
    for one in made.questions:
        assert one.question in seen.text
    assert seen.text.count("shows the answer") >= made.arm("rag").cited
    assert seen.text.count("does not show the answer") == sum(
        len(one.answer.citations) for one in made.outcomes if one.cited_right is False
    )


def test_questions_are_grouped_by_whether_the_arms_agree() -> None:
    text = Seen(page(comparison({"base": "+--", "rag": "++-"}), advice())).text
    assert "The arms differ: 1 question" in text
    assert "All are right: 1 question" in text
    assert "None is right: 1 question" in text


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    text = page(comparison(LETTERS), advice())
    seen = Seen(text)
    assert not {"script", "link", "iframe", "object", "img", "form", "base"} & {name for name, _ in seen.tags}
    assert not re.search(r"@import|url\((?!#)|https?://", text)
    policy = next(
        one["content"] for one in seen.named("meta") if one.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None and "default-src 'none'" in policy
    for _, attributes in seen.tags:
        assert not any(name.startswith("on") or name in ("src", "href", "style") for name in attributes)


def test_every_drawing_has_words_or_is_decoration_and_every_table_its_headers() -> None:
    seen = Seen(page(comparison(LETTERS), advice()))
    drawings = seen.named("svg")
    assert len(drawings) > 20
    assert all(one.get("aria-label") or one.get("aria-hidden") == "true" for one in drawings)
    assert len(seen.named("table")) == 4
    assert len([one for one in seen.named("th") if one.get("scope") == "row"]) == 4 + 6 + 4 + 4
    assert ("html", {"lang": "en"}) in seen.tags


def hostile_comparison() -> Comparison:
    asked = replace(question(1), question=HOSTILE, answer=HOSTILE, document=HOSTILE, evidence=HOSTILE)
    test = prepare([asked])
    said = answer(HOSTILE, quotes=(HOSTILE,), uri=HOSTILE)
    outcomes = [score(asked, arm, said, 10.0, failure) for arm, failure in (("rag", None), ("base", HOSTILE))]
    conditions = replace(CONDITIONS, model=HOSTILE, adapter=HOSTILE, pricing=HOSTILE, machine=HOSTILE)
    return summarise(outcomes, test, conditions, price)


def test_words_of_documents_stay_words() -> None:
    made = hostile_comparison()
    text = page(made, advice(headline=HOSTILE, because=(HOSTILE,), warnings=(HOSTILE,)))
    seen = Seen(text)
    assert not {"script", "img"} & {name for name, _ in seen.tags}
    assert seen.text.count("<script>alert(1)</script>") >= 12
    assert "\x00" not in text
    text.encode("utf-8")


def luminance(colour: str) -> float:
    """Relative luminance as the WCAG define it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_text_and_marks_stand_out_in_light_and_dark() -> None:
    style = resources.files("wellread.pages").joinpath("page.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{([^}]*)\}", style)
    ]
    light, dark = themes[:2]
    assert luminance(light["paper"]) > 0.9 and luminance(dark["paper"]) < 0.02
    for theme in (light, dark):
        for text in ("ink", "soft", "accent"):
            assert min(contrast(theme[text], theme[ground]) for ground in ("paper", "card")) >= 4.5, text
        assert contrast(theme["ink"], theme["note"]) >= 4.5
        for mark in ("right", "wrong", "accent", "soft"):
            assert contrast(theme[mark], theme["paper"]) >= 3.0, mark


def test_the_page_is_the_same_every_time() -> None:
    assert page(comparison(LETTERS), advice()) == page(comparison(LETTERS), advice())


def test_one_arm_and_one_question_make_a_page() -> None:
    Seen(page(comparison({"rag": "-"}), advice()))


@given(st.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    seen = Seen(tag("p", text, title=text))
    shown = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", text)
    assert seen.text == shown
    assert seen.tags == [("p", {"title": shown})]


def test_markup_is_not_escaped_twice_and_nothing_is_left_out() -> None:
    assert join("a<b", Markup("<i>x</i>"), None) == "a&lt;b<i>x</i>"
    cell = tag("td", tag("b", "&"), hidden=True, title=None, data_name='"')
    assert cell == '<td hidden data-name="&quot;"><b>&amp;</b></td>'
    assert tag("line", x1="5%") == '<line x1="5%"/>'
    assert escape("<") == "&lt;"


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8))
def test_a_scale_holds_zero_and_its_values_in_few_steps(values: list[float]) -> None:
    scale = scale_with_zero(values)
    assert scale.low <= min(0.0, *values) + 1e-9 and max(0.0, *values) - 1e-9 <= scale.high
    assert 0.0 in scale.ticks
    assert 2 <= len(scale.ticks) <= 7


@given(st.floats(0, 1e7))
def test_a_scale_from_zero_is_not_much_longer_than_needed(highest: float) -> None:
    top = scale_from_zero(highest).high
    assert highest <= top * (1 + 1e-9)
    assert highest < 0.001 or top <= 1.7 * highest


def test_drawings_are_placed_by_their_values() -> None:
    scale = scale_with_zero([-0.2, 0.2])
    drawn = whisker(scale, -0.2, 0.0, 0.1, sure=False, words="none")
    assert 'x1="0.00%" x2="75.00%"' in drawn
    assert 'cx="50.00%"' in drawn
    assert "sure" not in drawn
    bar = stack([("right", 1), ("rightly", 0), ("wrong", 3)], "1 correct, 3 wrong")
    assert re.findall(r'x="([\d.]+%)" y="\d+" width="([\d.]+%)"', bar) == [
        ("0.00%", "25.00%"),
        ("25.00%", "75.00%"),
    ]


def test_figures_read_well() -> None:
    assert [duration(ms) for ms in (0.41, 9.9, 640.2, 1234, 74_800)] == [
        "0.4 ms",
        "9.9 ms",
        "640 ms",
        "1.2 s",
        "75 s",
    ]
    assert [per_thousand(cost) for cost in (None, 0.0, 0.00042, 0.00007, 0.0131, 0.001, 4.2e-8)] == [
        "–",
        "0",
        "0.42",
        "0.070",
        "13",
        "1.0",
        "0.000042",
    ]
    assert [points(share) for share in (0.124, -0.03, 0.001)] == ["+12", "−3", "0"]


@pytest.mark.parametrize("width", [80, 200])
def test_the_tables_fit_the_terminal_uncut(width: int) -> None:
    made = comparison({arm: row * 9 for arm, row in LETTERS.items()})
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123  # a sink
    console.print(arms_table(made))
    console.print(pairs_table(made))
    shown = console.export_text()
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= width
    row = next(line for line in shown.splitlines() if line.startswith("rag") or line.startswith(" rag"))
    for figure in ("67%", "108/180", "36 + 36", "108", "1.1 s", "2.1 s", "6.0"):
        assert figure in row
