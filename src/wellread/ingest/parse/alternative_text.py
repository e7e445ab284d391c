"""What documents say of their pictures, for people who do not see them."""

import re

_GENERATED = re.compile(r"\s*\b(?:Description automatically generated|AI-generated content)\b.*$", re.DOTALL)
_FILE_NAME = re.compile(r"\.\w{2,4}$")


def described(said: str | None) -> str:
    """A picture's alternative text where it is words, rather than a file's name or what a program adds to its guess."""
    text = _GENERATED.sub("", said or "").strip()
    return text if len(text.split()) > 1 and not _FILE_NAME.search(text) else ""
