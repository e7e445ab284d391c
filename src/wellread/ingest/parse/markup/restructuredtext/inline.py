"""Marks inside the text of reStructuredText: roles, links, notes, substitutions, emphasis."""

import re
from collections.abc import Iterator
from itertools import count

from wellread.ingest.parse.markup.kept_text import KeptText

_MAX_SUBSTITUTION = 1_000
_MAX_REPLACED = 1_000_000
"""Characters that one substitution may have, and that all may bring into a document."""

_BEFORE = r"(?:(?<=[\s'\"(\[{<\-/:\u2018\u201c\u00ab])|^)"
_AFTER = r"(?=[\s'\")\]}>\-/\\:.,;!?\u2019\u201d\u00bb]|$)"
_TEXT = r"(?=[^\s'\")\]}>])"
"""What follows a mark that opens; a mark in quotes or brackets is only spoken of."""

_LITERAL = re.compile(rf"{_BEFORE}``(?=\S)((?:[^`]|`(?!`))+)``{_AFTER}", re.MULTILINE)
_ROLE = r"(?::[\w.+:-]{1,60}:)"
_INTERPRETED = re.compile(rf"{_BEFORE}_?({_ROLE})?`(?=\S)([^`]+)`({_ROLE}|__?)?{_AFTER}", re.MULTILINE)
_TARGET = re.compile(r"^(.*\S)\s*<[^<>]*>$|^<([^<>]*)>$", re.DOTALL)
_NOTE = re.compile(r"\[(#[\w.+-]*|\*|[\w.+-]+)\]_(?!\w)")
_SUBSTITUTION = re.compile(r"\|(?=\S)([^|\n]{1,200})(?<=\S)\|_{0,2}")
_STRONG = re.compile(rf"{_BEFORE}\*\*{_TEXT}([^*]+)(?<=\S)\*\*{_AFTER}", re.MULTILINE)
_EMPHASIS = re.compile(rf"{_BEFORE}\*{_TEXT}([^*]+)(?<=\S)\*{_AFTER}", re.MULTILINE)
_NAMED = re.compile(rf"(?<![\w\\])([A-Za-z0-9](?:[\w.+-]{{0,60}}[A-Za-z0-9])?)__?{_AFTER}", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:\s|(.))")

_AS_WRITTEN = frozenset({"code", "math", "samp", "kbd", "file", "command", "program", "literal", "regexp"})
_DEFINITION = re.compile(r"\s*\.\. \|([^|]{1,200})\| ([\w-]+)::\s*(.*)")
_NOTE_BELOW = re.compile(r"\s*\.\. \[(#[\w.+-]*|\d+)\]")
_CODE_POINT = re.compile(r"\b(?:0x|U\+|u)([0-9A-Fa-f]{2,6})\b")


class Inline:
    """Knows a document's substitutions and the numbers of its notes."""

    def __init__(self, lines: list[str]) -> None:
        self._substitutions: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._left = _MAX_REPLACED
        for line in lines:
            if definition := _DEFINITION.match(line):
                self._define(*definition.groups())
        unnamed = list(self._number_notes([note[1] for line in lines if (note := _NOTE_BELOW.match(line))]))
        self._defined, self._referred = iter(unnamed), iter(unnamed)

    def plain(self, text: str) -> str:
        """A paragraph as a reader of the rendered page would see it."""
        kept = KeptText()
        text = _LITERAL.sub(lambda match: kept.keep(match[1]), text)
        text = _INTERPRETED.sub(lambda match: kept.keep(_shown(match[1] or match[3] or "", match[2])), text)
        text = _SUBSTITUTION.sub(self._substituted, text)
        text = _NOTE.sub(lambda note: kept.keep(f"[{self._called(note[1], self._referred)}]"), text)
        text = _NAMED.sub(r"\1", _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text)))
        return kept.restored(_ESCAPE.sub(lambda escape: escape[1] or "", text))

    def label(self, note: str) -> str:
        """What the note that is written as `note`, such as `#` or `#name`, is called; ask once for each."""
        return self._called(note, self._defined)

    def _called(self, note: str, unnamed: Iterator[str]) -> str:
        return next(unnamed, note) if note == "#" else self._numbers.get(note, note)

    def _define(self, name: str, directive: str, value: str) -> None:
        if directive == "unicode":
            value = _CODE_POINT.sub(lambda point: chr(int(point[1], 16)), value.partition("..")[0]).replace(
                " ", ""
            )
        elif directive != "replace":
            value = ""
        self._substitutions[_folded(name)] = value[:_MAX_SUBSTITUTION]

    def _number_notes(self, notes: list[str]) -> Iterator[str]:
        """Give notes without a number the next free one; those without a name in turn."""
        taken = {note for note in notes if note.isdigit()}
        free = (str(number) for number in count(1) if str(number) not in taken)
        for note in notes:
            if note == "#":
                yield next(free)
            elif not note.isdigit():
                self._numbers[note] = next(free)

    def _substituted(self, match: re.Match[str]) -> str:
        value = self._substitutions.get(_folded(match[1]))
        if value is None or len(value) > self._left:
            return match[0]
        self._left -= len(value)
        return value


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


def _shown(role: str, text: str) -> str:
    name = role.strip(":").rpartition(":")[2]
    if name in _AS_WRITTEN:
        return text
    if role and (target := _TARGET.match(text)):
        text = target[1] or target[2]
    if role.startswith(":") and text[0] in "~!":
        # Only the last part of a path, or no link: the text itself is what counts.
        text = text[1:].rpartition(".")[2] if text[0] == "~" else text[1:]
    return re.sub(r"\\(.)", r"\1", text)
