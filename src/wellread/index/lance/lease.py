"""One writer at a time where the kernel cannot tell: a lock on object storage that its holder renews.

A holder that does not renew it for LASTS seconds is taken for dead; one on the same machine whose process is gone, at
once. So clocks may differ by a part of LASTS. A holder that was taken for dead wrongly can publish nothing any more:
its successor has replaced the state that it has seen (see state.py).
"""

import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from typing import Any

from wellread.errors import BusyError
from wellread.index.lance.cell import Cell
from wellread.index.lance.storage import Storage

LASTS = 60.0
"""Seconds without renewal after which somebody else may take it."""
RENEWED_EVERY = 15.0


class Lease:
    """Held from construction to `close`."""

    def __init__(self, storage: Storage) -> None:
        """Raises BusyError, naming the holder, when another writer holds it."""
        self._cell = Cell(storage)
        self._token = uuid.uuid4().hex
        self._place = storage.root
        self._turn = threading.Lock()
        self._closed = threading.Event()
        version, value = self._cell.read()
        if value and _is_held(value):
            raise self._busy(value)
        self._version = self._take(version)
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewing.start()

    def check(self) -> None:
        """Raises BusyError when it was lost."""
        if self._version == 0:
            raise BusyError(
                f"the lock at {self._place} was lost, since it could not be renewed in time: open the index again"
            )

    def close(self) -> None:
        """Free it. Calling twice is harmless."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._renewing.join()
        # Where this does not get through, it runs out by itself.
        with self._turn, suppress(OSError, ValueError, BusyError):
            if self._version:
                self._cell.replace({}, self._version)
                self._version = 0

    def _take(self, version: int) -> int:
        held = {
            "token": self._token,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "until": time.time() + LASTS,
        }
        return self._cell.replace(held, version)

    def _renew(self) -> None:
        last = time.monotonic()
        while not self._closed.wait(RENEWED_EVERY):
            with self._turn:
                try:
                    self._version = self._take(self._version)
                    last = time.monotonic()
                except BusyError:
                    self._version = 0
                except (OSError, ValueError):
                    if time.monotonic() - last > LASTS - RENEWED_EVERY:
                        self._version = 0
                if not self._version:
                    return

    def _busy(self, value: dict[str, Any]) -> BusyError:
        return BusyError(
            f"{self._place} is held by process {value['process']} on {value['host']}, and an index has one writer "
            "at a time: wait for it to finish, or stop it"
        )


def _is_held(value: dict[str, Any]) -> bool:
    if value["until"] < time.time():
        return False
    return value["host"] != socket.gethostname() or _is_alive(value["process"])


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
