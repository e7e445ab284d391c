"""One writer at a time: an advisory lock on a file that names its holder."""

import contextlib
import fcntl
import os
from pathlib import Path

from wellread.errors import BusyError


class WriterLock:
    """Held from construction to `close`. The kernel frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Raises BusyError, naming the holder's process id, when another writer holds it."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            self.close()
            raise BusyError(
                f"{path.parent} is being written by process {holder}, and an index has one writer at a time: "
                "wait for it to finish, or stop it"
            ) from None
        # The name is for the message alone, and a full disk must not keep anybody from writing deletions.
        with contextlib.suppress(OSError):
            os.pwrite(self._descriptor, f"{os.getpid():<20}".encode(), 0)

    def close(self) -> None:
        """Free the lock. Calling twice is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
