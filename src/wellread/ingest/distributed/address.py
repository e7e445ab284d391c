"""A cluster's address, and whether a cluster answers there: Ray itself tries for many minutes before it says so."""

import re
import socket
from contextlib import closing

from wellread.errors import ClusterError, UsageError

PATIENCE = 5.0
"""Seconds for a connection."""
CLIENT = "ray://"
FORMS = "auto (the cluster that this machine is part of), HOST:PORT or ray://HOST:PORT"

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
"""How a client of HTTP/2 begins, with empty SETTINGS (RFC 9113, section 3.4); Ray's services speak it."""
_SETTINGS = 4


def checked(address: str) -> str:
    """`address`, without white space around it. Raises UsageError when it has none of the FORMS."""
    wanted = address.strip()
    if wanted != "auto" and not re.fullmatch(rf"({CLIENT})?(\[[0-9a-fA-F:]+\]|[\w.-]+):[0-9]{{1,5}}", wanted):
        raise UsageError(f"{address!r} is no address of a Ray cluster: give {FORMS}")
    return wanted


def reach(address: str) -> None:
    """Raises ClusterError when nothing that could be a cluster answers at HOST:PORT or ray://HOST:PORT."""
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    try:
        with closing(socket.create_connection((host.strip("[]"), int(port)), PATIENCE)) as connection:
            connection.sendall(_PREFACE)
            answer = connection.recv(9)
    except (OSError, OverflowError) as error:
        raise unreachable(address, str(error)) from error
    if len(answer) < 4 or answer[3] != _SETTINGS:
        raise unreachable(address, "something else answers there")


def unreachable(address: str, reason: str) -> ClusterError:
    """What to say of a cluster that cannot be reached."""
    return ClusterError(
        f"no Ray cluster can be reached at {address} ({reason}): start one with `ray start --head` there, let this "
        f"machine in where its firewall does not, or give another address: {FORMS}"
    )
