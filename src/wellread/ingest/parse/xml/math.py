"""Formulas and exponents on one line: `x^2`, `(a + b)/c`, `√(n)`; MathML is read by its presentation elements."""

import re
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import children, local
from wellread.ingest.parse.xml.tree import replace_with_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_SCRIPTS = {
    "msup": ("^",), "msub": ("_",), "msubsup": ("_", "^"),
    "mover": ("",), "munder": ("_",), "munderover": ("_", "^"),
}  # fmt: skip
# Instructions to the machine and renderings for other programs.
_SKIPPED = frozenset({"annotation", "annotation-xml", "mspace", "mphantom", "malignmark", "maligngroup"})
_WORDS = frozenset({"mi", "mn", "mtext", "ms", "ci", "cn"})
_SPACED_SIGNS = frozenset("= + − - < > ≤ ≥ ≈ × ± ∈ →".split())
_SIMPLE = re.compile(r"[^\W_]*|[-−]?[\d.,]+|.")
_PREAMBLE = re.compile(r".*?\\begin\{document\}(.*?)\\end\{document\}.*", re.DOTALL)
_SIGN = re.compile(r"[a-z](?:,\s?[a-z])*|[*†‡§¶]+")
_EXPONENT = re.compile(r"[-+−–]?\s?\d+")
_INVISIBLE_OPERATORS = re.compile("[\u2061-\u2064]")


def write_out_math(root: "_Element") -> None:
    """Turn every formula below `root` into text; where it is given as MathML and as TeX, the first counts."""
    for formula in list(root.iter("{*}math")):
        replace_with_text(formula, linear(formula))
    for formula in list(root.iter("{*}tex-math")):
        parent = formula.getparent()
        given = parent is not None and parent.find("{*}math") is not None
        replace_with_text(formula, "" if given else _bare(formula.text or ""))


def write_out_exponents(root: "_Element") -> None:
    """Keep `10<sup>3</sup>` from reading as 103, and the number of a reference from reading as a digit."""
    for raised in list(root.iter("{*}sup", "{*}superscript")):
        text = " ".join("".join(raised.itertext()).split())
        parent = raised.getparent()
        refers = raised.find("{*}xref") is not None or (parent is not None and local(parent) == "xref")
        if refers and text[:1].isalnum():
            replace_with_text(raised, f"[{text}]")
        elif _EXPONENT.fullmatch(text) and _text_before(raised)[-1:].isdigit():
            replace_with_text(raised, f"^{text}")
        elif _SIGN.fullmatch(text) and _is_first(raised):
            replace_with_text(raised, f"[{text}] ")


def _is_first(element: "_Element") -> bool:
    """Whether a paragraph begins with it, as a remark does with the sign that refers to it."""
    parent = element.getparent()
    return parent is not None and local(parent) in ("p", "para") and parent[0] is element and not parent.text


def _text_before(element: "_Element") -> str:
    """The text that ends where the element begins, if both have the same parent."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""


def linear(formula: "_Element") -> str:
    """The formula as one line; what stands above or below gets brackets if it is more than a name."""
    texts: dict[_Element, str] = {}
    # Innermost first, so that no formula is too deep.
    for element in reversed(list(formula.iter("*"))):
        parts = [texts[child] for child in children(element)]
        texts[element] = _written(element, parts)
    return " ".join(_INVISIBLE_OPERATORS.sub("", texts[formula]).split())


def _written(element: "_Element", parts: list[str]) -> str:
    name = local(element)
    if name in _SKIPPED:
        return ""
    if name in _WORDS:
        return " ".join((element.text or "").split())
    if name == "mo":
        sign = (element.text or "").strip()
        return f" {sign} " if sign in _SPACED_SIGNS else sign
    if name in _SCRIPTS and parts:
        marks = zip(_SCRIPTS[name], parts[1:], strict=False)
        return parts[0] + "".join(mark + _grouped(part) for mark, part in marks if part.strip())
    return _arranged(name, parts, element)


def _arranged(name: str, parts: list[str], element: "_Element") -> str:
    match name, parts:
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "msqrt", _:
            return f"√({''.join(parts).strip()})"
        case "mroot", [inside, degree]:
            return f"{_grouped(inside)}^(1/{degree.strip()})"
        case "mfenced", _:
            inside = (element.get("separators") or ",").strip()[:1].join(parts)
            return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"
    return (" " if name in ("mtr", "mtd", "mlabeledtr") else "").join(parts)


def _grouped(part: str) -> str:
    part = part.strip()
    return part if _SIMPLE.fullmatch(part) else f"({part})"


def _bare(tex: str) -> str:
    """TeX without the preamble that makes a page of its own of it, and without dollar signs."""
    return _PREAMBLE.sub(r"\1", tex).strip().strip("$").strip()
