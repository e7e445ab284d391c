"""Links and markup in a text: whatever a program that shows it might follow, fetch or obey.

Wider than the addresses that `screen.quantities` knows: what is looked for is not what is meant as a link, but what
some program would make one of.
"""

import re

_SCHEMES = "mailto|data|javascript|vbscript|file|tel|sms|blob|about"
_LINK = re.compile(
    rf"[a-z][a-z0-9+.-]*://\S+|\b(?:{_SCHEMES}):\S+|(?<![:\w])//[^\s/]\S*|[\w.+-]+@[\w-]+\.\S+"
    r"|(?<![\w.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w-])(?:[/?#:]\S*)?",
    re.IGNORECASE,
)
"""An address with its scheme, one without, a mail address, or the name of a host; with all that is joined to it."""
_AROUND = ".,;:!?'\"“”‘’`()[]{}<>|*_"
_MARKUP = re.compile(
    r"!?\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\]|:\s*\S+)|<[/!?]?[a-z][^<>]*>?",
    re.IGNORECASE,
)


def links(text: str) -> list[str]:
    """Everything in `text` that can be taken for a link, without the signs around it, in its order."""
    return [found for match in _LINK.finditer(text) if (found := match.group().strip(_AROUND))]


def without_links(text: str) -> str:
    """`text` with `(link)` in the place of each, but for names of two parts alone: so are files called."""
    return _LINK.sub(lambda match: match.group() if _is_plain(match.group()) else "(link)", text)


def markup(text: str) -> list[str]:
    """Links and images of Markdown and tags of HTML in `text`, as they are written there."""
    return [match.group() for match in _MARKUP.finditer(text)]


def _is_plain(found: str) -> bool:
    return found.rstrip(".").count(".") == 1 and not any(sign in found for sign in "/:?#@")
