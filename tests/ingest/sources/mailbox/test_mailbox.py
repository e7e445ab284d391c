"""Mail that lies in files, whichever way: what is listed, read and kept apart."""

import mailbox as standard
import os
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from mailbox_source import collect, mbox_of, message, open_at, sync, uris
from source_contract import SourceContract
from synchronising import STAFF, counts

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.mailbox import mbox
from wellread.ingest.sources.mailbox.source import KIND, MailboxSource
from wellread.ingest.sources.protocol import Item
from wellread.records.identity import document_id


def fill(path: Path, *messages: bytes) -> None:
    """Make these the messages of a mailbox."""
    if path.is_file():
        path.write_bytes(mbox_of(*messages))
        return
    for folder in ("new", "cur"):
        for file in (path / folder).iterdir():
            file.unlink()
    for number, data in enumerate(messages):
        (path / "cur" / f"{1_790_000_000 + number}.m.host:2,S").write_bytes(data)


class MailboxContract(SourceContract):
    contents: ClassVar = {
        "leave": message("leave", "You have 30 days of leave."),
        "travel": message("travel", "From Monday on:\n\nFrom here\n>From there\n\n\n"),
        "empty": message("empty", ""),
        "menu": message("menu", "Soup"),
    }

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "mail"
        self.written: dict[str, bytes] = {}

    def open(self) -> MailboxSource:
        return open_at(self.path)

    def uri(self, name: str) -> str:
        return f"{name}@example.org"


class TestMboxContract(MailboxContract):
    def write(self, name: str, data: bytes) -> None:
        self.written[name] = data
        self.path.write_bytes(mbox_of(*self.written.values()))

    def remove(self, name: str) -> None:
        del self.written[name]
        self.path.write_bytes(mbox_of(*self.written.values()))

    def destroy(self) -> None:
        self.path.unlink()


class TestMaildirContract(MailboxContract):
    def write(self, name: str, data: bytes) -> None:
        standard.Maildir(self.path)
        (self.path / "cur" / f"{name}.host:2,S").write_bytes(data)

    def remove(self, name: str) -> None:
        (self.path / "cur" / f"{name}.host:2,S").unlink()

    def destroy(self) -> None:
        self.path.rename(self.path.with_name("elsewhere"))


def test_messages_become_documents_and_changes_are_followed(path: Path, catalogue: Catalogue) -> None:
    fill(path, message("one", "Text one."), message("two", "Text two."))
    assert counts(sync(path, catalogue)[0]) == (2, 0, 0, 0, 0)
    document = catalogue.knowledge.document(document_id("mail", "one@example.org"))
    assert (document.title, document.readers) == ("Greetings", STAFF)
    assert "Text one." in document.text

    fill(path, message("two", "Text two."), message("three"))
    report, reads = sync(path, catalogue)
    assert (counts(report), reads) == ((1, 0, 1, 1, 0), ["three@example.org"])

    fill(path, message("two", "Other text."), message("three"))
    report, reads = sync(path, catalogue, owner="ann")
    assert (counts(report), reads) == ((0, 1, 0, 1, 0), ["two@example.org"])
    document = catalogue.knowledge.document(document_id("mail", "three@example.org"))
    assert document.readers == {"user:ann"}


def test_what_was_interrupted_is_resumed(path: Path, catalogue: Catalogue) -> None:
    fill(path, *(message(f"m{number}") for number in range(4)))
    with pytest.raises(KeyboardInterrupt):
        sync(path, catalogue, most=2)
    report, _ = sync(path, catalogue)
    assert report.added + report.unchanged == 4
    assert counts(sync(path, catalogue)[0]) == (0, 0, 0, 4, 0)


def test_a_message_of_no_identity_is_called_by_its_digest_and_copies_are_one(path: Path) -> None:
    fill(path, message(""), message(""), message("", "Other."), message("a"), message("a"))
    found = uris(open_at(path))
    assert len(found) == len(set(found)) == 3
    assert [len(uri) for uri in found] == [32, 32, len("a@example.org")]


def test_another_message_under_a_known_identity_is_there_too(path: Path) -> None:
    fill(path, message("a", "First."), message("a", "Second."))
    source = open_at(path)
    first, second = source.items()
    assert first.uri == "a@example.org"
    assert second.uri.startswith("a@example.org ")
    assert b"Second." in source.read(second).data


@pytest.mark.parametrize(
    ("field", "uri"),
    [
        ("Message-ID: <a@b>\n", "a@b"),
        ("message-id:\n\t<a@b>\n", "a@b"),
        ("Message-Id: a@b\n", "a@b"),
        ("Message-ID: (comment) <a@b>\r\n", "a@b"),
        ("X-Message-ID: <x@y>\nMessage-ID: <a@b>\n", "a@b"),
        ("Message-ID:\n", ""),
        ("Message-ID: <a b>\n", ""),
        ("Message-ID: <a@b!/attachment.pdf>\n", ""),
        (f"Message-ID: <{'x' * 300}>\n", ""),
        ("Message-ID: <ü@b>\n", ""),
        ("\nMessage-ID: <a@b>\n", ""),
    ],
)
def test_only_a_plain_identity_is_taken(path: Path, field: str, uri: str) -> None:
    fill(path, f"{field}Subject: Greetings\n\nHello.\n".encode())
    (found,) = uris(open_at(path))
    assert found == uri or (not uri and len(found) == 32)


def test_readers_are_those_of_the_source_or_the_owner(path: Path) -> None:
    fill(path, message("a"))
    assert [item.readers for item in open_at(path).items()] == [STAFF]
    assert [item.readers for item in open_at(path, owner="ann").items()] == [{"user:ann"}]
    with pytest.raises(UsageError, match="owner is 'ann smith'"):
        open_at(path, owner="ann smith")
    found, problem = collect(MailboxSource(Place(location=str(path), readers=frozenset())))
    assert found == ["a@example.org"]
    assert "nobody may read" in problem


def test_a_message_that_is_too_large_is_listed_and_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wellread.ingest.sources.mailbox.message_file.MAX_BYTES", 200)
    monkeypatch.setattr(mbox, "MAX_BYTES", 200)
    fill(path, message("a", "x" * 300), message("b"))
    source = open_at(path)
    large, small = source.items()
    with pytest.raises(ParseError, match=r"a@example\.org cannot be read: it has \d+ bytes, the most is 200"):
        source.read(large)
    assert source.read(small).data == message("b")


def test_an_item_that_was_never_listed_is_not_read(path: Path) -> None:
    with pytest.raises(ParseError, match="a@b"):
        open_at(path).read(Item(uri="a@b", modified="", size=0, readers=STAFF))


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_text("Dear Ann,\n"), os.mkfifo, None])
def test_what_is_no_mailbox_is_not_an_empty_one(
    tmp_path: Path, make: Callable[[Path], object] | None
) -> None:
    path = tmp_path / "mail"
    if make:
        make(path)
    assert not KIND.recognises(str(path))
    with pytest.raises(NotFoundError, match="mail"):
        uris(open_at(path))


def test_a_mailbox_is_recognised_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("From here to eternity\n\nDear Ann,\n")
    (tmp_path / "mbox").write_bytes(mbox_of(message("a")))
    standard.Maildir(tmp_path / "maildir")
    (tmp_path / "link").symlink_to(tmp_path / "mbox")
    recognised = {path.name for path in tmp_path.iterdir() if KIND.recognises(str(path))}
    assert recognised == {"mbox", "maildir", "link"}
    assert not KIND.recognises(str(tmp_path / "gone"))
    assert not KIND.recognises("~nobody-of-this-name/mail")
    assert not KIND.recognises("a\0b")
