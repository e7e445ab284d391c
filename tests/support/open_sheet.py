"""The sheet of `spreadsheet_samples` as an OpenDocument spreadsheet has it."""

from office_package import packed

OPEN_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:t" xmlns:text="urn:x" '
    'xmlns:style="urn:s" xmlns:draw="urn:d" xmlns:dc="urn:dc" xmlns:svg="urn:svg" xmlns:calcext="urn:c"'
)


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def open_cell(words: str = "", attributes: str = "", more: str = "") -> str:
    return f"<table:table-cell {attributes}>{more}{p(words) if words else ''}</table:table-cell>"


def number(value: float, shown: str, kind: str = "float") -> str:
    return open_cell(shown, f'office:value-type="{kind}" office:value="{value}"')


def open_content(*tables: str, styles: str = "", more: str = "") -> str:
    return (
        f"<office:document-content {OPEN_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}{more}</office:spreadsheet></office:body></office:document-content>"
    )


def open_table(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def open_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def open_file(content: str, **more: str) -> bytes:
    return packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, **more}
    )


OPEN_TABLE = open_table(
    "Park",
    open_row(*map(open_cell, ("Tree", "Height", "Share", "Planted", "Seen"))),
    open_row(
        open_cell("Oak", 'table:number-rows-spanned="2"'),
        open_cell(
            "31,5",
            'office:value-type="float" office:value="31.5"',
            f"<office:annotation><dc:creator>Ida</dc:creator>{p('Measured twice')}</office:annotation>",
        ),
        number(0.125, "12,5%", "percentage"),
        open_cell("15. Mar", 'office:value-type="date" office:date-value="2023-03-15"'),
        open_cell("WAHR", 'office:value-type="boolean" office:boolean-value="true"'),
    ),
    open_row(
        "<table:covered-table-cell/>",
        number(28, "28"),
        "<table:table-cell/>",
        open_cell("old"),
        open_cell("#N/A", 'office:value-type="string" calcext:value-type="error"'),
        '<table:table-cell table:number-columns-repeated="16379"/>',
    ),
    open_row(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        attributes='table:number-rows-repeated="1048573"',
    ),
)  # fmt: skip
HIDDEN = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
OPEN = open_content(OPEN_TABLE, open_table("Kept", open_row(open_cell("secret")), style="ta2"), styles=HIDDEN)
