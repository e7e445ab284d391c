"""The catalogue as one object, by noun."""

from pathlib import Path
from types import TracebackType

from wellread.catalogue.audit import Audit
from wellread.catalogue.conversations import Conversations
from wellread.catalogue.database import Database
from wellread.catalogue.jobs import Jobs
from wellread.catalogue.knowledge import Knowledge
from wellread.catalogue.learning import Learning
from wellread.catalogue.moving import copy
from wellread.catalogue.outbox import Outbox
from wellread.catalogue.past import Past
from wellread.catalogue.people import People
from wellread.catalogue.quarantine import Quarantine
from wellread.catalogue.schedule import Schedule


class Catalogue:
    """The system of record. Safe to use from several threads, and from several processes over one file.

    with Catalogue.open(directory / "catalogue.db") as catalogue:
        catalogue.knowledge.put(document, chunks, actor="ann")

    When a change returns it is on disk; when it raises, nothing of it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.knowledge = Knowledge(database)
        self.quarantine = Quarantine(database)
        self.past = Past(database)
        self.people = People(database)
        self.conversations = Conversations(database, self.people)
        self.learning = Learning(database)
        self.jobs = Jobs(database)
        self.schedule = Schedule(database)
        self.audit = Audit(database)
        self.outbox = Outbox(database)

    @staticmethod
    def open(target: str | Path, patience: float = 30.0) -> "Catalogue":
        """Open a file or a database URL, made and brought to the newest schema if need be.

        `patience` is how many seconds a change waits for another writer before BusyError.
        Raises UsageError (not a usable URL), StorageError (not a catalogue, newer than this code, no
        permission).
        """
        return Catalogue(Database(target, patience))

    def copy_to(self, target: "Catalogue") -> dict[str, int]:
        """Make `target`, which must be empty, equal to this one; returns the rows of each table.

        Raises UsageError (not empty), BusyError and StorageError; nothing is in the target then.
        """
        return copy(self._database, target._database)

    def vacuum(self) -> None:
        """Rewrite the file so that nothing deleted is left in it or in its log; needs room for a copy, takes
        seconds per gigabyte. Raises BusyError while others read or write, and StorageError."""
        self._database.vacuum()

    def close(self) -> None:
        """Let go of the database. Calling twice is harmless."""
        self._database.close()

    def __enter__(self) -> "Catalogue":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
