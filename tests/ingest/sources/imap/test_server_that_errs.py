"""What a mail server may do wrong, said by one that a test writes."""

import time
from contextlib import closing

import pytest
from fake_imap_server import HANG_UP, FakeImapServer, fetched
from imap_source import collect
from synchronising import STAFF

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.imap import session as imap_session
from wellread.ingest.sources.imap.source import ImapSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Item

pytest_plugins = ("dovecot_server",)

MESSAGES = [fetched(1, 11), fetched(2, 12), b"OK done"]
BODY = b"Subject: Hello\r\n\r\nText\r\n"


def whole(uid: int, body: bytes = BODY) -> list[bytes]:
    size = len(body)
    return [f"* 1 FETCH (UID {uid} BODY[] {{{size}}}\r\n".encode() + body + b" FLAGS ())\r\n", b"OK done"]


def source_at(server: FakeImapServer) -> ImapSource:
    place = Place(location=f"imap://ann@127.0.0.1:{server.port}", readers=STAFF, secret="geheim")
    return ImapSource(place)


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
