"""The line in brackets before a block of AsciiDoc, which says what the block is."""

import re

OPTIONS = re.compile(r"\[(?:[\w.#%{,\"'][^\]]*|)\]$|\[\[[^\]]*\]\]$")
_OPTION = re.compile(r"\s*(?:([\w-]+)\s*=\s*)?(\"[^\"]*\"|'[^']*'|[^,]*),?")
_FLAG = re.compile(r"%([\w-]+)")
_STYLE = re.compile(r"[\w-]*")
_ADMONITIONS = frozenset({"note", "tip", "important", "warning", "caution"})
_CODE = frozenset({"source", "listing", "literal"})
_QUOTED = frozenset({"quote", "verse"})


class Options:
    """What applies to the next block: its style, such as `source`, and attributes by name."""

    def __init__(self, label: str = "") -> None:
        self.style = ""
        self.label = label
        """What an admonition shows before its text."""
        self.attribution = ""
        """Who is quoted, and from what."""
        self.named: dict[str, str] = {}

    @property
    def is_code(self) -> bool:
        """Whether the block is shown as it is written."""
        return self.style in _CODE

    @property
    def start(self) -> int:
        """Number of a list's first item."""
        number = self.named.get("start", "")
        return int(number) if re.fullmatch(r"\d{1,6}", number, re.ASCII) else 1

    def read(self, line: str) -> None:
        """Follow one line such as `[quote, Ada Quill]` or `[%header,cols="1,2"]`."""
        if line.startswith("[["):
            return
        positional: list[str] = []
        at, inside = 0, line[1:-1]
        while at < len(inside) and (option := _OPTION.match(inside, at)) and option.end() > at:
            name, value = option[1], option[2].strip().strip("\"'")
            at = option.end()
            if name:
                self.named[name.lower()] = value
            else:
                positional.append(value)
        first = positional[0] if positional else ""
        style = _STYLE.match(first)
        self.style = (style[0] if style else "").lower() or self.style
        self.named["options"] = " ".join([self.named.get("options", ""), *_FLAG.findall(first)])
        self.label = f"{self.style.capitalize()}:" if self.style in _ADMONITIONS else self.label
        if self.style in _QUOTED and positional[1:]:
            self.attribution = "— " + ", ".join(part for part in positional[1:3] if part)
