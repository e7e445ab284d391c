"""A mailbox on a real server, the source over it, and a catalogue that it is synchronised into."""

import imaplib
import itertools
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from synchronising import STAFF, listing

from wellread.ingest.sources.imap.names import encoded, quoted
from wellread.ingest.sources.imap.source import ImapSource
from wellread.ingest.sources.kind import Place

if TYPE_CHECKING:
    from dovecot_server import DovecotServer


USUAL = "the mailbox's own password"
ARRIVED = datetime(2026, 7, 7, 9, 44, 25, tzinfo=UTC)
_LOGINS = (f"ann{number}" for number in itertools.count())


def message(identity: str, text: str = "Hello.", subject: str = "Greetings") -> bytes:
    head = f"From: Ann <ann@example.org>\r\nSubject: {subject}\r\n"
    head += f"Message-ID: <{identity}@example.org>\r\n" if identity else ""
    return f"{head}\r\n{text}\r\n".encode()


class Mailbox:
    """A login's mailbox as its owner's mail program sees it."""

    def __init__(self, server: "DovecotServer") -> None:
        self.server = server
        self.login = next(_LOGINS)
        self.memory: dict[str, object] = {}

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.server.port, timeout=10)
        client.authenticate("PLAIN", lambda _: f"\0{self.login}\0{self.server.password}".encode())
        return client

    def deliver(self, data: bytes, folder: str = "INBOX", arrived: datetime = ARRIVED) -> int:
        """Put a message there; its UID."""
        with self.client() as client:
            name = quoted(encoded(folder))
            client.create(name)
            _, told = client.append(name, "", imaplib.Time2Internaldate(arrived), data)
            return int(told[0].split(b"]")[0].split()[-1])

    def mark(self, uid: int, flag: str = r"\Deleted", folder: str = "INBOX", expunge: bool = False) -> None:
        with self.client() as client:
            client.select(quoted(encoded(folder)))
            client.uid("STORE", str(uid), "+FLAGS", f"({flag})")
            if expunge:
                client.expunge()

    def flags(self, uid: int) -> bytes:
        with self.client() as client:
            client.select("INBOX", readonly=True)
            return bytes(client.uid("FETCH", str(uid), "(FLAGS)")[1][0])

    def number_anew(self) -> None:
        """As after a rebuilt index: another UIDVALIDITY, and UIDs from 1 in the order of names."""
        folder = self.server.maildir(self.login)
        head = (folder / "dovecot-uidlist").read_text().splitlines()[0].split()
        validity = int(head[1][1:]) + 5
        for path in folder.glob("dovecot.index*"):
            path.unlink()
        (folder / "dovecot-uidlist").write_text(f"3 V{validity} N1 {head[3]}\n")
        with self.client() as client:
            client.select("INBOX")

    def location(self, folder: str = "") -> str:
        return f"imap://{self.login}@127.0.0.1:{self.server.port}{folder and '/'}{folder}"

    def open(self, folder: str = "", secret: str | None = USUAL, **options: str) -> ImapSource:
        return ImapSource(
            Place(
                location=self.location(folder),
                readers=STAFF,
                options=options,
                secret=self.server.password if secret is USUAL else secret,
                memory=self.memory,
            )
        )


def collect(source: ImapSource) -> tuple[list[str], str]:
    """What is listed, and why that is not all. Closes the source."""
    with closing(source):
        found, problem = listing(source)
    return [item.uri for item in found], problem
