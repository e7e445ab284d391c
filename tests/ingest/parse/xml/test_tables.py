"""Tables of every vocabulary."""

from xml_files import blocks, read, texts


def test_cells_that_span_rows_are_repeated_in_each() -> None:
    markup = (
        "<article><body><table><tr><th rowspan='3'>a</th><td>1</td><td rowspan='2'>z</td></tr><tr><td>2</td></tr>"
        "<tr><td>3</td><td>y</td></tr><tr><td>b</td></tr><tr><th>c</th><th>d</th></tr></table></body></article>"
    )
    assert texts(markup) == ["a | 1 | z", "a | 2 | z", "a | 3 | y", "b", "c | d"]
    assert [kind for kind, _, _ in blocks(read(markup))] == ["table_row"] * 4 + ["table_header"]


def test_header_rows_by_the_words_of_each_vocabulary() -> None:
    rows = (
        "<row role='label'><cell>A</cell></row>",
        "<row><cell role='label'>A</cell></row>",
        "<tr><th>A</th></tr>",
        "<thead><row><entry>A</entry></row></thead>",
        "<sthead><stentry>A</stentry></sthead>",
    )
    for row in rows:
        assert ("table_header", 0, "A") in blocks(
            read(f"<doc><p>x</p><table>{row}<row><cell>1</cell></row></table></doc>")
        )


def test_a_table_inside_a_cell_is_its_text() -> None:
    inner = "<table><row><cell>in</cell><cell>side</cell></row></table>"
    assert texts(f"<doc><p>x</p><table><row><cell>a</cell><cell>{inner}</cell></row></table></doc>") == [
        "x", "a | in side",
    ]  # fmt: skip
