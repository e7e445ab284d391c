"""When each source was last brought up to date, and how long it is left alone after it failed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.schema import schedules
from wellread.catalogue.transaction import Clock, iso, utc

FIRST_WAIT = 60.0
"""Seconds after one failure; each further one doubles it."""

MOST_WAIT = 6 * 3600.0
"""Seconds, whatever the number of failures."""

MOST_ASKED = 24 * 3600.0
"""Seconds that a server may ask for: no header leaves a source unread for longer than a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it is with one source. Times are ISO 8601 UTC."""

    source: str
    failures: int = 0
    """In a row, since it was last brought up to date."""
    last_success: str | None = None
    next_attempt: str | None = None
    """Before then nobody tries it unasked; None when it is simply up to date."""
    reason: str = ""
    """Why the last attempt failed."""


class Schedule:
    """Kept in the catalogue, so that a new process waits as the last one would have. What a person asks for waits for
    nothing."""

    def __init__(
        self, database: Database, clock: Clock = utc, chance: Callable[[], float] = random.random
    ) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance

    def standing(self, source: str) -> Standing:
        """Of a source that was never tried, nothing is known."""
        return self.standings().get(source, Standing(source=source))

    def standings(self) -> dict[str, Standing]:
        """Of every source that was tried, by its name."""
        with self._database.read() as connection:
            rows = connection.execute(select(schedules)).all()
        return {row.source: _standing(row) for row in rows}

    def succeeded(self, source: str) -> None:
        """It is up to date now."""
        self._write(source, failures=0, last_success=iso(self._clock()), next_attempt=None, reason="")

    def failed(self, source: str, reason: str, retry_after: float | None = None) -> Standing:
        """It could not be brought up to date. `retry_after` is how many seconds its server asked to be left alone."""
        with self._database.write():
            failures = self.standing(source).failures + 1
            later = timedelta(seconds=wait(failures, self._chance(), retry_after))
            self._write(source, failures=failures, next_attempt=iso(self._clock() + later), reason=reason)
            return self.standing(source)

    def ask(self, source: str) -> None:
        """Have whoever watches try it now, whatever it waits for."""
        self._write(source, next_attempt=iso(self._clock()))

    def due(self) -> set[str]:
        """Sources whose next attempt has come."""
        at = iso(self._clock())
        return {
            one.source for one in self.standings().values() if one.next_attempt and one.next_attempt <= at
        }

    def waits(self, source: str) -> bool:
        """Whether it is to be left alone for now."""
        after = self.standing(source).next_attempt
        return after is not None and after > iso(self._clock())

    def now(self) -> datetime:
        """What its clock says."""
        return self._clock()

    def _write(self, source: str, **values: object) -> None:
        with self._database.write() as transaction:
            change = update(schedules).where(schedules.c.source == source).values(values)
            if not transaction.connection.execute(change).rowcount:
                row = {"source": source, "failures": 0, "reason": "", **values}
                transaction.connection.execute(insert(schedules), row)


def wait(failures: int, chance: float, retry_after: float | None = None) -> float:
    """Seconds after so many failures in a row: doubling up to `MOST_WAIT`, of which by `chance` (0 to 1) a part between
    half and all is waited, so that many do not come back at once; never less than the server asked for, up to
    `MOST_ASKED`."""
    longest = min(FIRST_WAIT * 2.0 ** min(failures - 1, 30), MOST_WAIT)
    return max(longest * (0.5 + chance / 2), min(retry_after or 0.0, MOST_ASKED))


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        source=row.source,
        failures=row.failures,
        last_success=row.last_success,
        next_attempt=row.next_attempt,
        reason=row.reason,
    )
