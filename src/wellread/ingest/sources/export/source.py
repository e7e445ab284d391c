"""What sources over exports have in common: each record is a document; a damaged export adds, and removes nothing."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.export.files import ExportFiles, damage
from wellread.ingest.sources.export.json_stream import records
from wellread.ingest.sources.kept_texts import KeptTexts
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import Record
from wellread.records.people import Principal

_JSON = (".json", ".jsonl", ".ndjson")


class ExportSource(ABC):
    """Lists what its files tell. Texts are kept in a file without a name until it is closed."""

    def __init__(self, place: Place) -> None:
        self._root = path_of(place.location).resolve()
        self._usual = place.readers
        self._kept = KeptTexts(place.cache)
        self._closed: dict[str, str] = {}

    @abstractmethod
    def records(self, files: ExportFiles, problems: Problems) -> Iterator[Record]:
        """Every document. What could not be seen is added to `problems`, or ends it as a ParseError."""

    @property
    def location(self) -> str:
        """The absolute path, links resolved."""
        return str(self._root)

    @property
    def memory(self) -> Mapping[str, Any]:
        """Nothing: the export tells everything each time."""
        return {}

    def items(self) -> Iterator[Item]:
        """Every document, by uri. Of two that are called the same, the one that changed last counts.

        Raises NotFoundError: no such export; ParseError after the last item: a file that is damaged, not written to its
        end or written to meanwhile, and records without a name.
        """
        self.close()
        problems = Problems()
        found: dict[str, _Noted] = {}
        try:
            with closing(ExportFiles(self._root)) as files, damage(str(self._root)):
                for record in self.records(files, problems):
                    self._take(record, found, problems)
                if files.has_changed:
                    problems.add(f"{self._root} was written to while it was listed: synchronise again")
        except ParseError as error:
            problems.add(str(error))
        usual = self.usual_readers()
        if usual == NOBODY and any(one.readers is None for one in found.values()):
            problems.add(f"nobody may read {self._root}: name readers when adding the source")
        for uri in sorted(found):
            noted = found[uri]
            yield Item(
                uri=uri,
                modified=noted.modified,
                size=noted.size,
                readers=usual if noted.readers is None else noted.readers,
                stamp=noted.stamp,
            )
        problems.raise_if_any()

    def read(self, item: Item) -> Content:
        """The document as it was when it was listed. Raises ParseError when it is too large, or for nobody."""
        if item.uri in self._closed:
            raise ParseError(f"{item.uri}: {self._closed[item.uri]}")
        content = self._kept.read(item.uri)
        if content is None:
            raise ParseError(f"{item.uri} is not in {self._root}")
        return content

    def close(self) -> None:
        """Let go of the texts. Calling twice is harmless."""
        self._kept.clear()
        self._closed = {}

    def usual_readers(self) -> frozenset[Principal]:
        """Of documents that name none; asked for after all were told."""
        return self._usual

    def _take(self, record: Record, found: dict[str, "_Noted"], problems: Problems) -> None:
        noted = _noted(record)
        before = found.get(record.uri)
        if before and before.stamp == noted.stamp and before.readers == noted.readers:
            return
        if before and before.modified == noted.modified:
            problems.add(f"several records are called {record.uri}: the first counts, and is for nobody")
            found[record.uri] = replace(before, readers=NOBODY)
        elif before is None or before.modified < noted.modified:
            found[record.uri] = noted
            self._closed.pop(record.uri, None)
            if record.problem:
                self._closed[record.uri] = record.problem
            else:
                self._kept.put(record)


def json_records(
    files: ExportFiles, problems: Problems, envelope: str, about: list[dict[str, Any]] | None = None
) -> Iterator[tuple[str, Any]]:
    """The records of every JSON file (`json_stream.records`), each with where it stands.

    A file that is damaged is added to `problems`, and the next one is read. Raises ParseError when there is none.
    """
    names = [name for name in files.names if name.lower().removesuffix(".gz").endswith(_JSON)]
    if not names:
        raise ParseError(f"{files.root} holds no files that end in {', '.join(_JSON)}")
    for name in names:
        with problems.noting(), damage(name), closing(files.open(name)) as stream:
            for number, record in enumerate(records(stream, envelope, about), start=1):
                yield f"{name}, record {number}", record


@dataclass(frozen=True, slots=True)
class _Noted:
    """A record without its text."""

    stamp: str
    modified: str
    size: int
    readers: frozenset[Principal] | None


def _noted(record: Record) -> _Noted:
    # What is closed is not read, and so told again each time, until it is mended.
    stamp = f"{record.stamp} closed" if record.problem else record.stamp
    readers = NOBODY if record.problem else record.readers
    return _Noted(stamp, record.modified, len(record.data), readers)


def path_of(location: str) -> Path:
    """The path that a user wrote, `~` being the home folder. Raises UsageError."""
    try:
        return Path(location).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{location}: {error}") from None
