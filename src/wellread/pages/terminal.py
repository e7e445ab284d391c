"""How a table looks in the terminal."""

from rich import box
from rich.table import Table


def captioned_table(caption: str) -> Table:
    """Without rows and columns; close set, so that it can be read at 80 columns. The caption stands below."""
    return Table(
        box=box.SIMPLE_HEAD,
        caption=caption,
        caption_justify="left",
        pad_edge=False,
        collapse_padding=True,
        show_edge=False,
    )
