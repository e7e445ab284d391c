"""Mailboxes over IMAP, against Dovecot: what is new, gone, marked or numbered anew."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from imap_source import ARRIVED, Mailbox, collect, message
from source_contract import SourceContract
from synchronising import STAFF, counts, synchronised

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError
from wellread.ingest.sources.imap import source as imap
from wellread.ingest.sources.imap.source import ImapSource
from wellread.ingest.sources.kind import Place
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

pytest_plugins = ("dovecot_server",)


@pytest.fixture
def catalogue(catalogue_file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(catalogue_file) as catalogue:
        catalogue.knowledge.add_source("mail", "imap", "imap://x@localhost", STAFF, "ann")
        yield catalogue


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
    return synchronised(ImapSource(place), catalogue, "mail", most)


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
