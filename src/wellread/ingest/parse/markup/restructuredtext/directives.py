"""Directives of reStructuredText, those of Sphinx included: what a reader sees of them."""

import re
from dataclasses import dataclass, field

CODE = frozenset(
    "code code-block sourcecode parsed-literal prompt doctest testcode testoutput console math productionlist "
    "ipython jupyter-execute".split()
)
UNSEEN = frozenset(
    "contents toctree include literalinclude index meta raw highlight default-role role target-notes sectnum "
    "section-numbering header footer currentmodule module tabularcolumns graphviz digraph graph "
    "inheritance-diagram plot ditaa uml mermaid bibliography testsetup testcleanup title unicode date "
    "image-set".split()
)
PICTURES = frozenset({"image", "figure"})
LABELS = {
    "note": "Note", "warning": "Warning", "tip": "Tip", "hint": "Hint", "important": "Important",
    "caution": "Caution", "danger": "Danger", "error": "Error", "attention": "Attention", "seealso": "See also",
    "todo": "Todo", "versionadded": "Added in version", "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version", "versionremoved": "Removed in version",
}  # fmt: skip
"""What stands before the text of an admonition; the last four are followed by a version."""

VERSIONS = frozenset({"versionadded", "versionchanged", "deprecated", "versionremoved"})
# Their arguments say when or how they are shown.
SILENT = frozenset(
    "only ifconfig container class rst-class cssclass tabs tab-set grid hlist tip-set glossary highlights".split()
)
QUOTES = frozenset({"epigraph", "pull-quote", "highlights", "compound"})
"""Directives whose argument is the beginning of their content."""

_START = re.compile(r"([\w+.:-]*[\w-])::(?:\s+(.*)|$)")
_OPTION = re.compile(r":([\w-]+):(?:\s+(.*)|$)")


@dataclass(frozen=True, slots=True)
class Directive:
    """`argument` is on its first lines, `content` what follows without its indent."""

    name: str
    argument: str = ""
    options: dict[str, str] = field(default_factory=dict)
    content: list[str] = field(default_factory=list)


def read_directive(first: str, rest: list[str]) -> Directive | None:
    """The directive that begins with `first`, the text after the dots; None if it is none.

    `rest` are the lines below without their indent.
    """
    start = _START.match(first)
    if start is None:
        return None
    argument = [start[2] or ""]
    options: dict[str, list[str]] = {}
    value: list[str] = []
    at = 0
    while at < len(rest) and rest[at]:
        if option := _OPTION.match(rest[at]):
            value = options.setdefault(option[1].lower(), [])
            value.append(option[2] or "")
        else:
            # A value that goes on, or the argument.
            (value if options else argument).append(rest[at])
        at += 1
    values = {name: " ".join(value).strip() for name, value in options.items()}
    name = start[1].lower().rpartition(":")[2]
    return Directive(name, "\n".join(argument).strip(), values, rest[at:])
