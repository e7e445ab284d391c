"""Tickets with their comments, as Zendesk's JSON export or its incremental export has them."""

from collections.abc import Iterator

from wellread.errors import UsageError
from wellread.ingest.sources.export.files import ExportFiles
from wellread.ingest.sources.export.source import ExportSource, json_records
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.record import Record
from wellread.ingest.sources.zendesk.ticket import documents
from wellread.records.people import principals


class ZendeskSource(ExportSource):
    """Lists tickets. Private comments are for the agents whom an option names, else left out."""

    def __init__(self, place: Place) -> None:
        """Raises UsageError for agents who are no readers."""
        super().__init__(place)
        written = place.options.get("agents", "").strip()
        try:
            self._agents = principals(written) if written else None
        except UsageError as error:
            raise UsageError(f"agents is {written!r}: {error}") from None

    def records(self, files: ExportFiles, problems: Problems) -> Iterator[Record]:
        """The documents of every ticket of every file."""
        for where, ticket in json_records(files, problems, "tickets"):
            with problems.noting(where):
                yield from documents(ticket, self._agents)


KIND = Kind(
    ZendeskSource,
    {
        "agents": "Who may read private comments, such as group:agents: tickets that have some become a "
        "second document for them. Without it private comments are left out.",
    },
)
