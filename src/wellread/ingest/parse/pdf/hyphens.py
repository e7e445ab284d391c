"""Words that are split at line ends."""

import re
from collections.abc import Iterable

from wellread.ingest.parse.pdf.words import HYPHEN

_BREAK_HYPHEN = re.compile("([^\\W\\d_]+)(?:[\u00ad\ufffe]\n?|[-\u2010]\n)(?=(\\w+))")
_MAY_BREAK = re.compile("[-\u2010]\n|[\u00ad\ufffe]")
_COMPOUND = re.compile(r"[^\W_]+-[^\W_]+")
_MOST_COMPOUNDS = 100_000


class Hyphens:
    """Joins lines, and words split at line ends: `exam-/ine` without its hyphen, `well-/known` with it.

    A hyphen stays when the same compound stands unbroken elsewhere in the document, or when what follows
    is a capital or a digit.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._compounds: set[str] = set()
        for text in texts:
            if "-" in text and len(self._compounds) < _MOST_COMPOUNDS:
                self._compounds.update(found.lower() for found in _COMPOUND.findall(text))

    def join(self, text: str) -> str:
        """The lines of `text` as one."""
        if _MAY_BREAK.search(text) is None:
            return " ".join(text.split())
        joined = " ".join(_BREAK_HYPHEN.sub(self._joined, text).split())
        # Where nothing follows, PDFium's mark for a hyphen stands for one.
        return joined.replace(HYPHEN, "-")

    def _joined(self, match: "re.Match[str]") -> str:
        left, right = match.group(1), match.group(2)
        keep = not right[0].islower() or f"{left}-{right}".lower() in self._compounds
        return f"{left}-" if keep else left
