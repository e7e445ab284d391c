"""Paragraphs and list items of line-based markup, whose lines gather until something else begins."""

from collections.abc import Callable

from wellread.ingest.parse.document import Composer


class WrappedLines:
    """Adds each paragraph or item to `composer` as one line, without its marks, when it ends."""

    def __init__(self, composer: Composer, plain: Callable[[str], str]) -> None:
        self.depth = 0
        """How many lists are open: what begins now stands in them."""
        self._composer = composer
        self._plain = plain
        self._lines: list[str] = []
        self._marker = ""

    def __bool__(self) -> bool:
        """Whether a paragraph or item has begun."""
        return bool(self._lines or self._marker)

    def add(self, line: str) -> None:
        """The next line; one that ends in a line feed keeps its end."""
        self._lines.append(line if line.endswith("\n") else line + " ")

    def start_item(self, marker: str, depth: int) -> None:
        """End what was, and begin an item; `marker` is what it shows before its text, such as `2.`."""
        self.end()
        self._marker, self.depth = marker, depth

    def end(self) -> None:
        """The paragraph or item is complete."""
        text = self._plain("".join(self._lines).strip())
        if self._marker and text:
            self._composer.add("list_item", f"{self._marker} {text}", max(self.depth, 1))
        else:
            self._composer.add("paragraph", text, self.depth)
        self._lines.clear()
        self._marker = ""
