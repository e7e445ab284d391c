"""Folder names as IMAP writes them: modified UTF-7 (RFC 3501, section 5.1.3) in quoted strings."""

import binascii
import re

_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")


def encoded(name: str) -> bytes:
    """`name` in modified UTF-7: printable ASCII as it is, `&` as `&-`, the rest as UTF-16 in base 64."""
    return _NOT_PRINTABLE.sub(_shift, name.replace("&", "&-")).encode("ascii")


def decoded(raw: bytes) -> str:
    """The inverse of `encoded`; a name that is not well-formed is taken as it stands."""
    try:
        return _SHIFTED.sub(_unshift, raw).decode("utf-8")
    except (ValueError, binascii.Error):
        return raw.decode("utf-8", "backslashreplace")


def quoted(raw: bytes) -> str:
    """A quoted string for a command. Raises ValueError for a name that cannot be one: it would end the command."""
    if any(byte < 0x20 for byte in raw):
        raise ValueError(f"the name {raw!r} holds control characters")
    return '"' + raw.decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shift(found: re.Match[str]) -> str:
    data = binascii.b2a_base64(found[0].encode("utf-16-be", "replace"), newline=False)
    return f"&{data.decode('ascii').rstrip('=').replace('/', ',')}-"


def _unshift(found: re.Match[bytes]) -> bytes:
    if not found[1]:
        return b"&"
    data = found[1].replace(b",", b"/")
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4)).decode("utf-16-be").encode("utf-8")
