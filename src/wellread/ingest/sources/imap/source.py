"""Messages of an IMAP mailbox (RFC 3501), read without leaving a trace there.

    imaps://ann@mail.example.org/Projects        TLS from the first byte
    imap://ann@mail.example.org                  the same by STARTTLS; INBOX where no folder is named

`imaplib` of the standard library does what is needed here; a client library would add only the reading of answers
(answers.py) and of folder names (names.py), and neither of them bounds what a server may send.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wellread.errors import NotFoundError, ParseError, UnreachableError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.imap.account import OPTIONS, account, is_pattern, matches
from wellread.ingest.sources.imap.answers import Folder, Listed
from wellread.ingest.sources.imap.memory import recognised
from wellread.ingest.sources.imap.names import encoded, quoted
from wellread.ingest.sources.imap.session import DeclinedError, Session
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.protocol import Content, Item

TOGETHER = 500
"""Messages described in one answer."""


class ImapSource:
    """Lists the messages of one or more folders and reads them.

    A message is called by its folder and its UID. Messages are immutable, so what is listed once is never read
    again, unless the server numbers its folder anew and the message has no Message-ID to be known by.
    """

    def __init__(self, place: Place) -> None:
        self._account = account(place)
        self._secret = place.secret
        self._memory: dict[str, Any] = dict(place.memory)
        self._session: Session | None = None
        self._where: dict[str, tuple[bytes, int, int]] = {}

    @property
    def location(self) -> str:
        """What was written, with the host in small letters and without a usual port."""
        return self._account.location

    @property
    def memory(self) -> Mapping[str, Any]:
        """By folder, the marks of its messages: to know them again when the server numbers them anew."""
        return self._memory

    def items(self) -> Iterator[Item]:
        """Every message that is not marked as deleted, by folder and UID.

        Raises NotFoundError: none of the folders exists; UnreachableError: no connection, or it broke; ParseError after
        the last item for folders that cannot be opened and messages the server does not describe.
        """
        self.close()
        self._where = {}
        session = self._session = Session(self._account, self._secret)
        problems: list[str] = []
        if not self._account.readers:
            problems.append(f"nobody may read {self.location}: name readers when adding the source")
        missing: list[str] = []
        folders = list(self._folders(session, missing))
        if not folders:
            raise NotFoundError(f"{self.location} has no folder {' or '.join(missing)}: check the name")
        problems += [f"there is no folder {name}" for name in missing if not is_pattern(name)]
        self._memory = {
            name: value for name, value in self._memory.items() if name in {f.name for f in folders}
        }
        for folder in folders:
            yield from self._messages(session, folder, problems)
        if problems:
            raise ParseError("\n".join(problems))

    def read(self, item: Item) -> Content:
        """The message as it came. A connection that broke is made anew once.

        Raises ParseError: gone, too large; UnreachableError.
        """
        if item.uri not in self._where:
            raise ParseError(f"{item.uri} is not in {self.location}")
        if item.size > MAX_BYTES:
            raise ParseError(f"{item.uri} has {item.size:,} bytes, the most is {MAX_BYTES:,}")
        try:
            try:
                return Content(self._message(item), f"{item.uri}.eml")
            except UnreachableError:
                self.close()
                return Content(self._message(item), f"{item.uri}.eml")
        except UnreachableError:
            self.close()
            raise
        except ParseError as error:
            raise ParseError(f"{item.uri} cannot be read: {error}") from None

    def close(self) -> None:
        """Log out. Calling twice is harmless."""
        if self._session:
            self._session.close()
        self._session = None

    def _message(self, item: Item) -> bytes:
        self._session = self._session or Session(self._account, self._secret)
        return self._session.message(*self._where[item.uri])

    def _folders(self, session: Session, missing: list[str]) -> Iterator[Folder]:
        """Those wanted, by name; wanted ones that are not there go to `missing`."""
        wanted = self._account.folders
        there: dict[str, Folder] = {}
        for name in wanted:
            pattern = '"*"' if is_pattern(name) else quoted(encoded(name))
            found = {folder.name: folder for folder in session.folders(pattern) if matches(folder.name, name)}
            there |= found
            if not found:
                missing.append(name)
        yield from (there[name] for name in sorted(there))

    def _messages(self, session: Session, folder: Folder, problems: list[str]) -> Iterator[Item]:
        before = len(problems)
        try:
            uidvalidity, count = session.open(folder.raw)
        except DeclinedError as error:
            problems.append(f"the folder {folder.name} cannot be opened: {error}")
            return
        listed: list[Listed] = []
        oldest = self._account.oldest()
        # By their place in the folder, since nothing else can be removed from it meanwhile that would move them.
        for first in range(1, count + 1, TOGETHER):
            last = min(first + TOGETHER - 1, count)
            some, reason = session.messages(first, last)
            listed += [message for message in some if not message.is_deleted and message.arrived >= oldest]
            if reason:
                problems.append(f"messages {first} to {last} of {folder.name} cannot all be listed: {reason}")
        names = recognised(self._memory.get(folder.name), uidvalidity, listed)
        if len(problems) == before:
            self._memory[folder.name] = names.to_json(listed)
        for message in listed:
            uri = names.uri(folder.name, message.uid)
            self._where[uri] = (folder.raw, uidvalidity, message.uid)
            yield Item(
                uri=uri,
                modified=message.arrived.isoformat(),
                size=message.size,
                readers=self._account.readers,
                stamp=names.stamps[message.uid],
            )


KIND = Kind(
    ImapSource,
    options=OPTIONS,
    recognises=lambda location: location.lower().startswith(("imap://", "imaps://")),
)
