"""An IMAP server that says what a test tells it to, and breaks off where it is told to."""

import re
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

HANG_UP = None
"""Instead of an answer: the connection ends."""

Answers = Sequence[bytes | None]


def fetched(number: int, uid: int, *, flags: str = "", size: int = 10, identity: str = "") -> bytes:
    """An answer that describes one message, as FETCH asks for it."""
    header = f"Message-ID: <{identity or uid}@example.org>\r\n\r\n".encode()
    return (
        f'* {number} FETCH (UID {uid} FLAGS ({flags}) INTERNALDATE "07-Jul-2026 02:44:25 -0700" '
        f"RFC822.SIZE {size} BODY[HEADER.FIELDS (MESSAGE-ID)] {{{len(header)}}}\r\n"
    ).encode() + header + b")\r\n"  # fmt: skip


@dataclass
class FakeImapServer:
    """Answers every command by the first pattern that its text fits; what none fits is answered OK."""

    script: dict[str, Answers | Callable[[str], Answers]]
    """Patterns of commands, and what is sent for each: untagged lines, then the rest of the tagged one."""
    greeting: bytes = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "FakeImapServer":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(connection)
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            connection.sendall(self.greeting)
            for line in lines:
                tag, _, command = line.decode().strip().partition(" ")
                self.commands.append(command)
                if not self._answer(connection, tag, command):
                    return

    def _answer(self, connection: socket.socket, tag: str, command: str) -> bool:
        """False when the connection is to end."""
        found = next((what for pattern, what in self.script.items() if re.match(pattern, command)), None)
        answers = list((found(command) if callable(found) else found) or self._usual(command))
        for answer in answers[:-1]:
            if answer is HANG_UP:
                return False
            connection.sendall(answer)
        if answers[-1] is HANG_UP:
            return False
        connection.sendall(tag.encode() + b" " + answers[-1] + b"\r\n")
        return not command.endswith("LOGOUT")

    def _usual(self, command: str) -> Answers:
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1\r\n", b"OK done"]
        if command.startswith("LIST"):
            return [b'* LIST () "/" INBOX\r\n', b"OK done"]
        if command.startswith("EXAMINE"):
            return [b"* 2 EXISTS\r\n", b"* OK [UIDVALIDITY 7] valid\r\n", b"OK [READ-ONLY] done"]
        return [b"OK done"]
