"""Mail that lies in files: an mbox file, or a Maildir folder."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.mailbox.maildir import Maildir
from wellread.ingest.sources.mailbox.mbox import Mbox, begins_mbox
from wellread.ingest.sources.mailbox.message_file import Entry, opened
from wellread.ingest.sources.protocol import Content, Item
from wellread.records.people import Principal, principal

_MESSAGE_ID = re.compile(
    rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?(?:[^<\n]*<([^>\n]*)>|(\S+))", re.IGNORECASE | re.MULTILINE
)
# No white space, and nothing that would look like a part of another message (parse/expand.py).
_PLAIN_ID = re.compile(r"(?!.*!/)[\x21-\x7e]{3,250}")
_LONGEST_ENVELOPE = 1000


class MailboxSource:
    """Lists and reads messages, each called by its Message-ID, or by a digest where that is missing or not its own.

    How a message is marked (read, answered, flagged) is no change in a Maildir folder. In an mbox file it is, since it
    stands among the fields above the text; the text is then compared, and nothing more is done.
    """

    def __init__(self, place: Place) -> None:
        self._root = _path(place.location).resolve()
        self._readers = _readers(place)
        self._found: dict[str, Entry[Any]] = {}

    @property
    def location(self) -> str:
        """The absolute path, links resolved."""
        return str(self._root)

    @property
    def memory(self) -> Mapping[str, Any]:
        """Nothing: the files tell everything each time."""
        return {}

    def items(self) -> Iterator[Item]:
        """Every message that is not marked as deleted, in the file's order, or in the order of files' names.

        The same message twice is listed once. Raises NotFoundError when there is no mailbox at the location; ParseError
        after the last item for files that cannot be read, and for what changed meanwhile.
        """
        problems: list[str] = []
        if not self._readers:
            problems.append(f"nobody may read {self._root}: name readers when adding the source")
        self._found = {}
        store = self._store()
        try:
            for entry in store.entries(problems):
                item = self._item(entry)
                if item:
                    yield item
        except OSError as error:
            problems.append(f"{self._root} cannot be listed: {error.strerror}")
        if problems:
            raise ParseError("\n".join(problems))

    def read(self, item: Item) -> Content:
        """The message. Raises ParseError: gone, changed since the listing, too large."""
        if item.uri not in self._found:
            raise ParseError(f"{item.uri} is not in {self._root}")
        entry = self._found[item.uri]
        try:
            return Content(self._store().read(entry.where, entry.digest), f"{item.uri}.eml")
        except (OSError, ParseError, NotFoundError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ParseError(f"{item.uri} cannot be read: {reason}") from None

    def close(self) -> None:
        """Nothing is kept open."""

    def _store(self) -> Mbox | Maildir:
        if _is_maildir(self._root, ("cur", "new")):
            return Maildir(self._root)
        if not self._root.exists():
            raise NotFoundError(f"{self._root} does not exist: check the name, and that it is mounted")
        if not _is_mbox(self._root, or_empty=True):
            raise NotFoundError(
                f"{self._root} is no mailbox: neither a folder with cur, new and tmp in it, nor a file that begins "
                "with a line `From SENDER DATE`"
            )
        return Mbox(self._root)

    def _item(self, entry: Entry[Any]) -> Item | None:
        """None for the same message again."""
        uri = _identity(entry.head) or entry.digest[:32]
        if uri in self._found and self._found[uri].digest != entry.digest:
            uri = f"{uri} {entry.digest[:16]}"
        if uri in self._found:
            return None
        self._found[uri] = entry
        return Item(
            uri=uri,
            modified=_iso(entry.arrived),
            size=entry.size,
            readers=self._readers,
            stamp=entry.digest,
        )


def recognises(location: str) -> bool:
    """Whether there is a Maildir folder or an mbox file at the path `location`."""
    path = _path(location)
    return _is_maildir(path, ("cur", "new", "tmp")) or _is_mbox(path)


def _path(location: str) -> Path:
    return Path(os.path.expanduser(location))  # noqa: PTH111  # Path's own raises for an unknown user


def _is_maildir(path: Path, folders: tuple[str, ...]) -> bool:
    # os.path says no where pathlib raises: a name that is none, a folder that may not be entered.
    return all(os.path.isdir(path / folder) for folder in folders)  # noqa: PTH112


def _is_mbox(path: Path, *, or_empty: bool = False) -> bool:
    try:
        with opened(path.resolve()) as file:
            start = os.pread(file, _LONGEST_ENVELOPE, 0)
            return begins_mbox(start) or (or_empty and not start)
    except (OSError, ValueError, ParseError):
        return False


def _identity(head: bytes) -> str:
    found = _MESSAGE_ID.search(head)
    written = (found[1] or found[2] or b"").decode("ascii", "replace").strip() if found else ""
    return written if _PLAIN_ID.fullmatch(written) else ""


def _iso(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat(timespec="seconds")


def _readers(place: Place) -> frozenset[Principal]:
    owner = place.options.get("owner")
    if not owner:
        return place.readers
    try:
        return frozenset([principal(f"user:{owner}")])
    except UsageError as error:
        raise UsageError(f"owner is {owner!r}: {error}") from None


KIND = Kind(
    MailboxSource,
    options={"owner": "The one person who may read; without it those whom the source names."},
    recognises=recognises,
)
