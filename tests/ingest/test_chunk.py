"""Passages along a document's structure."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.ingest.chunk import chunk, count_words
from wellread.ingest.parse import Block, parse
from wellread.ingest.parse.document import Composer, Parsed


def words(number: int, word: str = "word") -> str:
    return " ".join(f"{word}{i}" for i in range(number))


def page(source: str) -> Parsed:
    return parse("p.md", source.encode())


def cut(source: str, target: int = 20, most: int = 30) -> list[tuple[tuple[str, ...], str]]:
    parsed = page(source)
    return [
        (c.heading, parsed.text[c.start : c.end])
        for c in chunk(parsed.text, parsed.blocks, target_words=target, max_words=most)
    ]


def test_sections_of_some_length_stay_apart_under_their_path() -> None:
    one, two, three = words(15, "a"), words(16, "b"), words(17, "c")
    assert cut(f"# Top\n\n{one}\n\n## Sub\n\n{two}\n\n# Next\n\n{three}") == [
        (("Top",), one), (("Top", "Sub"), two), (("Next",), three),
    ]  # fmt: skip


def test_tiny_sections_join_their_siblings_with_headings_inside() -> None:
    assert cut("# Top\n\n## Mail\n\nBy post.\n\n## Phone\n\nCall us.\n\n# Else\n\nNo.") == [
        (("Top",), "Mail\n\nBy post.\n\nPhone\n\nCall us."), (("Else",), "No."),
    ]  # fmt: skip


def test_an_introduction_joins_its_first_subsections_and_leaves_its_heading_to_the_path() -> None:
    assert cut("# Top\n\nIntro.\n\n## Mail\n\nBy post.") == [(("Top",), "Intro.\n\nMail\n\nBy post.")]


def test_a_tiny_section_does_not_climb_into_the_next_chapter() -> None:
    assert [heading for heading, _ in cut("# A\n\n## A1\n\nTiny.\n\n# B\n\n## B1\n\nTiny.")] == [
        ("A", "A1"), ("B", "B1"),
    ]  # fmt: skip


def test_paragraphs_are_whole_and_passages_near_the_target() -> None:
    paragraphs = [words(10, letter) for letter in "abcdef"]
    found = [text for _, text in cut("\n\n".join(paragraphs))]
    assert found == ["\n\n".join(pair) for pair in (paragraphs[:2], paragraphs[2:4], paragraphs[4:])]


def test_a_list_keeps_its_lead_in_and_carries_it_on() -> None:
    before = words(12, "x")
    items = "\n".join(f"- {words(6, letter)}" for letter in "abcdef")
    found = cut(f"# Top\n\n{before}\n\nIt is late. Bring the following:\n\n{items}")
    starts = [(heading, text.split("\n")[0]) for heading, text in found]
    assert starts[0] == (("Top",), before)
    assert starts[1] == (("Top",), "It is late. Bring the following:")
    assert all(heading == ("Top", "Bring the following:") for heading, _ in found[2:])
    assert len(found) > 2


def test_a_table_carries_its_header_on() -> None:
    rows = "\n".join(f"| {words(3, letter)} | {letter} |" for letter in "abcdefghij")
    found = cut(f"# Rates\n\n| City | Rate |\n|---|---|\n{rows}")
    assert found[0][0] == ("Rates",)
    assert found[0][1].startswith("City | Rate\n")
    assert [heading for heading, _ in found[1:]] == [("Rates", "City | Rate")] * (len(found) - 1)
    assert all(not text.endswith("|") for _, text in found)


def test_only_a_block_above_the_maximum_is_cut_and_then_between_sentences() -> None:
    sentence = "First " + words(7) + " end."
    found = [text for _, text in cut(" ".join([sentence] * 7))]
    assert len(found) > 1
    assert all(text.startswith("First") and text.endswith("end.") for text in found)


def test_a_sentence_above_the_maximum_is_cut_between_words() -> None:
    found = [text for _, text in cut(words(100))]
    assert " ".join(found) == words(100)
    assert max(count_words(text) for text in found) <= 30


def test_code_above_the_maximum_is_cut_between_lines() -> None:
    lines = [f"call_{i} (a. B, c) x" for i in range(20)]
    found = [text for _, text in cut("```\n" + "\n".join(lines) + "\n```")]
    assert [line for text in found for line in text.split("\n")] == lines


def test_headings_without_text_are_found_too() -> None:
    assert cut("# Only\n\n## First\n\n## Second") == [(("Only",), "First\n\nSecond")]
    assert cut("# Alone") == [((), "Alone")]


def test_text_without_spaces_is_cut_between_characters() -> None:
    found = [text for _, text in cut("漢字" * 50)]
    assert "".join(found) == "漢字" * 50
    assert max(len(text) for text in found) <= 30


def test_an_unbroken_token_stays_whole_whatever_its_length() -> None:
    token = "x" * 2000
    assert [text for _, text in cut(f"{words(20)} {token} {words(20)}")][1] == token


def test_no_text_has_no_passages() -> None:
    assert chunk("", []) == []


@pytest.mark.parametrize(("target", "most"), [(0, 10), (11, 10), (-1, -1)])
def test_impossible_sizes_are_refused(target: int, most: int) -> None:
    with pytest.raises(ValueError, match="target_words"):
        chunk("a", [], target_words=target, max_words=most)


kinds = st.sampled_from(["heading", "paragraph", "list_item", "table_header", "table_row", "code", "page"])
texts = st.one_of(
    st.integers(1, 60).map(words),
    st.sampled_from(
        ["A lead-in:", "One. Two! Three? Dr. Four", "漢字。かな" * 8, "a | b", "x" * 300, "l1\nl2\n\nl4"]
    ),
    st.text(max_size=60),
)


@st.composite
def documents(draw: st.DrawFn) -> Parsed:
    composer = Composer()
    for kind, level, text in draw(st.lists(st.tuples(kinds, st.integers(1, 6), texts), max_size=25)):
        if kind == "page":
            composer.start_page()
        elif kind == "table_row":
            composer.add_row(text.split("|"))
        else:
            composer.add(kind, text, level if kind in ("heading", "list_item") else 0)
    return composer.finish("")


def uncovered(text: str, blocks: Sequence[Block], spans: Sequence[tuple[int, int]]) -> str:
    inside = set[int]().union(*(range(start, end) for start, end in spans))
    wanted = (i for b in blocks if b.kind != "heading" for i in range(b.start, b.end))
    return "".join(text[i] for i in wanted if i not in inside and not text[i].isspace())


@settings(max_examples=200)
@given(documents(), st.integers(5, 40), st.integers(0, 20))
def test_every_document_keeps_the_promises(parsed: Parsed, target: int, more: int) -> None:
    text = parsed.text
    chunks = chunk(text, parsed.blocks, target_words=target, max_words=target + more)
    spans = [(c.start, c.end) for c in chunks]
    assert uncovered(text, parsed.blocks, spans) == ""
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    for start, end in spans:
        passage = text[start:end]
        assert passage == passage.strip() != ""
        assert len(passage.split()) == 1 or count_words(passage) <= target + more
        assert len(passage.split()) <= target + more


@settings(max_examples=100)
@given(documents())
def test_blocks_are_exact_spans_in_order(parsed: Parsed) -> None:
    for block in parsed.blocks:
        inside = parsed.text[block.start : block.end]
        assert (inside == "") == (block.kind == "page_break")
        assert inside.strip("\n") == inside
    assert all(one.end <= two.start for one, two in pairwise(parsed.blocks))
    blocks = [b for b in parsed.blocks if b.kind != "page_break"]
    between = "".join(parsed.text[one.end : two.start] for one, two in pairwise(blocks))
    assert between.strip() == ""
    parsed.text.encode()


def test_what_is_marked_as_a_heading_but_is_long_is_read_as_text() -> None:
    assert cut(f"# {words(45)}")[0][1].startswith("word0")
    assert all(heading == () for heading, _ in cut(f"# {words(45)}"))


def test_a_list_item_keeps_its_further_paragraphs_and_the_lead_in_goes_on_past_them() -> None:
    items = "\n\n".join(f"1. {words(8, letter)}\n\n   {words(8, letter)}" for letter in "abcd")
    found = cut(f"Do this:\n\n{items}")
    assert [heading for heading, _ in found] == [(), *[("Do this:",)] * (len(found) - 1)]
    assert len(found) == 4


def test_a_heading_between_two_joined_sections_counts() -> None:
    names = ["word"] * 5 + ["two words", "inner"]
    text = "\n\n".join(names)
    blocks, at = [], 0
    for name in names:
        blocks.append(Block("heading", 2 if name == "inner" else 1, at, at + len(name)))
        at += len(name) + 2
    for made in chunk(text, blocks, target_words=6, max_words=6):
        assert count_words(text[made.start : made.end]) <= 6
