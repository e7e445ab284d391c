"""The lines of a file of line-based markup, taken one after the other."""

from collections.abc import Callable


class SourceLines:
    """`folded` is what a line is compared by where the end of a block is looked for."""

    def __init__(self, lines: list[str], folded: Callable[[str], str] = str) -> None:
        self._lines = lines
        self._folded = [folded(line) for line in lines]
        self._last = {line: at for at, line in enumerate(self._folded)}
        self._at = 0

    def __bool__(self) -> bool:
        """Whether there are more."""
        return self._at < len(self._lines)

    def take(self) -> str:
        """The next line, which is passed over."""
        self._at += 1
        return self._lines[self._at - 1]

    def peek(self) -> str:
        """The next line; nothing at the end."""
        return self._lines[self._at] if self else ""

    def until(self, end: str) -> list[str] | None:
        """The lines up to the next that is `end`, which is passed over too; None where there is none."""
        if self._last.get(end, -1) < self._at:
            return None
        first, self._at = self._at, self._folded.index(end, self._at) + 1
        return self._lines[first : self._at - 1]
