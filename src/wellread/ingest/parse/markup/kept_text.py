"""Text that stands as it is written, while the marks around it are read."""

import re

_PLACE = re.compile("\0([0-9]+)\0")
"""Where text was taken out; no file that is text has the character beside the number."""


class KeptText:
    """What was taken out of one paragraph."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def keep(self, text: str) -> str:
        """Take `text` out; what comes back holds its place."""
        self._texts.append(text)
        return f"\0{len(self._texts) - 1}\0"

    def restored(self, text: str) -> str:
        """`text` with what was taken out of it, which may hold places too."""
        while _PLACE.search(text):
            text = _PLACE.sub(lambda place: self._texts[int(place[1])], text)
        return text
