"""Tables of OpenDocument texts."""

import pytest
from opendocument_files import NUMBERED, blocks, item, items, odt, p, row, texts

from wellread.ingest.parse.opendocument import tables as opendocument_tables
from wellread.ingest.parse.opendocument.parser import parse_opendocument


def test_spanning_cells_repeat_downwards() -> None:
    covered = "<table:covered-table-cell/>"
    body = (
        "<table:table><table:table-rows><table:table-row>"
        f'<table:table-cell table:number-rows-spanned="3" table:number-columns-spanned="2">{p("North")}'
        f"</table:table-cell>{covered}<table:table-cell>{p('1')}</table:table-cell></table:table-row>"
        f'<table:table-row><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell>{p("2")}'
        f"</table:table-cell></table:table-row></table:table-rows><table:table-row>{covered * 2}"
        f"<table:table-cell>{p('3')}{p('4')}</table:table-cell></table:table-row>{row('South', '', '5', '')}"
        "</table:table>"
    )
    assert texts(odt(body)) == ["North | 1", "North | 2", "North | 3 4", "South |  | 5"]


def test_repeated_cells_and_rows_have_a_limit() -> None:
    body = (
        '<table:table><table:table-row table:number-rows-repeated="2"><table:table-cell '
        f'table:number-columns-repeated="2">{p("x")}</table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row><table:table-row '
        'table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999">'
        f"{p('wide')}</table:table-cell></table:table-row></table:table>"
    )
    parsed = parse_opendocument(odt(body))
    assert parsed.text.startswith("x | x\nx | x\nwide | wide")
    assert len(parsed.text) < 500_000


def test_the_number_of_repeated_rows_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opendocument_tables, "_MOST_ROWS", 3)
    repeated = row("a", "b").replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2">')
    assert len(texts(odt(f"<table:table>{repeated * 5}</table:table>"))) == 2 + 2 + 1 + 1 + 1


def test_only_marked_rows_are_headers_where_some_are() -> None:
    marked = f"<table:table-header-rows>{row('Catch', '')}</table:table-header-rows>"
    rows = row("Port", "Tons") + row("Ayr", "6") + row("Oban", "4")
    parsed = parse_opendocument(odt(f"<table:table>{marked}{rows}</table:table>"))
    assert [kind for kind, _, _ in blocks(parsed)] == ["table_header", "table_row", "table_row", "table_row"]


def test_what_is_not_shown_of_a_table_stays_out() -> None:
    hidden = row("secret", "row").replace(
        "<table:table-row>", '<table:table-row table:visibility="collapse">'
    )
    unseen = f"2<office:annotation>{p('comment')}</office:annotation></text:p><text:p text:display='none'>no"
    body = f"<table:table>{row('a', 'b')}{hidden}{row('1', unseen)}</table:table>"
    assert texts(odt(body)) == ["a | b", "1 | 2"]


def test_the_first_row_of_labels_is_a_header_without_a_mark() -> None:
    table = f"<table:table>{row('Berth', 'Metres')}{row('A', '12')}{row('B', '9')}</table:table>"
    assert [kind for kind, _, _ in blocks(parse_opendocument(odt(table)))] == [
        "table_header", "table_row", "table_row",
    ]  # fmt: skip


def test_a_table_of_one_column_is_text() -> None:
    cell = f"<table:table-cell>{p('A boxed note.')}{items(item(p('point')))}</table:table-cell>"
    body = f"<table:table><table:table-row>{cell}</table:table-row>{row('Below.')}</table:table>"
    assert texts(odt(body, NUMBERED)) == ["A boxed note.", "1. point", "Below."]
