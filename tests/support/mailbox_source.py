"""Mailboxes in files, and the source over them."""

from pathlib import Path

from synchronising import STAFF, listing, synchronised

from wellread.catalogue import Catalogue
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.mailbox.source import MailboxSource
from wellread.records.knowledge import SyncReport

ENVELOPE = b"From ann@example.org Tue Jul  7 09:44:25 2026\n"


def message(identity: str, text: str = "Hello.", more: str = "") -> bytes:
    head = "From: Ann <ann@example.org>\nSubject: Greetings\n" + more
    head += f"Message-ID: <{identity}@example.org>\n" if identity else ""
    return f"{head}\n{text}\n".encode()


def escaped(data: bytes) -> bytes:
    return b"".join(
        b">" + line if line.lstrip(b">").startswith(b"From ") else line
        for line in data.splitlines(keepends=True)
    )


def mbox_of(*messages: bytes) -> bytes:
    return b"".join(ENVELOPE + escaped(data) + b"\n" for data in messages)


def open_at(path: Path, **options: str) -> MailboxSource:
    return MailboxSource(Place(location=str(path), readers=STAFF, options=options))


def uris(source: MailboxSource) -> list[str]:
    return [item.uri for item in source.items()]


def collect(source: MailboxSource) -> tuple[list[str], str]:
    """What is listed, and why that is not all."""
    found, problem = listing(source)
    return [item.uri for item in found], problem


def sync(path: Path, catalogue: Catalogue, most: int = 1000, **options: str) -> tuple[SyncReport, list[str]]:
    return synchronised(open_at(path, **options), catalogue, "mail", most)
