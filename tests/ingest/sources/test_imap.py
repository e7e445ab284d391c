"""Mailboxes over IMAP: against Dovecot, and against a server that misbehaves on purpose."""

import imaplib
import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from fake_imap_server import HANG_UP, FakeImapServer, fetched
from hypothesis import given
from hypothesis import strategies as st
from source_contract import SourceContract

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.sources.imap import session as imap_session
from wellread.ingest.sources.imap import source as imap
from wellread.ingest.sources.imap.answers import messages_in, moment
from wellread.ingest.sources.imap.names import decoded, encoded, quoted
from wellread.ingest.sources.imap.source import KIND, ImapSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

if TYPE_CHECKING:
    from dovecot_server import DovecotServer

pytest_plugins = ("dovecot_server",)

STAFF = frozenset({"group:staff"})
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


@pytest.fixture
def mailbox(dovecot: "DovecotServer") -> Mailbox:
    return Mailbox(dovecot)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.knowledge.add_source("mail", "imap", "imap://x@localhost", STAFF, "ann")
        yield catalogue


class Recording(ImapSource):
    """Remembers what was read, and gives up after so many."""

    def __init__(self, place: Place, most: int = 1000) -> None:
        super().__init__(place)
        self.reads: list[str] = []
        self.most = most

    def read(self, item: Item) -> Content:
        if len(self.reads) == self.most:
            raise KeyboardInterrupt
        self.reads.append(item.uri)
        return super().read(item)


def sync(
    mailbox: Mailbox, catalogue: Catalogue, most: int = 1000, **options: str
) -> tuple[SyncReport, list[str]]:
    place = Place(
        location=mailbox.location(),
        readers=STAFF,
        options=options,
        secret=mailbox.server.password,
        memory=catalogue.knowledge.remembered("mail"),
    )
    with closing(Recording(place, most)) as source:
        report = synchronise(source, catalogue.knowledge, name="mail", actor="ann")
        return report, source.reads


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


def collect(source: ImapSource) -> tuple[list[str], str]:
    found: list[str] = []
    with closing(source):
        try:
            for item in source.items():
                found.append(item.uri)
        except ParseError as error:
            return found, str(error)
    return found, ""


class TestContract(SourceContract):
    contents: ClassVar = {
        "leave": message("leave", "You have 30 days of leave."),
        "travel": message("travel", "Trains are booked by the office."),
        "empty": message("empty", ""),
        "menu": message("", "Soup"),
    }

    @pytest.fixture(autouse=True)
    def place(self, mailbox: Mailbox) -> Iterator[None]:
        self.mailbox = mailbox
        self.uids: dict[str, int] = {}
        self.opened: list[ImapSource] = []
        mailbox.deliver(b"Subject: keeps the folder\r\n\r\n", "Projects")
        mailbox.mark(1, folder="Projects", expunge=True)
        yield
        for source in self.opened:
            source.close()

    def open(self) -> ImapSource:
        self.opened.append(self.mailbox.open("Projects", owner="no"))
        return self.opened[-1]

    def write(self, name: str, data: bytes) -> None:
        if name in self.uids:
            self.remove(name)
        self.uids[name] = self.mailbox.deliver(data, "Projects")

    def remove(self, name: str) -> None:
        self.mailbox.mark(self.uids[name], folder="Projects", expunge=True)

    def destroy(self) -> None:
        with self.mailbox.client() as client:
            client.delete("Projects")

    def uri(self, name: str) -> str:
        return f"Projects/{self.uids[name]}"


def test_messages_become_documents_and_stay_unseen(mailbox: Mailbox, catalogue: Catalogue) -> None:
    uid = mailbox.deliver(message("leave", "You have 30 days of leave.", "Leave"))
    report, reads = sync(mailbox, catalogue)
    assert (counts(report), reads) == ((1, 0, 0, 0, 0), [f"INBOX/{uid}"])
    document = catalogue.knowledge.document(document_id("mail", f"INBOX/{uid}"))
    assert document.title == "Leave"
    assert "30 days" in document.text
    assert document.readers == {f"user:{mailbox.login}"}
    assert document.modified == ARRIVED.isoformat()
    assert b"Seen" not in mailbox.flags(uid)


def test_what_is_new_is_read_and_what_is_gone_is_removed(mailbox: Mailbox, catalogue: Catalogue) -> None:
    first = mailbox.deliver(message("one"))
    sync(mailbox, catalogue)
    second = mailbox.deliver(message("two"))
    assert sync(mailbox, catalogue)[1] == [f"INBOX/{second}"]
    mailbox.mark(first)
    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 1, 1, 0)
    mailbox.mark(second, expunge=True)
    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 1, 0, 0)


def test_other_flags_are_no_change(mailbox: Mailbox, catalogue: Catalogue) -> None:
    uid = mailbox.deliver(message("one"))
    sync(mailbox, catalogue)
    mailbox.mark(uid, r"\Seen \Flagged $Later")
    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 0, 1, 0)


def test_other_readers_take_effect_without_reading(mailbox: Mailbox, catalogue: Catalogue) -> None:
    uid = mailbox.deliver(message("one"))
    sync(mailbox, catalogue)
    report, reads = sync(mailbox, catalogue, owner="bob")
    assert (counts(report), reads) == ((0, 0, 0, 1, 0), [])
    assert catalogue.knowledge.document(document_id("mail", f"INBOX/{uid}")).readers == {"user:bob"}
    sync(mailbox, catalogue, owner="no")
    assert catalogue.knowledge.document(document_id("mail", f"INBOX/{uid}")).readers == STAFF


def test_a_folder_numbered_anew_is_not_read_again(mailbox: Mailbox, catalogue: Catalogue) -> None:
    uids = [mailbox.deliver(message(f"m{number}", f"Text {number}.")) for number in range(4)]
    gone = uids.pop(0)
    mailbox.mark(gone, expunge=True)
    sync(mailbox, catalogue)
    before = set(catalogue.knowledge.states("mail"))
    assert before == {f"INBOX/{uid}" for uid in uids}

    mailbox.number_anew()
    late = mailbox.deliver(message("late"))
    assert late in uids, "its UID is one that another message had, or the test shows nothing"
    report, reads = sync(mailbox, catalogue)
    assert counts(report) == (1, 0, 0, 3, 0)
    assert len(reads) == 1
    assert reads[0].endswith(f".{late}")
    assert set(catalogue.knowledge.states("mail")) == before | set(reads)

    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 0, 4, 0)
    mailbox.number_anew()
    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 0, 4, 0)


def test_a_message_known_again_is_read_under_its_new_number(mailbox: Mailbox) -> None:
    first, second = (mailbox.deliver(message(name, f"Text of {name}.")) for name in ("one", "two"))
    mailbox.mark(first, expunge=True)
    with closing(mailbox.open()) as source:
        (before,) = source.items()
        mailbox.memory = dict(source.memory)
    mailbox.number_anew()
    with closing(mailbox.open()) as source:
        (after,) = source.items()
        assert after == before
        assert after.uri == f"INBOX/{second}"
        assert b"Text of two." in source.read(after).data


def test_a_message_without_an_identity_is_listed_anew(mailbox: Mailbox, catalogue: Catalogue) -> None:
    mailbox.deliver(message(""))
    mailbox.deliver(message("two"))
    sync(mailbox, catalogue)
    mailbox.number_anew()
    report, reads = sync(mailbox, catalogue)
    assert (len(reads), counts(report)) == (1, (1, 0, 1, 1, 0))


def test_a_folder_numbered_anew_between_listing_and_reading_is_not_misread(mailbox: Mailbox) -> None:
    for name in ("one", "two"):
        mailbox.deliver(message(name))
    with closing(mailbox.open()) as source:
        items = list(source.items())
        source.close()
        mailbox.number_anew()
        with pytest.raises(ParseError, match=r"INBOX/.*numbered anew"):
            source.read(items[0])


def test_what_was_interrupted_is_resumed_even_if_numbered_anew(
    mailbox: Mailbox, catalogue: Catalogue
) -> None:
    for number in range(3):
        mailbox.deliver(message(f"m{number}", f"Text {number}."))
    with pytest.raises(KeyboardInterrupt):
        sync(mailbox, catalogue, most=1)
    mailbox.number_anew()
    report, reads = sync(mailbox, catalogue)
    assert len(reads) == 3
    assert counts(report)[::4] == (3, 0)
    assert counts(sync(mailbox, catalogue)[0]) == (0, 0, 0, 3, 0)


def test_folders_are_chosen_by_name_and_pattern(mailbox: Mailbox) -> None:
    for folder in ("INBOX", "Projects", "Projects/Bridge", "Private", "Entwürfe & Skizzen", "a [b]", "日本"):
        mailbox.deliver(message("one"), folder)
    assert collect(mailbox.open())[0] == ["INBOX/1"]
    assert collect(mailbox.open("Projects/Bridge"))[0] == ["Projects/Bridge/1"]
    assert collect(mailbox.open("Entw%C3%BCrfe%20&%20Skizzen"))[0] == ["Entwürfe & Skizzen/1"]
    assert collect(mailbox.open("inbox"))[0] == ["INBOX/1"]
    chosen = collect(mailbox.open(folders="inbox, Proj*,日?, a [b]"))[0]
    assert chosen == ["INBOX/1", "Projects/1", "Projects/Bridge/1", "a [b]/1", "日本/1"]
    assert len(collect(mailbox.open(folders="*"))[0]) == 7


def test_a_missing_folder_is_not_found_alone_and_a_problem_among_others(mailbox: Mailbox) -> None:
    mailbox.deliver(message("one"))
    with pytest.raises(NotFoundError, match="Gone"):
        collect(mailbox.open("Gone"))
    with pytest.raises(NotFoundError, match="Gone"):
        collect(mailbox.open(folders="Gone*"))
    found, problem = collect(mailbox.open(folders="Gone,INBOX,Other*"))
    assert found == ["INBOX/1"]
    assert problem == "there is no folder Gone"


def test_a_folder_that_vanishes_takes_nothing_along_unless_it_was_meant_by_a_pattern(
    mailbox: Mailbox, catalogue: Catalogue
) -> None:
    for folder in ("INBOX", "Projects"):
        mailbox.deliver(message("one"), folder)
    sync(mailbox, catalogue, folders="INBOX,Projects")
    with mailbox.client() as client:
        client.delete("Projects")
    assert counts(sync(mailbox, catalogue, folders="INBOX,Projects")[0]) == (0, 0, 0, 1, 1)
    assert counts(sync(mailbox, catalogue, folders="INBOX,Proj*")[0]) == (0, 0, 1, 1, 0)


def test_only_what_arrived_since_is_listed(mailbox: Mailbox) -> None:
    now = datetime.now(UTC)
    old = mailbox.deliver(message("old"), arrived=datetime(2026, 1, 30, 23, 59, tzinfo=UTC))
    new = mailbox.deliver(message("new"), arrived=datetime(2026, 1, 31, 0, 1, tzinfo=UTC))
    today = mailbox.deliver(message("today"), arrived=now)
    yesterday = mailbox.deliver(message("yesterday"), arrived=now - timedelta(days=1))
    assert collect(mailbox.open(since="2026-01-31"))[0] == [f"INBOX/{uid}" for uid in (new, today, yesterday)]
    assert collect(mailbox.open(since="0"))[0] == [f"INBOX/{today}"]
    assert collect(mailbox.open(since="1"))[0] == [f"INBOX/{uid}" for uid in (today, yesterday)]
    assert len(collect(mailbox.open())[0]) == 4
    assert old == 1


def test_a_big_folder_is_listed_in_batches_and_in_order(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TOGETHER", 50)
    mailbox.deliver(message("first"))
    folder = mailbox.server.maildir(mailbox.login) / "cur"
    for number in range(149):
        (folder / f"{1_700_000_000 + number}.m{number}.host:2,S").write_bytes(message(f"m{number}"))
    assert collect(mailbox.open()) == ([f"INBOX/{uid}" for uid in range(1, 151)], "")
    (folder / "1700001000.m.host:2,S").write_bytes(message("last"))
    assert len(collect(mailbox.open())[0]) == 151


def test_tls_is_checked(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox.deliver(message("one"))
    location = f"imaps://{mailbox.login}@127.0.0.1:{mailbox.server.encrypted_port}"
    place = Place(location=location, readers=STAFF, secret=mailbox.server.password)
    with pytest.raises(UnreachableError, match="certificate"):
        collect(ImapSource(place))
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.server.certificate))
    with closing(ImapSource(place)) as source:
        (item,) = source.items()
        assert b"Hello." in source.read(item).data


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """mail.example.org is this machine, without anybody knowing it."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1", *rest, **more)
    )


def test_without_tls_from_the_first_byte_starttls_is_used(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(message("one"))
    elsewhere(monkeypatch)
    location = f"imap://{mailbox.login}@mail.example.org:{mailbox.server.port}"
    place = Place(location=location, readers=STAFF, secret=mailbox.server.password)
    with pytest.raises(UnreachableError, match="certificate"):
        collect(ImapSource(place))
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.server.certificate))
    assert collect(ImapSource(place)) == (["INBOX/1"], "")


def test_nothing_is_said_to_a_distant_server_that_does_not_encrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(monkeypatch)
    with FakeImapServer({}) as server:
        place = Place(location=f"imap://ann@mail.example.org:{server.port}", readers=STAFF, secret="geheim")
        with pytest.raises(UnreachableError, match="TLS"):
            collect(ImapSource(place))
        assert server.commands in ([], ["CAPABILITY"])


def test_a_token_lets_in(mailbox: Mailbox) -> None:
    mailbox.deliver(message("one"))
    token = mailbox.server.token(mailbox.login)
    assert collect(mailbox.open(auth="oauth2", secret=token)) == (["INBOX/1"], "")
    with pytest.raises(UnreachableError, match="does not let"):
        collect(mailbox.open(auth="oauth2", secret=token[:-5]))


def test_a_wrong_or_missing_secret_is_a_place_that_does_not_answer(mailbox: Mailbox) -> None:
    with pytest.raises(UnreachableError, match="secret of the source") as told:
        collect(mailbox.open(secret="wrong horse"))
    assert "wrong horse" not in str(told.value)
    with pytest.raises(UnreachableError, match="WELLREAD_SECRET_"):
        collect(mailbox.open(secret=None))


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Place(location=f"imap://ann@127.0.0.1:{port}", readers=STAFF, secret="x")
    with pytest.raises(UnreachableError, match="does not answer"):
        collect(ImapSource(place))


@pytest.mark.parametrize(
    ("location", "options", "said"),
    [
        ("imaps://ann:geheim@mail.example.org", {}, "WELLREAD_SECRET_"),
        ("imaps://ann:@mail.example.org", {}, "WELLREAD_SECRET_"),
        ("imaps://mail.example.org/INBOX", {}, "user@host"),
        ("imaps://ann@/INBOX", {}, "user@host"),
        ("imaps://ann@mail.example.org:port", {}, "not the location"),
        ("pop3://ann@mail.example.org", {}, "user@host"),
        ("imaps://ann@mail.example.org/What?", {"since": "x"}, "since is 'x'"),
        ("imaps://ann@mail.example.org/What?now", {}, "%3F"),
        ("imaps://ann@mail.example.org/INBOX", {"folders": "Sent"}, "name them once"),
        ("imaps://ann@mail.example.org", {"since": "yesterday"}, "since is 'yesterday'"),
        ("imaps://ann@mail.example.org", {"auth": "kerberos"}, "password or oauth2"),
        ("imaps://ann@mail.example.org", {"owner": "ann smith"}, "owner is 'ann smith'"),
        ("imaps://ann%20smith@mail.example.org", {}, "without spaces"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_reached(
    location: str, options: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        KIND.make(Place(location=location, readers=STAFF, options=options))
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("IMAPS://ann@Mail.Example.org:993/", "imaps://ann@mail.example.org"),
        ("imap://ann@localhost:1143/Sent%20Items/", "imap://ann@localhost:1143/Sent%20Items"),
        ("imaps://ann@example.org@mail.example.org", "imaps://ann@example.org@mail.example.org"),
        ("imaps://ann@[::1]/INBOX", "imaps://ann@[::1]/INBOX"),
    ],
)
def test_the_location_is_kept_as_it_was_written(written: str, kept: str) -> None:
    assert KIND.recognises(written)
    assert ImapSource(Place(location=written, readers=STAFF)).location == kept
    assert ImapSource(Place(location=kept, readers=STAFF)).location == kept


# What a server may do wrong.

MESSAGES = [fetched(1, 11), fetched(2, 12), b"OK done"]
BODY = b"Subject: Hello\r\n\r\nText\r\n"


def whole(uid: int, body: bytes = BODY) -> list[bytes]:
    size = len(body)
    return [f"* 1 FETCH (UID {uid} BODY[] {{{size}}}\r\n".encode() + body + b" FLAGS ())\r\n", b"OK done"]


def source_at(server: FakeImapServer) -> ImapSource:
    place = Place(location=f"imap://ann@127.0.0.1:{server.port}", readers=STAFF, secret="geheim")
    return ImapSource(place)


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "FIRST_WAIT_SECONDS", 0.01)


@pytest.mark.parametrize(
    "script",
    [
        {"FETCH": [fetched(1, 11), HANG_UP]},
        {"FETCH": [b"* 1 FETCH (UID 11 BODY[HEADER.FIELDS (MESSAGE-ID)] {4000}\r\nMess", HANG_UP]},
        {"FETCH": [b"complete nonsense\r\n", b"OK done"]},
        {"FETCH": [b"* BYE shutting down\r\n", HANG_UP]},
        {"EXAMINE": [HANG_UP]},
        {"LIST": [HANG_UP]},
        {"LIST": [b"BAD what"]},
        {"LOGIN": [HANG_UP]},
        {"LOGIN": [b"NO [AUTHENTICATIONFAILED] no"]},
        {"CAPABILITY": [HANG_UP]},
    ],
)
def test_a_listing_that_breaks_off_is_a_place_that_does_not_answer(script: dict[str, list[bytes]]) -> None:
    with FakeImapServer(script) as server, pytest.raises(UnreachableError):
        collect(source_at(server))


def test_a_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "READ_SECONDS", 0.2)
    body = [b"* 1 FETCH (UID 11 BODY[] {500}\r\n" + BODY, b"OK done"]
    with (
        FakeImapServer({"FETCH": MESSAGES, "UID FETCH": body}) as server,
        closing(source_at(server)) as source,
    ):
        items = list(source.items())
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="timed out"):
            source.read(items[0])
        assert time.monotonic() - began < imap_session.CONNECT_SECONDS


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"* BYE too many connections\r\n"])
def test_what_does_not_greet_is_no_server(greeting: bytes) -> None:
    with FakeImapServer({}, greeting) as server, pytest.raises(UnreachableError):
        collect(source_at(server))


def test_what_the_server_does_not_describe_makes_the_listing_incomplete() -> None:
    for answer in ([fetched(1, 11), b"NO [SERVERBUG] try never"], [fetched(1, 11), b"BAD syntax"]):
        with FakeImapServer({"FETCH": answer}) as server:
            found, problem = collect(source_at(server))
        assert found == ["INBOX/11"]
        assert "messages 1 to 2 of INBOX" in problem


def test_what_was_not_described_for_once_is_known_again_later() -> None:
    opened = (
        [b"* 2 EXISTS\r\n", b"* OK [UIDVALIDITY %d] valid\r\n" % number, b"OK done"] for number in (7, 8, 8)
    )
    told = iter([MESSAGES, [fetched(1, 21, identity="11"), b"NO later"], None])
    anew = [fetched(1, 21, identity="11"), fetched(2, 22, identity="12"), b"OK done"]
    script = {"EXAMINE": lambda _: next(opened), "FETCH": lambda _: next(told) or anew}
    memory: dict[str, object] = {}
    listings = []
    with FakeImapServer(script) as server:
        location = f"imap://ann@127.0.0.1:{server.port}"
        for _ in range(3):
            source = ImapSource(Place(location=location, readers=STAFF, secret="x", memory=memory))
            listings.append(collect(source)[0])
            memory = dict(source.memory)
    assert listings == [["INBOX/11", "INBOX/12"], ["INBOX/11"], ["INBOX/11", "INBOX/12"]]


@pytest.mark.parametrize(
    "broken",
    [
        b"* 2 FETCH (UID 12 FLAGS () RFC822.SIZE 10)\r\n",
        b'* 2 FETCH (UID 12 FLAGS () RFC822.SIZE 10 INTERNALDATE "yesterday")\r\n',
        b'* 2 FETCH (UID 12 FLAGS NIL RFC822.SIZE 10 INTERNALDATE "07-Jul-2026 02:44:25 -0700")\r\n',
        b'* 2 FETCH (UID x FLAGS () RFC822.SIZE 10 INTERNALDATE "07-Jul-2026 02:44:25 -0700")\r\n',
    ],
)
def test_a_message_described_wrongly_is_a_problem_and_the_others_are_listed(broken: bytes) -> None:
    with FakeImapServer({"FETCH": [fetched(1, 11), broken, b"OK done"]}) as server:
        found, problem = collect(source_at(server))
    assert found == ["INBOX/11"]
    assert "described wrongly" in problem


def test_flags_that_change_meanwhile_are_heeded() -> None:
    news = [b"* 3 EXISTS\r\n", b"* 2 FETCH (FLAGS (\\Seen \\Deleted))\r\n", b"* 9 FETCH (FLAGS (\\Seen))\r\n"]
    with FakeImapServer({"FETCH": [*MESSAGES[:2], *news, b"OK done"]}) as server:
        assert collect(source_at(server)) == (["INBOX/11"], "")


def test_a_folder_without_uidvalidity_is_not_listed() -> None:
    with FakeImapServer({"EXAMINE": [b"* 2 EXISTS\r\n", b"OK done"]}) as server:
        found, problem = collect(source_at(server))
    assert found == []
    assert "UIDVALIDITY" in problem


def test_a_folder_that_may_not_be_opened_is_a_problem() -> None:
    with FakeImapServer({"EXAMINE": [b"NO [NOPERM] not for you"]}) as server:
        found, problem = collect(source_at(server))
    assert found == []
    assert "INBOX cannot be opened" in problem
    assert "not for you" in problem


def test_a_folder_s_name_cannot_end_a_command() -> None:
    name = b'x"\r\na DELETE "INBOX'
    listed = b'* LIST () "/" {%d}\r\n' % len(name) + name + b"\r\n"
    with FakeImapServer({"LIST": [listed, b"OK done"], "FETCH": MESSAGES}) as server:
        location = f"imap://ann@127.0.0.1:{server.port}"
        place = Place(location=location, readers=STAFF, secret="x", options={"folders": "*"})
        found, problem = collect(ImapSource(place))
        assert not [command for command in server.commands if "DELETE" in command]
    assert found == []
    assert "control characters" in problem


def test_folder_names_come_quoted_and_as_literals() -> None:
    listed = [
        b'* LIST () NIL {7}\r\nAn "odd"\r\n'.replace(b"{7}", b"{8}"),
        b'* LIST (\\Noselect) "/" "Shut"\r\n',
        b'* LIST (\\HasNoChildren) "/" "A \\"quoted\\" one"\r\n',
    ]
    script = {"LIST": [*listed, b"OK done"], "FETCH": MESSAGES}
    with FakeImapServer(script) as server:
        place = Place(
            location=f"imap://ann@127.0.0.1:{server.port}",
            readers=STAFF,
            secret="x",
            options={"folders": "*"},
        )
        found, _ = collect(ImapSource(place))
        opened = [command for command in server.commands if command.startswith("EXAMINE")]
    assert set(found) == {f"{name}/{uid}" for name in ('An "odd"', 'A "quoted" one') for uid in (11, 12)}
    assert opened == ['EXAMINE "A \\"quoted\\" one"', 'EXAMINE "An \\"odd\\""']


def test_a_connection_that_breaks_while_reading_is_made_anew_once() -> None:
    answers = iter([[HANG_UP], whole(11), [HANG_UP], [HANG_UP]])
    script = {"FETCH": MESSAGES, "UID FETCH": lambda _: next(answers)}
    with FakeImapServer(script) as server, closing(source_at(server)) as source:
        first, second = source.items()
        assert source.read(first).data == BODY
        assert server.connections == 2
        with pytest.raises(UnreachableError):
            source.read(second)
        assert server.connections == 3


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([b"NO [EXPUNGEISSUED] it is gone"], "gone"),
        ([b"BAD what"], "what"),
        ([b"OK done"], "gone"),
        ([b"* 1 FETCH (UID 11 BODY[] NIL)\r\n", b"OK done"], "gone"),
        (whole(12), "gone"),
        ([b"* 1 FETCH (UID 11 BODY[] {999999999999}\r\n", b"OK done"], "more than it may"),
        (
            [
                b"* OK still thinking about it\r\n" * 3,
                b"* 1 FETCH (BODY[] {9}\r\n" + BODY[:9] + b")\r\n",
                b"OK done",
            ],
            "gone",
        ),
    ],
)
def test_a_message_that_is_not_handed_over_is_a_reason(answers: list[bytes], said: str) -> None:
    script = {"FETCH": MESSAGES, "UID FETCH 11": answers, "UID FETCH 12": whole(12)}
    with FakeImapServer(script) as server, closing(source_at(server)) as source:
        first, second = source.items()
        with pytest.raises(ParseError, match=rf"INBOX/11 cannot be read: .*{said}"):
            source.read(first)
        assert source.read(second).data == BODY


def test_a_message_that_is_too_large_is_not_fetched() -> None:
    with FakeImapServer({"FETCH": [fetched(1, 11, size=200_000_000), b"OK done"]}) as server:
        with closing(source_at(server)) as source:
            (item,) = source.items()
            with pytest.raises(ParseError, match="200,000,000"):
                source.read(item)
        assert not [command for command in server.commands if command.startswith("UID")]


def test_a_busy_server_is_asked_again_a_few_times() -> None:
    busy = [b"NO [UNAVAILABLE] later"]
    answers = iter([busy, busy, MESSAGES])
    with FakeImapServer({"FETCH": lambda _: next(answers)}) as server:
        assert collect(source_at(server))[0] == ["INBOX/11", "INBOX/12"]
    with FakeImapServer({"FETCH": busy}) as server:
        with pytest.raises(UnreachableError, match="busy"):
            collect(source_at(server))
        assert len([command for command in server.commands if command.startswith("FETCH")]) == 4


def test_without_readers_nobody_may_read_and_the_listing_says_so() -> None:
    with FakeImapServer({"FETCH": MESSAGES}) as server:
        place = Place(
            location=f"imap://ann@127.0.0.1:{server.port}",
            readers=frozenset(),
            secret="x",
            options={"owner": "no"},
        )
        found, problem = collect(ImapSource(place))
    assert len(found) == 2
    assert "nobody may read" in problem


def test_an_item_that_was_never_listed_is_not_read() -> None:
    item = Item(uri="INBOX/1", modified="", size=0, readers=STAFF)
    with pytest.raises(ParseError, match="INBOX/1"):
        ImapSource(Place(location="imap://ann@localhost", readers=STAFF)).read(item)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("INBOX", b"INBOX"),
        ("R&D", b"R&-D"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("📎", b"&2D3czg-"),
    ],
)
def test_folder_names_are_in_modified_utf_7(name: str, raw: bytes) -> None:
    assert encoded(name) == raw
    assert decoded(raw) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_folder_name_comes_back(name: str) -> None:
    raw = encoded(name)
    assert all(0x20 <= byte <= 0x7E for byte in raw)
    assert decoded(raw) == name


@given(st.binary())
def test_a_name_that_is_not_well_formed_is_shown_somehow(raw: bytes) -> None:
    decoded(raw).encode()


@given(st.lists(st.one_of(st.binary(), st.tuples(st.binary(), st.binary()))))
def test_answers_of_any_form_are_borne(answers: list[bytes | tuple[bytes, bytes]]) -> None:
    messages_in(answers)


def test_dates_are_read_in_every_zone() -> None:
    assert moment(b" 7-Jul-2026 02:44:25 -0700") == ARRIVED
    assert moment(b"07-JUL-2026 15:14:25 +0530") == ARRIVED
    assert moment(b"31-Feb-2026 02:44:25 +0000") is None
    assert moment(b"01-Jan-0001 00:00:00 +1400") is None
