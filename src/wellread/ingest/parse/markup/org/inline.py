"""Marks inside the text of Org files (Org syntax, "Objects"): emphasis, links, notes."""

import re

from wellread.ingest.parse.markup.kept_text import KeptText

_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$", re.IGNORECASE)
_LINK = re.compile(r"\[\[([^\[\]]*)\](?:\[((?:[^\[\]]|\[[^\[\]]*\])*)\])?\]")
_NOTE = re.compile(r"\[fn:([\w-]*)(?::([^\[\]]*))?\]")
_TARGET = re.compile(r"<<(?:<([^<>\n]*)>|[^<>\n]*)>>")
_SNIPPET = re.compile(r"@@[\w-]+:[^@]*@@|\{\{\{[^{}]*\}\}\}")
_RAISED_OR_LOWERED = re.compile(r"(?<=\S)[_^]\{([^{}]*)\}")

_BEFORE, _AFTER = r"(?:(?<=[\s\-({'\"])|^)", r"(?=[\s\-.,;:!?'\")}\[]|$)"
_VERBATIM = re.compile(rf"{_BEFORE}([=~])(?=\S)((?:(?!\1).)+)(?<=\S)\1{_AFTER}", re.MULTILINE)
_EMPHASIS = [
    re.compile(rf"{_BEFORE}{mark}(?=\S)([^{mark}]+)(?<=\S){mark}{_AFTER}", re.MULTILINE)
    for mark in (r"\*", "/", "_", r"\+")
]


def plain(text: str) -> str:
    """A paragraph without its marks: what an export shows."""
    verbatim = KeptText()
    text = _VERBATIM.sub(lambda match: verbatim.keep(match[2]), text)
    text = _SNIPPET.sub("", _TARGET.sub(lambda target: target[1] or "", text))
    text = _RAISED_OR_LOWERED.sub(r"\1", text)
    text = _NOTE.sub(_note, _LINK.sub(_shown, text))
    # Twice, since emphasis may be inside emphasis of another kind.
    for emphasis in _EMPHASIS * 2:
        text = emphasis.sub(r"\1", text)
    return verbatim.restored(text)


def _shown(link: re.Match[str]) -> str:
    """A link's description, or its target; a picture is shown, not named."""
    target, description = link[1], link[2]
    if description is None:
        return "" if _PICTURE.search(target) else target.removeprefix("file:")
    return "" if _PICTURE.search(description) else description


def _note(note: re.Match[str]) -> str:
    """The mark of a note, or the text of one without a name."""
    return f" ({note[2].strip()})" if note[2] else f"[{note[1]}]"
