"""Sentence spans over passages."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.screen.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Adams met Ms. Bell of Acme Inc. Sales on Mon. Jan. 5.",
        "Use a chart, e.g. Table 2, i.e. The one shown in Fig. 3 of Sec. 4.",
        "It costs $3.50 or 4.5:1, v2.1.0, and 1.000,00 elsewhere.",
        "Write to press@example.gov or see https://example.gov/a.b?c=d.e for more.",
        "The U.S. Government has a plan for J. R. Smith.",
        "Is it at 3:30 p.m. Eastern time on Sept. 4?",
        "He said ... and then left.",
        "You will return to work for at least\n12 weeks after the\nfinal day.",
        "The most a person may take is\n24. after that nothing is left.",
        "Ask No. 5 about it.",
        "What is Yahoo! doing here?",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It ends. Then it starts! Does it? Yes.", ["It ends.", "Then it starts!", "Does it?", "Yes."]),
        ("We moved to the U.S. The move was slow.", ["We moved to the U.S.", "The move was slow."]),
        ("It is state of the art. Employees like it.", ["It is state of the art.", "Employees like it."]),
        ("Bring pens, paper, etc. You may also sit.", ["Bring pens, paper, etc.", "You may also sit."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Mail a@b.org. Wait.", ["Mail a@b.org.", "Wait."]),
        ("Wrapped line\nends here. Next\none ends.", ["Wrapped line\nends here.", "Next\none ends."]),
        (
            "You need:\n- a pass\n- a desk. And a chair.",
            ["You need:", "- a pass", "- a desk.", "And a chair."],
        ),
        ("Steps:\n1. Ask.\n2. Wait two days\n3. Go.", ["Steps:", "1. Ask.", "2. Wait two days", "3. Go."]),
        ("Name | Grade\nAnn | 3. Bo\nText", ["Name | Grade", "Ann | 3.", "Bo", "Text"]),
        ("Heading\n\nBody text", ["Heading", "Body text"]),
        ("今日は。明日も！はい", ["今日は。", "明日も！", "はい"]),
        ("It takes 3.5 days. 12 people wait.", ["It takes 3.5 days.", "12 people wait."]),
    ],
)
def test_sentences_are_told_apart(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


def test_no_text_has_no_sentences() -> None:
    assert sentences(" \n\t ") == []


pieces = st.sampled_from(
    [
        "The end.",
        " ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "e.g.",
        "Dr.",
        "a | b",
        "?!",
        "“x”",
        "。",
        "word",
        "U.S.",
        "\r",
        "\x85",
        "  ",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(max_size=200)))
def test_spans_are_ordered_stripped_and_lose_nothing(text: str) -> None:
    spans = sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
