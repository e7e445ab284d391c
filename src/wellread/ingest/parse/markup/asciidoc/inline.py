"""Marks inside the text of AsciiDoc: attributes, links, notes, emphasis."""

import html
import re

from wellread.ingest.parse.markup.kept_text import KeptText

_MAX_ATTRIBUTE = 10_000
"""Characters of an attribute's value: one may be made of others, and so grow with each."""

_MAX_REPLACED = 1_000_000
"""Characters that attributes may bring into a document."""

_BUILT_IN = {
    "empty": "", "blank": "", "sp": " ", "nbsp": " ", "zwsp": "", "wj": "", "apos": "'", "quot": '"',
    "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "deg": "°", "plus": "+", "brvbar": "¦", "vbar": "|",
    "amp": "&", "lt": "<", "gt": ">", "startsb": "[", "endsb": "]", "caret": "^", "asterisk": "*", "tilde": "~",
    "backslash": "\\", "backtick": "`", "two-colons": "::", "two-semicolons": ";;", "cpp": "C++", "litdd": "--",
}  # fmt: skip
_REFERENCE = re.compile(r"(?<!\\)\{([\w-]+)\}")
_BRACKETS = r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
_LITERAL = re.compile(
    r"\+\+\+([^+]+)\+\+\+|\$\$([^$]+)\$\$|(?<!\w)`\+([^`+]+)\+`(?!\w)|(?<![\w+])\+(\S(?:[^+]*[^\s+])?)\+(?![\w+])"
)
_NOTE = re.compile(rf"footnote(?:ref)?:([\w-]*){_BRACKETS}")
_HIDDEN = re.compile(
    r"\[\[[^\[\]]*\]\]|\b(?:anchor|icon|indexterm):[^\s\[\]]*\[[^\[\]]*\]|\(\(\([^()]*\)\)\)"
)
_INDEX_TERM = re.compile(r"\(\(([^()]+)\)\)")
_REFERENCE_TO = re.compile(r"<<([\w#./:-][^<>,`]*)(?:,([^<>`]*))?>>")
_MACRO = re.compile(
    rf"\b(link|xref|mailto|kbd|btn|menu|stem|latexmath|asciimath|pass|image|indexterm2):([^\s\[\]]{{0,500}}){_BRACKETS}"
)
_LINK = re.compile(rf"\b(?:https?|ftp|irc)://[^\s\[\]<>]{{1,1000}}{_BRACKETS}")
_LINK_OPTIONS = re.compile(r",\s*[\w-]+=.*$|\^$")

_ROLE = r"(?:\[[^\[\]\s]*\])?"
_QUOTES = (
    (re.compile(r"\"`([^`]+)`\""), r"“\1”"),
    (re.compile(r"'`([^`]+)`'"), r"‘\1’"),
    *(
        (re.compile(rf"{_ROLE}{mark}{mark}([^{mark}]+){mark}{mark}"), r"\1")
        for mark in (r"\*", "_", "`", "#")
    ),
    *(
        (re.compile(rf"(?<![\w{mark}\\]){_ROLE}{mark}(?=\S)([^{mark}]+)(?<=\S){mark}(?![\w{mark}])"), r"\1")
        for mark in (r"\*", "_", "`", "#")
    ),
    (re.compile(r"(?<!\\)\^([^\s^]+)\^|(?<!\\)~([^\s~]+)~"), r"\1\2"),
)
_ESCAPE = re.compile(r"\\(?=[*_`#^~{\[<:+'\"(]|https?:)")


class Inline:
    """Knows the document's attributes, and collects its footnotes."""

    def __init__(self) -> None:
        self.attributes = dict(_BUILT_IN)
        self.notes: list[str] = []
        self._numbers: dict[str, int] = {}
        self._left = _MAX_REPLACED

    def define(self, name: str, value: str) -> None:
        """Set an attribute of the document."""
        self.attributes[name.lower()] = self.replaced(value)[:_MAX_ATTRIBUTE]

    def replaced(self, text: str) -> str:
        """`text` with the values of the attributes it names; unknown ones stay as they are written."""
        return _REFERENCE.sub(self._value, text) if "{" in text else text

    def plain(self, text: str) -> str:
        """A paragraph as a reader of the rendered page would see it."""
        literal = KeptText()

        def keep(match: re.Match[str]) -> str:
            return literal.keep(match[match.lastindex or 0])

        def restored(text: str) -> str:
            return html.unescape(literal.restored(text))

        known = len(self.notes)
        text = self._without_marks(_LITERAL.sub(keep, self.replaced(text)))
        self.notes[known:] = map(restored, self.notes[known:])
        return restored(text)

    def _value(self, reference: re.Match[str]) -> str:
        value = self.attributes.get(reference[1].lower())
        if value is None or len(value) > self._left:
            return reference[0]
        self._left -= len(value)
        return value

    def _without_marks(self, text: str) -> str:
        text = _NOTE.sub(self._note, text)
        text = _INDEX_TERM.sub(r"\1", _HIDDEN.sub("", text))
        text = _REFERENCE_TO.sub(lambda to: (to[2] or to[1]).strip(), text)
        text = _LINK.sub(lambda link: _label(link[1]) or link[0].partition("[")[0], _MACRO.sub(_shown, text))
        for quote, inside in _QUOTES:
            text = quote.sub(inside, text)
        return _ESCAPE.sub("", text)

    def _note(self, note: re.Match[str]) -> str:
        """The mark of a note; a named one may be referred to again."""
        name, text = note[1], note[2]
        if name in self._numbers and not text:
            return f"[{self._numbers[name]}]"
        self.notes.append(self._without_marks(text.replace("\\]", "]")))
        if name:
            self._numbers[name] = len(self.notes)
        return f"[{len(self.notes)}]"


def _shown(macro: re.Match[str]) -> str:
    name, target, text = macro.groups()
    if name == "image":
        alternative = text.split(",")[0].strip(' "')
        return alternative if " " in alternative else ""
    if name == "menu":
        return f"{target} > {text}" if text else str(target)
    return _label(text) or str(target)


def _label(text: str) -> str:
    """What a link shows, without where it opens and how it looks."""
    return _LINK_OPTIONS.sub("", text.replace("\\]", "]")).strip().strip('"')
