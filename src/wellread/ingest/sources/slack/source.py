"""Conversations of Slack: a document for each thread, and one for what else was said in a channel on one day."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from typing import IO

from wellread.errors import ParseError, StorageError, WellreadError
from wellread.ingest.sources.export.files import ExportFiles, damage
from wellread.ingest.sources.export.json_stream import records
from wellread.ingest.sources.export.source import ExportSource, path_of
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import UNKNOWN_DATE, Record, file_name, shown, titled
from wellread.ingest.sources.slack.message import is_said, line, thread_of, when
from wellread.ingest.sources.slack.workspace import Channel, Workspace, is_export


class SlackSource(ExportSource):
    """Lists threads and days. Public channels are for the source's readers, all others for their members."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._folder = place.cache
        self._domain = place.options.get("domain", "").strip()

    def records(self, files: ExportFiles, problems: Problems) -> Iterator[Record]:
        """The documents of every channel, and a reason for each that nobody may read."""
        workspace = Workspace(files, self._domain)
        days: defaultdict[str, list[str]] = defaultdict(list)
        for name in files.names:
            folder, slash, day = name.removeprefix(workspace.base).partition("/")
            if name.startswith(workspace.base) and slash and "/" not in day and day.endswith(".json"):
                days[folder].append(name)
        for folder, names in days.items():
            channel = workspace.channel(folder)
            if channel.problem:
                yield Record(folder, "", b"", UNKNOWN_DATE, NOBODY, channel.problem)
            else:
                with closing(_Conversation(self._temporary(), workspace, folder, channel)) as conversation:
                    yield from self._said(files, names, conversation, problems)

    def _said(
        self, files: ExportFiles, names: list[str], conversation: "_Conversation", problems: Problems
    ) -> Iterator[Record]:
        read = 0
        for name in names:
            with problems.noting(), damage(name), closing(files.open(name)) as stream:
                yield from conversation.day(name, records(stream))
                read += 1
        # Of a thread that goes on in a damaged file, what is known is more than what could be told now.
        if read == len(names):
            yield from conversation.threads()

    def _temporary(self) -> IO[bytes]:
        try:
            if self._folder:
                self._folder.mkdir(parents=True, exist_ok=True)
            return tempfile.TemporaryFile(dir=self._folder)
        except OSError as error:
            raise StorageError(f"the threads cannot be kept meanwhile: {error.strerror}") from error


class _Conversation:
    """What was said in one channel. Threads go on over days, so their lines are kept in a file until the last."""

    def __init__(self, kept: IO[bytes], workspace: Workspace, folder: str, channel: Channel) -> None:
        self._kept = kept
        self._workspace = workspace
        self._folder = folder
        self._channel = channel
        self._threads: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
        """By the time each began: the time, place and length of its lines."""

    def day(self, name: str, messages: Iterator[object]) -> Iterator[Record]:
        """What was said outside of threads in one file, as a document."""
        day = name.rpartition("/")[2].removesuffix(".json")
        told: list[tuple[str, str]] = []
        for message in messages:
            if not isinstance(message, dict):
                raise ParseError(f"{name} is damaged: it holds {str(message)[:50]!r}")
            if is_said(message) and (said := line(message, self._workspace.names, self._workspace.channels)):
                if thread_of(message):
                    self._keep(thread_of(message), shown(message["ts"]), said)
                else:
                    told.append((shown(message["ts"]), said))
        if told:
            told.sort(key=lambda pair: float(pair[0]))
            title = f"{self._channel.name} on {day}"
            yield self._record(f"{self._folder}/{day}", title, [said for _, said in told], told[-1][0])

    def threads(self) -> Iterator[Record]:
        """Every thread, as a document."""
        for began, lines in sorted(self._threads.items()):
            lines.sort(key=lambda one: float(one[0]))
            told = []
            for moment, start, size in lines:
                self._kept.seek(start)
                said = self._kept.read(size).decode("utf-8", "surrogatepass")
                told.append(f"{when(moment):%Y-%m-%d} {said}")
            title = f"{self._channel.name}, thread of {when(began):%Y-%m-%d %H:%M}"
            yield self._record(f"{self._folder}/thread {began}", title, told, lines[-1][0])

    def close(self) -> None:
        """Forget the lines."""
        self._kept.close()

    def _keep(self, thread: str, moment: str, said: str) -> None:
        data = said.encode("utf-8", "surrogatepass")
        try:
            start = self._kept.tell()
            self._kept.write(data)
        except OSError as error:
            raise StorageError(f"the threads cannot be kept meanwhile: {error.strerror}") from error
        self._threads[thread].append((moment, start, len(data)))

    def _record(self, uri: str, title: str, lines: list[str], last: str) -> Record:
        return Record(
            uri=uri,
            name=file_name(title),
            data=titled(title, "\n".join(lines)).encode("utf-8", "backslashreplace"),
            modified=when(last).isoformat(),
            readers=self._channel.readers,
        )


def recognises(location: str) -> bool:
    """Whether an export of Slack lies there; as mere files its conversations would be for whoever reads the rest."""
    try:
        root = path_of(location)
        if root.is_dir():
            return (root / "channels.json").is_file() and (root / "users.json").is_file()
        if root.suffix.lower() != ".zip":
            return False
        with closing(ExportFiles(root)) as files:
            return is_export(files.names)
    except (OSError, ValueError, WellreadError):
        return False


KIND = Kind(
    SlackSource,
    {
        "domain": "Addresses of this domain are people by what stands before the @: with example.org, ann@example.org "
        "is user:ann. All others are people by their whole address.",
    },
    recognises,
)
