"""Issues with their comments, as Jira's search writes them in JSON: pages of it, or one issue after the other."""

from collections.abc import Iterator
from typing import Any

from wellread.ingest.sources.export.files import ExportFiles
from wellread.ingest.sources.export.source import ExportSource, json_records
from wellread.ingest.sources.jira.issue import Levels, documents
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import UNKNOWN_DATE, Record


class JiraSource(ExportSource):
    """Lists issues. What a security level, role or group restricts is for those whom an option names, else left out."""

    def __init__(self, place: Place) -> None:
        """Raises UsageError for levels that name no readers."""
        super().__init__(place)
        self._option = place.options.get("levels", "")
        Levels.asked(self._option)

    def records(self, files: ExportFiles, problems: Problems) -> Iterator[Record]:
        """The documents of every issue of every file, and what was left out for want of readers."""
        levels, pages, keys = Levels.asked(self._option), list[dict[str, Any]](), set[str]()
        for where, issue in json_records(files, problems, "issues", pages):
            keys.add(str(issue.get("key")) if isinstance(issue, dict) else "")
            with problems.noting(where):
                yield from documents(issue, levels)
        _check_pages(pages, len(keys), problems)
        for level, count in sorted(levels.unknown.items()):
            yield Record(
                uri=f"restricted to {level}",
                name="",
                data=b"",
                modified=UNKNOWN_DATE,
                readers=NOBODY,
                problem=f"{count:,} issues or sets of comments are left out: name readers by levels={level}=READERS",
            )


def _check_pages(pages: list[dict[str, Any]], count: int, problems: Problems) -> None:
    """What a search has found in all must be there; a page alone is not the whole."""
    totals = [page["total"] for page in pages if isinstance(page.get("total"), int)]
    if totals and count < max(totals):
        problems.add(
            f"the export has {count:,} of {max(totals):,} issues: put all pages of the search into the folder"
        )
    if any("isLast" in page for page in pages) and not any(page.get("isLast") is True for page in pages):
        problems.add("the export lacks the last page of the search: put all of them into the folder")


KIND = Kind(
    JiraSource,
    {
        "levels": "Who is in a security level, role or group, as Board=group:board;Developers=group:dev,user:ann, and "
        "internal=... for comments that customers do not see. What is restricted to others is left out.",
    },
)
