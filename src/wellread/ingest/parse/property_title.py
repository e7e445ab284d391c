"""The title among a document's properties, where programs leave names that say nothing of the document."""

import re

_MEANINGLESS = re.compile(
    r".*\.\w{2,4}|Microsoft\b.*|untitled\b.*|\[?no title\]?|unknown(?: title)?|title|(?:PowerPoint )?presentation ?\d*"
    r"|document ?\d*|slide ?\d*",
    re.IGNORECASE,
)


def usable_title(title: str | None) -> str:
    """`title` on one line, or nothing where it is a file's name or what a program calls any new document."""
    line = " ".join((title or "").split())
    return "" if _MEANINGLESS.fullmatch(line) else line
