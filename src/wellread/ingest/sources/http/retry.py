"""How long to wait before asking a server again: as it says, else longer each time."""

import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

TRIES = 4
"""Of one request, the first included."""

MOST_WAITING = 60.0
"""Seconds that one request may wait in total before its tries."""

MOST_PAUSE = 10.0
"""Seconds between two requests to a host, whatever it asks for."""

_FIRST_WAIT = 0.5


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date; None without a readable one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0) if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def usual_wait(tries: int) -> float:
    """Seconds after so many tries: doubling, and somewhat by chance, so that many do not come back at once."""
    return _FIRST_WAIT * 2.0 ** (tries - 1) * random.uniform(0.5, 1.5)


class Turns:
    """Keeps requests to a host apart."""

    def __init__(self, pause: float, sleep: Callable[[float], None]) -> None:
        self._pause = pause
        self._sleep = sleep
        self._pauses: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def set_pause(self, host: str, seconds: float) -> None:
        """At least so long for this host, up to `MOST_PAUSE`."""
        self._pauses[host] = max(self._pause, min(seconds, MOST_PAUSE))

    def take(self, host: str) -> None:
        """Wait until the host may be asked."""
        if host in self._last:
            wait = self._last[host] + self._pauses.get(host, self._pause) - time.monotonic()
            if wait > 0:
                self._sleep(wait)
        self._last[host] = time.monotonic()
