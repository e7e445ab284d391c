"""Text of an answer that does nothing wherever it is shown.

A statement may repeat a source that has an image, a link or a tag in it. Programs that take answers for Markdown or
HTML would fetch the one and obey the other, so the signs are set apart by which they would know it: `![a](b)` becomes
`![a] (b)`. The words, and the addresses as plain text, stay. Quotes of citations are the source letter by letter.
"""

import re

from wellread.screen.links import without_links

_JOINTS = re.compile(r"\](?=[(\[:])")
_TAG = re.compile(
    r"<(?=[/!?a-z])(?!/?[a-z][a-z0-9]*>)"
    r"|<(?=/?(?:script|style|svg|math|iframe|object|xmp|plaintext|textarea|title|noscript|template)\b)",
    re.IGNORECASE,
)
"""What opens a tag. Plain ones, such as `<b>` or the `<int>` of a program, can do nothing."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\U000e0000-\U000e007f]")
"""What terminals obey, what turns round the order of letters, and letters that only models read."""


def inert(text: str) -> str:
    """`text` without markup that could act, and without characters that nobody sees. Twice is once."""
    return _TAG.sub("< ", _JOINTS.sub("] ", _UNSEEN.sub("", text)))


def told(text: str) -> str:
    """What a model wrote of itself, for a step: inert and without links, since no source has been asked for them."""
    return inert(without_links(text))
