"""Tables whose second column is drawn, for pages about measurements."""

from collections.abc import Sequence

from wellread.evaluate import plots
from wellread.pages.markup import Markup, Node, tag


def table(
    names: Sequence[str], rows: Sequence[Markup], scale: plots.Scale | None = None, ticks: Sequence[str] = ()
) -> Markup:
    """A table whose second column is drawn. Roles are written out, as a phone shows its rows as blocks."""
    heads = [
        tag("th", name, scope="col", role="columnheader", class_="drawn" if at == 1 else None)
        for at, name in enumerate(names)
    ]
    foot = None
    if scale:
        rest = [tag("th") for _ in names[2:]]
        cells = [tag("th"), tag("td", plots.axis(scale, ticks)), *rest]
        foot = tag("tfoot", tag("tr", *cells), aria_hidden="true")
    return tag(
        "table",
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *rows, role="rowgroup"),
        foot,
        role="table",
    )


def table_row(
    name: Node, drawn: Markup | None, cells: Sequence[tuple[str, str]], *, taken: bool = False
) -> Markup:
    """A row: its name, what is drawn, and its figures with the names of their columns; `taken` marks the advised."""
    return tag(
        "tr",
        tag("th", name, scope="row", role="rowheader"),
        tag("td", drawn, role="cell", class_="drawn"),
        *(tag("td", figure, role="cell", data_name=column) for column, figure in cells),
        role="row",
        class_="taken" if taken else None,
    )
