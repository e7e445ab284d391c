"""What an abbreviation stands for, where the text spells it out: `Paid Parental Leave (PPL)`."""

import re
import zlib
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.miners.candidate import propose
from wellread.curate.outline import Outline

_SPELT_OUT = re.compile(
    r"(?P<long>(?:[A-Z][\w&'’-]*)(?:\s(?:(?:of|for|and|the|on|in|to|&)\s)*[A-Z][\w&-]*)+)"
    r"\s\((?P<short>[A-Z][A-Za-z]*[A-Z])\)"
)
_SMALL = frozenset(["of", "for", "and", "the", "on", "in", "to", "&"])
_WORDINGS = (
    "What does {} stand for?",
    "What is {} short for?",
    "What is the full name of {}?",
    "What does the abbreviation {} mean?",
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """Names whose initials are the letters in parentheses. One abbreviation is always asked about in one
    wording."""
    for statement in outline.statements:
        for match in _SPELT_OUT.finditer(statement.text):
            offset = _full_name(match["long"], match["short"])
            if offset is not None:
                wording = _WORDINGS[zlib.crc32(match["short"].encode()) % len(_WORDINGS)]
                span = match.start("long") + offset, match.end("long")
                yield propose(statement.plain, (wording.format(match["short"]),), span)


def _full_name(long: str, short: str) -> int | None:
    """Where in `long` the words begin whose initials, with or without the small words, are `short`."""
    words = list(re.finditer(r"[^\s-]+", long))
    for first, word in enumerate(words):
        texts = [later.group() for later in words[first:]]
        if len(texts) < 2 or texts[0].lower() in _SMALL:
            continue
        every = "".join(text[0] for text in texts).upper()
        large = "".join(text[0] for text in texts if text.lower() not in _SMALL).upper()
        if short.upper() in (every, large):
            return word.start()
    return None
