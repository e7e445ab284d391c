"""Header fields as a reader sees them: encoded words (RFC 2047) decoded, addresses with their names."""

import binascii
import re
from email.utils import getaddresses

from wellread.ingest.parse.encodings import decode_anyway

_WORD = r"=\?([\w.:+-]+)(?:\*[\w-]*)?\?([bBqQ])\?([^?\r\n]*)\?="
_ENCODED_WORD = re.compile(_WORD)
_ENCODED_WORDS = re.compile(rf"{_WORD}(?:\s*{_WORD})*")
_MOST_CHARACTERS = 100_000
"""Of a field; a longer one is cut. Two thousand recipients have as many."""


def decoded(value: str) -> str:
    """A field on one line, its encoded words decoded; broken ones stay as they are."""
    return " ".join(_ENCODED_WORDS.sub(_decoded_run, value[:_MOST_CHARACTERS]).split())


def addresses(value: str) -> str:
    """An address field in the form `Name <address>, ...`; one that is no list of addresses as it stands."""
    try:
        pairs = getaddresses([value[:_MOST_CHARACTERS]])
    except (ValueError, IndexError, RecursionError):
        pairs = []
    if not pairs or not all(address for _, address in pairs):
        return decoded(value)
    return ", ".join(named_address(decoded(name), decoded(address)) for name, address in pairs)


def named_address(name: str, address: str) -> str:
    """`Name <address>`, or what there is of both."""
    name = name.strip("'\" ")
    if not name or not address or name.lower() == address.lower():
        return address or name
    return f"{name} <{address}>"


def _decoded_run(run: re.Match[str]) -> str:
    """Encoded words in a row. A character's bytes may lie in two of them, so they are joined first."""
    texts: list[str] = []
    held, charset = b"", ""
    for word in _ENCODED_WORD.finditer(run[0]):
        content = _bytes(word[2], word[3])
        if content is None:
            return run[0]
        if word[1].lower() != charset:
            texts.append(decode_anyway(held, charset))
            held, charset = b"", word[1].lower()
        held += content
    return "".join(texts) + decode_anyway(held, charset)


def _bytes(encoding: str, text: str) -> bytes | None:
    content = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(content, header=True)
    try:
        return binascii.a2b_base64(content + b"==")
    except binascii.Error:
        return None
