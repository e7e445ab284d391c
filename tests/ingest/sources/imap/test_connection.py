"""How a mail server is reached: encryption, secrets, and locations."""

import socket
from contextlib import closing

import pytest
from fake_imap_server import FakeImapServer
from imap_source import Mailbox, collect, message
from synchronising import STAFF

from wellread.errors import UnreachableError, UsageError
from wellread.ingest.sources.imap.source import KIND, ImapSource
from wellread.ingest.sources.kind import Place

pytest_plugins = ("dovecot_server",)


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
