"""What is read of an RTF file: its texts, its style sheet and its title."""

from dataclasses import dataclass, field

from wellread.ingest.parse.rtf.characters import joined
from wellread.ingest.parse.rtf.flow import Paragraph, Table

_LONGEST_CHAIN = 20
"""Styles based on one another; word processors refuse more."""


@dataclass(slots=True)
class Style:
    """A paragraph style; outline level 9 is text, -1 leaves it to the style this one is based on."""

    name: str = ""
    outline: int = -1
    based_on: int = -1


@dataclass(slots=True)
class Document:
    """The text, its notes in the order of their marks, and what the numbers of styles mean."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    styles: dict[int, Style] = field(default_factory=dict)
    title: str = ""

    def styles_of(self, paragraph: Paragraph) -> list[Style]:
        """The paragraph's style and those it is based on."""
        found: list[Style] = []
        number = paragraph.properties.style
        while number in self.styles and len(found) < _LONGEST_CHAIN:
            found.append(self.styles[number])
            number = found[-1].based_on
        return found


class StyleSheet:
    """Collects the styles of a file; each is defined by a group of its own, which ends with its name."""

    def __init__(self) -> None:
        self.styles: dict[int, Style] = {}
        self._style = Style()
        self._number = 0
        self._name: list[str] = []

    def add(self, text: str) -> None:
        """Part of the name of the style that is being read."""
        self._name.append(text)

    def define(self, word: str, number: int | None) -> None:
        """Follow a control word of the style that is being read."""
        if word == "s":
            self._number = number or 0
        elif word == "sbasedon":
            self._style.based_on = number or 0
        elif word == "outlinelevel":
            self._style.outline = number or 0

    def end_style(self) -> None:
        """The group ends; one without a name is a part of a style, not a style."""
        self._style.name = joined(self._name).strip(" ;").lower()
        if self._style.name:
            self.styles.setdefault(self._number, self._style)
            self._style, self._number = Style(), 0
            self._name.clear()
