"""Which process this is, and whether another one still runs."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """One run of one program. `start` tells it from a later one that was given the same number."""

    host: str
    number: int
    start: str

    @staticmethod
    def current() -> "Process":
        """This one."""
        return Process(socket.gethostname(), os.getpid(), _start(os.getpid()))

    def is_here(self) -> bool:
        """Whether it ran on this host, so that `is_alive` can tell."""
        return self.host == socket.gethostname()

    def is_alive(self) -> bool:
        """Whether it still runs on this host. Where the system has no /proc, its number alone decides."""
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass  # it is somebody else's, so it is alive
        return self.start == _start(self.number)


def _start(number: int) -> str:
    """Boot and clock tick at which the process began (proc(5): field 22 of stat); empty without /proc, and for one that
    has ended and that its parent has not asked about yet."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        after_name = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if after_name[0] in "ZX" else f"{boot}:{after_name[19]}"
