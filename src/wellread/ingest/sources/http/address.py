"""Addresses of the web (RFC 3986) in one spelling each, so that one page has one name."""

import re
from urllib.parse import urlsplit

from wellread.errors import UsageError
from wellread.ingest.sources.http.network_addresses import Endpoint

MOST_CHARACTERS = 2000
"""Of an address; longer ones are what traps for crawlers are made of."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?\.?|[0-9a-f:.]+", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_WHITE = re.compile(r"[\t\r\n]")


def canonical(link: str, base: str = "") -> str:
    """`link`, as it stands in a page at `base`, in its one spelling; nothing where it is no address of the web.

    Lower-case scheme and host (international names as RFC 5891 encodes them), no default port, no dot segments, no
    fragment, escapes only where they must be and in capitals; the query stays as it is. An address with a user name or
    password in it is not taken.
    """
    import httpx2

    text = _WHITE.sub("", link.strip())
    if len(text) > MOST_CHARACTERS:
        return ""
    try:
        address = httpx2.URL(base).join(text) if base else httpx2.URL(text)
        # Escapes that need not be can hide dots, so the segments are looked at once more without them.
        before, mark, query = str(address).partition("?")
        address = httpx2.URL(unescaped(before) + mark + query)
    except (httpx2.InvalidURL, ValueError, TypeError, UnicodeError):
        return ""
    host = address.raw_host.decode("ascii")
    if address.scheme not in DEFAULT_PORTS or address.userinfo or not _HOST.fullmatch(host):
        return ""
    if address.port is not None and not 0 < address.port < 65536:
        return ""
    path, mark, query = address.raw_path.decode("ascii").partition("?")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{address.port}" if address.port else "")
    found = f"{address.scheme}://{netloc}{path or '/'}{mark}{query}"
    return found if len(found) <= MOST_CHARACTERS else ""


def unescaped(text: str) -> str:
    """`text` with escapes only where they must be, and in capitals (RFC 3986, 6.2.2)."""
    return _ESCAPE.sub(_plain, text)


def endpoint(address: str) -> Endpoint:
    """The host and port that a canonical address leads to."""
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


def is_same_site(one: str, other: str) -> bool:
    """Whether two canonical addresses are of one host, by the same port or both by their scheme's usual one."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.hostname, first.port) == (second.hostname, second.port)


def path_of(address: str) -> str:
    """The path of a canonical address, with its query."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def origin(address: str) -> str:
    """Scheme, host and port of a canonical address, without a slash at the end."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def location_of(text: str) -> str:
    """What a user wrote as the canonical address of a place. Raises UsageError, without repeating a password."""
    found = canonical(text)
    if found:
        return found
    if "@" in text:
        raise UsageError(
            "the location has a user name or password in it: leave it out, and put the password into the environment "
            "variable WELLREAD_SECRET_NAME, with the source's name in capitals for NAME"
        )
    raise UsageError(f"{text!r} is not an address of the web: write it as https://host/path")


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if _UNRESERVED.fullmatch(character) else escape[0].upper()
