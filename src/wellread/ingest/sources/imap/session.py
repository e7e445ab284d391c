"""One connection to an IMAP server (RFC 3501), which only reads and is bounded in time and memory."""

import imaplib
import random
import re
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.imap.account import Account
from wellread.ingest.sources.imap.answers import Answer, Folder, Listed, body_in, folders_in, messages_in
from wellread.ingest.sources.imap.names import quoted

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
MOST_TRIES = 4
FIRST_WAIT_SECONDS = 1.0

_ANSWER_BYTES = 64 * 1024**2
_MESSAGE_BYTES = MAX_BYTES + 1024**2
_BUSY = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED"})
"""Response codes that ask to come again later (RFC 5530)."""
_CODE = re.compile(r"\[([A-Z-]+)")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")
_WANTED = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"


class DeclinedError(Exception):
    """The server answered NO or BAD, with a reason."""

    @property
    def code(self) -> str:
        """Its response code (RFC 5530), such as NONEXISTENT; empty without one."""
        found = _CODE.search(str(self))
        return found[1] if found else ""


class TooMuchError(Exception):
    """An answer is longer than it may be. No error of `imaplib`, which would make another one of it."""


class _Plain(imaplib.IMAP4):
    """Refuses answers beyond an allowance, which every command is given anew."""

    allowance = _ANSWER_BYTES

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self.sock.settimeout(READ_SECONDS)

    def read(self, size: int) -> bytes:
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self.allowance -= size
        if self.allowance < 0:
            raise TooMuchError(f"its answer goes on for {-self.allowance:,} bytes more than it may")


class _Encrypted(_Plain, imaplib.IMAP4_SSL):  # type: ignore[misc]  # only the type information differs
    """The same over TLS from the first byte."""


class Session:
    """Logged in; lists folders and messages, hands over bytes. Any UnreachableError ends it."""

    def __init__(self, account: Account, secret: str | None) -> None:
        """Raises UnreachableError: no connection, no encryption, or the login is refused."""
        self._account = account
        self._opened: tuple[bytes, int] | None = None
        if not secret:
            raise UnreachableError(
                f"{account.location} wants a secret: set WELLREAD_SECRET_<NAME of the source>"
            )
        self._client = self._connect()
        try:
            self._log_in(secret)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye. Calling twice is harmless."""
        # It does not wait for an answer, which a server that hangs would never give.
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._client.send(b"end LOGOUT\r\n")
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._client.shutdown()

    def folders(self, pattern: str) -> list[Folder]:
        """Those that can be opened; `pattern` is IMAP's own, where * stands for any characters."""
        try:
            return folders_in(self._run(lambda: self._client.list('""', pattern)))
        except DeclinedError as error:
            raise UnreachableError(f"{self._account.host} does not list its folders: {error}") from None

    def open(self, folder: bytes) -> tuple[int, int]:
        """Open a folder for reading only: its UIDVALIDITY and number of messages. Raises DeclinedError."""
        self._opened = None
        counted = self._run(lambda: self._client.select(quoted(folder), readonly=True))
        _, told = self._client.response("UIDVALIDITY")
        uidvalidity, count = _number(told, "UIDVALIDITY"), _number(counted, "EXISTS")
        self._opened = (folder, uidvalidity)
        return uidvalidity, count

    def messages(self, first: int, last: int) -> tuple[list[Listed], str]:
        """Messages by their place in the opened folder from 1, and what was wrong with the answer, if anything."""
        reason = ""
        try:
            answers = self._run(lambda: self._client.fetch(f"{first}:{last}", _WANTED))
        except DeclinedError as error:
            # What the server did tell before it declined is worth having.
            answers, reason = list(self._client.response("FETCH")[1]), str(error)
        listed, broken = messages_in(answers)
        return listed, reason or (f"{broken} of them are described wrongly" if broken else "")

    def message(self, folder: bytes, uidvalidity: int, uid: int) -> bytes:
        """The bytes of one message, which stays unseen.

        Raises ParseError: it is gone, or too large; the folder was numbered anew.
        """
        try:
            now = self._opened[1] if self._opened and self._opened[0] == folder else self.open(folder)[0]
            if now != uidvalidity:
                raise ParseError("its folder was numbered anew after it was listed: synchronise again")
            answers = self._run(
                lambda: self._client.uid("FETCH", str(uid), "(UID BODY.PEEK[])"), _MESSAGE_BYTES
            )
        except DeclinedError as error:
            raise ParseError(f"the server does not hand it over: {error}") from None
        body = body_in(answers, uid)
        if body is None:
            raise ParseError("it is gone")
        if len(body) > MAX_BYTES:
            raise ParseError(f"it has {len(body):,} bytes, the most is {MAX_BYTES:,}")
        return body

    def _connect(self) -> imaplib.IMAP4:
        account = self._account
        client: imaplib.IMAP4 | None = None
        try:
            if account.is_encrypted:
                context = ssl.create_default_context()
                return _Encrypted(account.host, account.port, ssl_context=context, timeout=CONNECT_SECONDS)
            client = _Plain(account.host, account.port, timeout=CONNECT_SECONDS)
            if not account.is_local:
                client.starttls(ssl_context=ssl.create_default_context())
            return client
        except (OSError, imaplib.IMAP4.error, TooMuchError, ValueError) as error:
            if client:
                with suppress(OSError):
                    client.shutdown()
            raise self._unreachable(error) from None

    def _log_in(self, secret: str) -> None:
        try:
            self._run(lambda: self._credentials(secret))
        except DeclinedError as error:
            raise UnreachableError(
                f"{self._account.host} does not let {self._account.login!r} in: {error}; "
                "check the secret of the source"
            ) from None

    def _credentials(self, secret: str) -> tuple[str, Any]:
        login, client = self._account.login, self._client
        if self._account.auth == "oauth2":
            # An empty line answers the reason that a server gives before it refuses.
            lines = iter([f"user={login}\x01auth=Bearer {secret}\x01\x01".encode()])
            return client.authenticate("XOAUTH2", lambda _: next(lines, b""))
        if "AUTH=PLAIN" in client.capabilities:
            return client.authenticate("PLAIN", lambda _: f"\0{login}\0{secret}".encode())
        if _NOT_PRINTABLE.search(login + secret):
            raise DeclinedError("it takes only ASCII letters, digits and signs in a login or password")
        return client.login(quoted(login.encode("ascii")), secret)

    def _run(
        self, command: Callable[[], tuple[str, Any]], allowance: int = _ANSWER_BYTES
    ) -> list[Answer | None]:
        """Carry out one command; a server that is busy is asked again a little later.

        Raises DeclinedError, UnreachableError and, where the answer is longer than `allowance`, ParseError.
        """
        for tries in range(MOST_TRIES):
            try:
                return self._once(command, allowance)
            except DeclinedError as error:
                if error.code not in _BUSY:
                    raise
                reason = str(error)
            if tries + 1 < MOST_TRIES:
                time.sleep(FIRST_WAIT_SECONDS * 2**tries * random.uniform(0.75, 1.25))
        raise UnreachableError(f"{self._account.host} is busy: {reason}")

    def _once(self, command: Callable[[], tuple[str, Any]], allowance: int) -> list[Answer | None]:
        self._client.allowance = allowance  # type: ignore[attr-defined]
        try:
            kind, data = command()
        except TooMuchError as error:
            self.close()
            raise ParseError(str(error)) from None
        except (OSError, imaplib.IMAP4.abort) as error:
            raise self._unreachable(error) from None
        except (imaplib.IMAP4.error, ValueError) as error:
            raise DeclinedError(str(error)) from None
        if kind != "OK":
            reason = b" ".join(line for line in data if isinstance(line, bytes))
            raise DeclinedError(reason.decode("utf-8", "replace") or kind)
        return list(data)

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(f"{self._account.host} port {self._account.port} does not answer: {error}")


def _number(told: Sequence[Answer | None], name: str) -> int:
    """The number of the last answer called `name`."""
    last = told[-1] if told else None
    if not isinstance(last, bytes) or not re.fullmatch(rb"[0-9]{1,20}", last.strip()):
        raise DeclinedError(f"the server does not tell {name} of the folder")
    return int(last)
