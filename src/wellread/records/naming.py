"""What a file or page is called, in words that people search for."""

import re
from functools import lru_cache
from posixpath import splitext
from urllib.parse import unquote, urlsplit

_WORD = re.compile(r"[^\W_]+")
_MEANINGLESS = re.compile(r"[0-9a-f]{8,}|\d{9,}|\w{25,}", re.IGNORECASE)
"""Digests and numbers that a program gave out: nobody searches for them."""
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}")
_SAYS_NOTHING = frozenset({"index", "readme", "default", "html", "www"})


@lru_cache(maxsize=16_384)
def name_words(uri: str) -> str:
    """The words of `uri`'s path: `reports/2023_Q3_ACME.pdf` gives "reports 2023 Q3 ACME".

    Without scheme, host, query and suffix, and without what only a program would have named so. A member of an archive
    or an attachment has the words of what it is in before its own.
    """
    path = urlsplit(uri).path if "://" in uri else uri
    parts = [_without_suffix(part) for part in unquote(path).replace("\\", "/").split("/")]
    words = [word for part in parts for word in _WORD.findall(part)]
    return " ".join(
        word for word in words if not _MEANINGLESS.fullmatch(word) and word.lower() not in _SAYS_NOTHING
    )


def _without_suffix(part: str) -> str:
    stem, suffix = splitext(part.rstrip("!"))
    return stem if _SUFFIX.fullmatch(suffix) else part
