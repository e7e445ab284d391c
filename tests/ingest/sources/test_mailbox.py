"""Mail that lies in files: mbox and Maildir."""

import mailbox as standard
import os
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_contract import SourceContract

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.mailbox import maildir, mbox
from wellread.ingest.sources.mailbox.source import KIND, MailboxSource
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

STAFF = frozenset({"group:staff"})
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
    found: list[str] = []
    try:
        for item in source.items():
            found.append(item.uri)
    except ParseError as error:
        return found, str(error)
    return found, ""


@pytest.fixture(params=["mbox", "maildir"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An empty mailbox."""
    path = tmp_path / "mail"
    if request.param == "mbox":
        path.touch()
    else:
        standard.Maildir(path)
    return path


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


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.knowledge.add_source("mail", "mailbox", "/mail", STAFF, "ann")
        yield catalogue


def sync(path: Path, catalogue: Catalogue, most: int = 1000, **options: str) -> tuple[SyncReport, list[str]]:
    reads: list[str] = []

    class Recording(MailboxSource):
        def read(self, item: Item) -> Content:
            if len(reads) == most:
                raise KeyboardInterrupt
            reads.append(item.uri)
            return super().read(item)

    source = Recording(Place(location=str(path), readers=STAFF, options=options))
    report = synchronise(source, catalogue.knowledge, name="mail", actor="ann")
    return report, reads


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


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


# mbox


def stored(tmp_path: Path, data: bytes) -> list[bytes]:
    """What the messages of such a file are."""
    path = tmp_path / "mbox"
    path.write_bytes(data)
    source = open_at(path)
    return [source.read(item).data for item in source.items()]


def test_another_program_s_mbox_is_read_as_it_was_meant(tmp_path: Path) -> None:
    written = standard.mbox(tmp_path / "mbox")
    texts = ["From the beginning.\n\nFrom Monday on, at 10:30, in 2026.\n", "Plain.\n"]
    for number, text in enumerate(texts):
        mail = EmailMessage()
        mail["Message-ID"] = f"<{number}@example.org>"
        mail.set_content(text)
        written.add(mail)
    written.close()
    source = open_at(tmp_path / "mbox")
    read = [source.read(item).data.partition(b"\n\n")[2].decode() for item in source.items()]
    assert read == texts


def test_envelopes_of_many_programs_are_known(tmp_path: Path) -> None:
    envelopes = [
        b"From ann@example.org Tue Jul  7 09:44:25 2026\n",
        b"From - Tue Jul 07 09:44:25 2026\n",
        b"From 1790000000000000000@xxx Tue Jul 07 09:44:25 +0000 2026\n",
        b"From ann at example.org  Tue Jul  7 09:44:25 2026\n",
        b'From "ann smith"@example.org Tue Jul  7 09:44 2026\n',
        b"From ann@example.org Tue Jul  7 09:44:25 UTC 2026 remote from host\n",
        b"From ann@example.org Tue, 7 Jul 2026 09:44:25 +0000 2026\r\n",
    ]
    bodies = [message(str(number)) for number in range(len(envelopes))]
    data = b"\n".join(envelope + body for envelope, body in zip(envelopes, bodies, strict=True))
    assert stored(tmp_path, data) == bodies


def test_the_envelope_s_date_is_when_a_message_arrived(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(mbox_of(message("a")) + ENVELOPE.replace(b"2026", b"+0200 2026") + message("b"))
    path.write_bytes(path.read_bytes() + b"\nFrom x@y 10:00 1900\n" + message("c"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert [item.modified for item in open_at(path).items()] == [
        "2026-07-07T09:44:25+00:00",
        "2026-07-07T07:44:25+00:00",
        "2023-11-14T22:13:20+00:00",
    ]


def test_a_line_that_is_no_envelope_ends_no_message(tmp_path: Path) -> None:
    body = message("a", "\nFrom all of us: thank you\n\nFrom 10:30 on\n" + ENVELOPE.decode() + "\n")
    body += b"Content-Length: 3\n"
    assert stored(tmp_path, ENVELOPE + body + b"\n" + ENVELOPE + message("b")) == [body, message("b")]


def test_a_content_length_is_not_believed(tmp_path: Path) -> None:
    first = message("a", "x" * 100, more="Content-Length: 3\n")
    second = message("b", more="Content-Length: 100000\n")
    assert stored(tmp_path, mbox_of(first, second, message("c"))) == [first, second, message("c")]


def test_line_ends_of_two_bytes_are_kept(tmp_path: Path) -> None:
    bodies = [message("a", "\n>From x\n").replace(b"\n", b"\r\n"), message("b").replace(b"\n", b"\r\n")]
    data = b"\r\n".join(ENVELOPE.replace(b"\n", b"\r\n") + escaped(body) for body in bodies)
    assert stored(tmp_path, data) == bodies


def test_a_file_that_ends_early_still_gives_its_last_message(tmp_path: Path) -> None:
    assert stored(tmp_path, ENVELOPE + b"Subject: cut") == [b"Subject: cut"]
    assert stored(tmp_path, ENVELOPE.strip()) == [b""]
    assert stored(tmp_path, ENVELOPE + b"\n" + ENVELOPE + b"\n") == [b""]


def test_what_a_mail_program_marked_as_deleted_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(
        mbox_of(
            message("a", more="Status: RO\nX-Status: A\n"),
            message("b", more="Status: RO\nX-Status: AD\n"),
            message("c", more="X-Mozilla-Status: 0009\r\n"),
            message("d", more="X-Mozilla-Status: 0011\nX-Mozilla-Status2: 00000008\n"),
            message("e", text="\nX-Status: D\n", more="Status: Done\n"),
        )
    )
    assert uris(open_at(tmp_path / "mbox")) == [f"{name}@example.org" for name in "ade"]


def test_a_message_is_found_once_wherever_a_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "BLOCK", 1100)
    file = os.memfd_create("mbox")
    try:
        for length in range(1300):
            data = ENVELOPE + b"y" * length + b"\n\n" + ENVELOPE + b"z" * 2500
            os.ftruncate(file, 0)
            os.pwrite(file, data, 0)
            second = len(ENVELOPE) + length + 2
            assert [(span.start, span.end) for span in mbox.spans(file, len(data))] == [
                (len(ENVELOPE), second - 1),
                (second + len(ENVELOPE), len(data)),
            ]
    finally:
        os.close(file)


@given(st.lists(st.lists(st.sampled_from([b"x\n", b"\n", b"From x\n", b">From \n", b">>From\n", ENVELOPE]))))
def test_every_message_comes_back(messages: list[list[bytes]]) -> None:
    bodies = [b"Subject: x\n\n" + b"".join(lines) for lines in messages]
    data = mbox_of(*bodies)
    file = os.memfd_create("mbox")
    try:
        os.write(file, data)
        found = [mbox.unescaped(data[span.start : span.end]) for span in mbox.spans(file, len(data))]
    finally:
        os.close(file)
    assert found == bodies


def test_a_file_that_is_written_to_meanwhile_is_incomplete(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "mbox"
    fill_with = [message(f"m{number}") for number in range(3)]
    path.write_bytes(mbox_of(*fill_with))
    sync(path, catalogue)
    source = open_at(path)
    listing = source.items()
    next(listing)
    path.write_bytes(mbox_of(*fill_with[:1]))
    with pytest.raises(ParseError, match="written to while it was listed"):
        list(listing)


# Maildir


def test_marking_a_message_is_no_change(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "new" / "1.m.host").write_bytes(message("a"))
    (path / "tmp" / "2.m.host").write_bytes(message("half"))
    (path / "cur" / ".hidden").write_bytes(message("hidden"))
    assert counts(sync(path, catalogue)[0]) == (1, 0, 0, 0, 0)
    (path / "new" / "1.m.host").rename(path / "cur" / "1.m.host:2,S")
    report, reads = sync(path, catalogue)
    assert (counts(report), reads) == ((0, 0, 0, 1, 0), [])
    (path / "cur" / "1.m.host:2,S").rename(path / "cur" / "1.m.host:2,ST")
    assert counts(sync(path, catalogue)[0]) == (0, 0, 1, 0, 0)


def test_a_message_that_is_marked_between_listing_and_reading_is_found(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "new" / "1.m.host").write_bytes(message("a"))
    source = open_at(path)
    (item,) = source.items()
    (path / "new" / "1.m.host").rename(path / "cur" / "1.m.host:2,S")
    assert source.read(item).data == message("a")
    (path / "cur" / "1.m.host:2,S").write_bytes(message("b"))
    with pytest.raises(ParseError, match="no longer"):
        source.read(item)


def test_a_message_that_is_marked_while_it_is_listed_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    for number in range(3):
        (path / "cur" / f"{number}.host:2,").write_bytes(message(f"m{number}"))
    renamed = {"1.host:2,": "1.host:2,S", "2.host:2,": "2.host:2,T", "0.host:2,": None}
    real = maildir.opened

    def renaming(file: Path) -> object:
        new = renamed.pop(file.name, file.name)
        if new is None:
            file.unlink()
        else:
            file.rename(file.with_name(new))
        return real(file)

    monkeypatch.setattr(maildir, "opened", renaming)
    assert collect(open_at(path)) == (["m1@example.org"], "")


def test_a_folder_that_never_rests_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "cur" / "0.host:2,").write_bytes(message("a"))
    scandir = os.scandir

    def arriving(folder: Path) -> object:
        entries = list(scandir(folder))
        os.utime(folder)
        return entries

    monkeypatch.setattr(os, "scandir", arriving)
    found, problem = collect(open_at(path))
    assert found == ["a@example.org"]
    assert "changes faster" in problem


def test_what_cannot_be_read_is_a_problem_and_no_link_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (tmp_path / "secret").write_bytes(message("secret"))
    (path / "cur" / "0.host:2,").symlink_to(tmp_path / "secret")
    (path / "cur" / "1.host:2,").mkdir()
    os.mkfifo(path / "cur" / "2.host:2,")
    (path / "cur" / "3.host:2,").write_bytes(message("a"))
    found, problem = collect(open_at(path))
    assert found == ["a@example.org"]
    assert [line for line in problem.splitlines() if "cannot be read" in line] == problem.splitlines()
    assert len(problem.splitlines()) == 3


def test_when_a_message_arrived_is_its_file_s_date(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    standard.Maildir(path)
    (path / "cur" / "0.host:2,").write_bytes(message("a"))
    os.utime(path / "cur" / "0.host:2,", (0, 1_700_000_000))
    (item,) = open_at(path).items()
    assert item.modified == "2023-11-14T22:13:20+00:00"
