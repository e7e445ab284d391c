"""Markdown pages."""

import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed, parse


def page(source: str) -> Parsed:
    return parse("dir/page.md", source.encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_structure_is_kept_and_marks_are_not() -> None:
    parsed = page(
        "Intro *with* **marks**,\nhard-wrapped `code`.\n\n# One {#one}\n\n## Two\n\n"
        "1. first\n2. second\n   - nested\n\n```py\nx = 1\n\n  y\n```\n\n> quoted\n"
    )
    assert blocks(parsed) == [
        ("paragraph", 0, "Intro with marks, hard-wrapped code."),
        ("heading", 1, "One"),
        ("heading", 2, "Two"),
        ("list_item", 1, "1. first"),
        ("list_item", 1, "2. second"),
        ("list_item", 2, "- nested"),
        ("code", 0, "x = 1\n\n  y"),
        ("paragraph", 0, "quoted"),
    ]
    assert "2. second\n  - nested" in parsed.text
    assert parsed.title == "One"


def test_front_matter_gives_title_and_searchable_lines() -> None:
    parsed = page(
        '---\ntitle: "Paid: leave"\nkeywords: leave, parental\nquestions:\n  - people-ops\n'
        "  - text: Book hours\n    url: https://example.org/x\nredirect_from:\n  - /old/\n"
        "sidebar:\n  navigation: travel\n---\n\nBody.\n"
    )
    assert parsed.title == "Paid: leave"
    assert parsed.text == "Keywords: leave, parental\n\nQuestions: people-ops; Book hours\n\nBody."


def test_inline_lists_in_front_matter_are_read() -> None:
    assert page("---\nkeywords: [a, 'b c']\n---\nBody").text == "Keywords: a; b c\n\nBody"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert page("---\n\nA text\nwithout an end").text == "A text without an end"


def test_template_tags_stay_as_text_except_as_link_targets() -> None:
    parsed = page(
        'Ask {% slack_channel "people-ops" %} or {{ name }}, see [the\npage]({% page "/leave/#x" %}).'
    )
    assert parsed.text == 'Ask {% slack_channel "people-ops" %} or {{ name }}, see the page.'


def test_links_show_their_text_and_mail_addresses() -> None:
    parsed = page(
        "[docs](https://example.org/a_b) <https://example.org> [write us](mailto:a@example.org?subject=x) "
        "[a@example.org](mailto:a@example.org) ![a chart](c.png)\n"
    )
    assert parsed.text == "docs https://example.org write us (a@example.org) a@example.org a chart"


def test_tables_become_rows() -> None:
    parsed = page("| Name | Grade |\n| --- | :-: |\n| Ann | 3 |\n| Bo | |\n")
    assert blocks(parsed) == [
        ("table_header", 0, "Name | Grade"), ("table_row", 0, "Ann | 3"), ("table_row", 0, "Bo |"),
    ]  # fmt: skip


def test_html_inside_is_read_as_html() -> None:
    parsed = page(
        "<details><summary>More &amp; more</summary>\n\nInside *it*<br>here.\n\n"
        "</details>\n\n<!-- note -->\n\n"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>\n"
    )
    assert blocks(parsed) == [
        ("paragraph", 0, "More & more"),
        ("paragraph", 0, "Inside it\nhere."),
        ("table_header", 0, "A | B"),
        ("table_row", 0, "1 | 2"),
    ]


@pytest.mark.parametrize("piece", ["[", "> ", "*a_", "- ", "`", "![", "[a]({% ", "<!-- ", "- a\n"])
def test_hostile_input_takes_no_minutes(piece: str) -> None:
    began = time.process_time()
    page(piece * 10_000)
    assert time.process_time() - began < 15


def test_a_page_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ParseError, match="characters"):
        page("a " * 1_000_001)
