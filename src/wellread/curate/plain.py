"""Text as it is read, without its markup, that still knows where every character stands in the original.

    raw     You **must** file it within\n[5 days](/late).
    text    You must file it within 5 days.
    origin  0123  6...

Markup is only ever left out, never replaced, except that a run of white space becomes one space. So a span
of the plain text is an exact span of the original whenever no markup stands inside it.
"""

import re
from dataclasses import dataclass

OPAQUE = "\ufffc"
"""Stands for what has no words of its own: a template tag or an image."""

_MARKUP = re.compile(
    r"(?P<opaque>!\[[^\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)|\{%.*?%\}|\{\{.*?\}\})"
    r"|(?P<link>\]\([^()]*(?:\([^()]*\)[^()]*)*\)|\]\[[^\]]*\])"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.*?-->|\{:[^}]*\})"
    r"|(?P<bracket>\[(?=[^\[\]]*\][(\[]))"
    r"|(?P<emphasis>\*{2,3}|__|`+|(?<![\w*])[*_](?=\S)|(?<=\S)[*_](?!\w))"
    r"|(?P<escape>\\(?=[^\w\s]))"
    r"|(?P<margin>(?:^|(?<=\n))[ \t]*>[ \t]?)"
    r"|(?P<space>\s+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """`origins[i]` is where `text[i]` stands in the original."""

    text: str
    origins: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` was read from; `start < end`."""
        return self.origins[start], self.origins[end - 1] + 1


def plain(raw: str, offset: int = 0) -> Plain:
    """`raw` without Markdown, HTML and template markup; origins count from `offset`."""
    characters: list[str] = []
    origins: list[int] = []

    def keep(text: str, at: int) -> None:
        for i, character in enumerate(text):
            if character == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(character)
            origins.append(offset + at + i)

    position = 0
    for match in _MARKUP.finditer(raw):
        keep(raw[position : match.start()], position)
        position = match.end()
        if match.lastgroup == "opaque":
            keep(OPAQUE, match.start())
        elif match.lastgroup == "space" or match.group().lower().startswith("<br"):
            keep(" ", match.start())
    keep(raw[position:], position)
    while characters and characters[-1] == " ":
        characters.pop()
        origins.pop()
    return Plain("".join(characters), tuple(origins))
