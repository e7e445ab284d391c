"""What the control words of RTF have set at a place in the text; each group begins with a copy."""

from dataclasses import dataclass, field, replace
from typing import Any

from wellread.ingest.parse.rtf.flow import Flow, Properties

_PARAGRAPH = {
    "outlinelevel": "outline", "s": "style", "ls": "list_id", "ilvl": "list_level", "fi": "first_indent",
    "li": "left_indent",
}  # fmt: skip
_MOST_FALLBACK = 64
FORMATTING = frozenset(_PARAGRAPH) | frozenset(
    "pard intbl itap plain fs f af rtlch ltrch v deleted uc".split()
)
"""Control words that format characters or the paragraph, as far as that tells something of the text."""


@dataclass(slots=True)
class State:
    """`destination` says what text is here: `text`, `label`, `title`, or what is not kept."""

    flow: Flow
    destination: str = "text"
    properties: Properties = field(default_factory=Properties)
    size: int = 24
    """Of the type, in half points."""
    fallback: int = 1
    """Characters after a Unicode one that stand for it in older readers."""
    is_hidden: bool = False
    is_deleted: bool = False
    _font: int | None = None
    _bidirectional_font: int | None = None
    _is_right_to_left: bool = False

    def copy(self) -> "State":
        """A state of its own that begins as this one is."""
        return State(
            self.flow, self.destination, self.properties, self.size, self.fallback, self.is_hidden,
            self.is_deleted, self._font, self._bidirectional_font, self._is_right_to_left,
        )  # fmt: skip

    @property
    def font(self) -> int | None:
        """The font in use, or None for the default one."""
        is_other = self._is_right_to_left and self._bidirectional_font is not None
        return self._bidirectional_font if is_other else self._font

    def apply(self, word: str, number: int | None) -> None:
        """Follow one of `FORMATTING`."""
        if word in _PARAGRAPH:
            changed: dict[str, Any] = {_PARAGRAPH[word]: number or 0}
            self.properties = replace(self.properties, **changed)
            return
        match word:
            case "pard":
                self.properties = Properties()
            case "intbl":
                self.properties = replace(self.properties, in_table=True)
            case "itap":
                self.properties = replace(self.properties, in_table=bool(number))
            case "plain":
                self.size, self.is_hidden, self.is_deleted = 24, False, False
                self._font, self._bidirectional_font, self._is_right_to_left = None, None, False
            case "fs":
                self.size = number or 24
            case "f":
                self._font = number
            case "af":
                self._bidirectional_font = number
            case "rtlch" | "ltrch":
                self._is_right_to_left = word == "rtlch"
            case "v":
                self.is_hidden = number != 0
            case "deleted":
                self.is_deleted = number != 0
            case "uc":
                self.fallback = min(max(number or 0, 0), _MOST_FALLBACK)
