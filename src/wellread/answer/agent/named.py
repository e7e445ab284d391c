"""What a question names: quoted titles and capitalised names, as regular expressions."""

import re

_ASKING = (
    "Is|Are|Was|Were|Be|Do|Does|Did|Has|Have|Had|Can|Could|May|Might|Must|Shall|Should|Will|Would|Who|Whom|Whose|What|"
    "Which|When|Where|Why|How|If|In|On|At|By|For|From|Of|To|With|The|A|An|And|Or|Between|Both"
)
_QUOTED = r"[\"“][^\"”]+[\"”]"
_WORD = r"[A-Z0-9][\w'’.&-]*"
_JOIN = r"(?:of|the|and|de|la|von|van)"


def _name(joined: str) -> str:
    inside = rf"(?:\s+(?:{joined}\s+){{0,2}}{_WORD}|\s+\([^()]*\))*"
    return rf"(?:{_QUOTED}|(?<![\w'’])(?!(?:{_ASKING})\b)[A-Z0-9][\w'’.&-]*{inside})"


NAME = re.compile(_name(_JOIN))
"""One name; `and` may stand inside."""
ONE = _name(r"(?:of|the|de|la|von|van|in|on)")
"""The pattern of a name in which no `and` stands."""


def plain(name: str) -> str:
    """Without quotation marks and the like around it."""
    return name.strip(" \"“”.,'’")
