"""Which addresses belong to a place on the web: those of its site, below its path, that the user wants."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import translate
from posixpath import basename
from urllib.parse import unquote, urlsplit

from wellread.ingest.sources.http.address import is_same_site


@dataclass(frozen=True)
class Scope:
    """What is below `start`: of /docs/guide.html the folder /docs/, of /docs or /docs/ what is in it."""

    start: str
    include: tuple[str, ...] = ()
    """Globs of paths, of which a document must match one; any path when there are none."""
    exclude: tuple[str, ...] = ()
    _included: tuple[re.Pattern[str], ...] = field(init=False, repr=False)
    _excluded: tuple[re.Pattern[str], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_included", _patterns(self.include))
        object.__setattr__(self, "_excluded", _patterns(self.exclude))

    def within(self, address: str) -> str:
        """A canonical address as it is to be fetched; nothing where it is outside or excluded.

        Of an encrypted place no page is fetched unencrypted.
        """
        if not address or not is_same_site(self.start, address):
            return ""
        if self.start.startswith("https:") and address.startswith("http:"):
            address = "https:" + address.removeprefix("http:")
        return (
            address if self.is_below(address) and not _match(self._excluded, urlsplit(address).path) else ""
        )

    def wants(self, address: str) -> bool:
        """Whether an address that is within may be a document of the place."""
        return not self._included or _match(self._included, urlsplit(address).path)

    def is_below(self, address: str) -> bool:
        """Whether the path of a canonical address is that of the start, or in its folder."""
        start, path = urlsplit(self.start).path, urlsplit(address).path
        if "." in basename(start):
            return path.startswith(start[: start.rindex("/") + 1])
        folder = start.rstrip("/")
        return path == folder or path.startswith(f"{folder}/")


def _patterns(globs: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(translate(glob)) for glob in globs)


def _match(patterns: Iterable[re.Pattern[str]], path: str) -> bool:
    return any(pattern.match(path) or pattern.match(unquote(path)) for pattern in patterns)
