from collections.abc import Callable

from wellread.curate.outline import outline
from wellread.records.knowledge import Passage

Make = Callable[..., Passage]


def test_sentences_know_the_heading_above_them(passage: Make) -> None:
    read = outline(passage("## Leave\n\nTell us early. Rest well.\n\n## Pay\n\nPay comes monthly.\n"))
    assert [(s.text, s.heading, s.first) for s in read.statements] == [
        ("Tell us early.", "Leave", True),
        ("Rest well.", "Leave", False),
        ("Pay comes monthly.", "Pay", True),
    ]


def test_a_short_line_of_its_own_before_text_is_a_heading_too(passage: Make) -> None:
    read = outline(passage("Travel abroad\n\nAsk for approval first.\n\nSee you."))
    assert [(s.text, s.heading) for s in read.statements] == [
        ("Ask for approval first.", "Travel abroad"),
        ("See you.", "Travel abroad"),
    ]


def test_the_passages_heading_path_serves_until_there_is_another(passage: Make) -> None:
    read = outline(passage("Ask for approval first.", heading=("Guide", "Travel")))
    assert read.statements[0].heading == "Travel"


def test_a_table_is_read_with_and_without_a_separator_row(passage: Make) -> None:
    drawn = "| Room | Seats |\n| --- | --- |\n| Oak | 12 |\n| **Elm** | 8 |\n"
    plain = "Room | Seats\nOak | 12\nElm | 8\n"
    for text in (drawn, plain):
        (table,) = outline(passage(text)).tables
        assert table.header == ("Room", "Seats")
        assert [[cell.text for cell in row] for row in table.rows] == [["Oak", "12"], ["Elm", "8"]]
        cell = table.rows[0][1]
        assert text[slice(*cell.original(0, 2))] == "12"


def test_rows_in_the_middle_of_a_table_have_no_header(passage: Make) -> None:
    assert outline(passage("Oak | 12\nElm | 8\n")).tables == ()


def test_a_label_and_its_value_are_told_apart(passage: Make) -> None:
    (line,) = outline(passage("- **Front desk phone**: 555-010-0199\n")).labelled
    assert (line.label, line.value.text) == ("Front desk phone", "555-010-0199")


def test_front_matter_and_code_are_passed_over(passage: Make) -> None:
    text = "---\ntitle: X\n---\n\nRead this.\n\n```\nnot_this()\n```\n"
    assert [s.text for s in outline(passage(text)).statements] == ["Read this."]
