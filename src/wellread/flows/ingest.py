"""A source is added or brought up to date: documents into the catalogue, passages into the index."""

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.transaction import now
from wellread.errors import BusyError, NotFoundError, UnreachableError, UsageError
from wellread.flows.ahead import IndexedAtOnce
from wellread.flows.indexing import catch_up
from wellread.flows.sync_job import sync_job
from wellread.index.protocol import Index
from wellread.index.serving import Beside
from wellread.ingest.executor import Executor, LocalExecutor, Reader
from wellread.ingest.history import Keeping, keep_history
from wellread.ingest.means import Means
from wellread.ingest.parse.expand import expand
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Source
from wellread.ingest.sources.registry import is_same_source, kind_of, open_source
from wellread.ingest.sync import synchronise
from wellread.models.protocols import Embedder
from wellread.records.identity import identify
from wellread.records.knowledge import Failure, SourceRecord, SyncReport
from wellread.records.people import EVERYONE, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Who is told how far it is: items done, to do and the next one's uri; passages embedded and to embed."""

    reading: Callable[[int, int, str], None] | None = None
    embedding: Callable[[int, int], None] | None = None


SILENT = Progress()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What the journey needs: where knowledge is kept, the index as its writer, and who acts."""

    catalogue: Catalogue
    index: Index
    """The one that serves."""
    embedder: Embedder
    own_files: tuple[Path, ...]
    """Wellread's own, which are nobody's documents."""
    caches: Path
    """Where sources keep what they need again, each in a folder of its own."""
    actor: str
    read: Reader = expand
    """Makes documents of bytes, in this process."""
    executor: Executor | None = None
    """Does so elsewhere; what was held earlier (history) is always read here."""
    secret: Callable[[str], str | None] = lambda source: None
    """The password of a source, by its name."""
    beside: Beside | None = None
    """Indexes that do not serve, but must lose what is deleted."""
    progress: Progress = SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """What the user says of a source. What is None is as before, or as is usual for a new one."""

    location: str
    kind: str | None = None
    readers: frozenset[Principal] | None = None
    name: str | None = None
    options: Mapping[str, str] | None = field(default=None)
    trust: str | None = None


def add(work: Ingest, wanted: NewSource) -> SyncReport:
    """Register the source and synchronise it. Adding the same location again synchronises it.

    Without readers a source that is known keeps its own, and a new one is for everyone. A new source that cannot be
    listed, or holds nothing, is not kept.
    Raises NotFoundError (no such place), UnreachableError (it does not answer) and UsageError (nothing in it; the name
    is taken by another location; an option that its kind does not take).
    """
    knowledge = work.catalogue.knowledge
    kind = wanted.kind or kind_of(wanted.location)
    place = Place(
        location=wanted.location, readers=frozenset(), options=wanted.options or {}, exclude=work.own_files
    )
    with closing(open_source(kind, place)) as source:
        location = source.location
    chosen = wanted.name or _name(work.catalogue, kind, location, wanted.options)
    known = {one.name: one for one in knowledge.sources()}.get(chosen)
    held = wanted.readers or (known.readers if known else frozenset([EVERYONE]))
    record = knowledge.add_source(
        chosen, kind, location, held, work.actor, options=wanted.options, trust=wanted.trust
    )
    try:
        report = _synchronise(work, record)
        if known is None and not report.failed and not knowledge.states(chosen):
            raise UsageError(f"{location} holds no files: name a place with documents")
    except (NotFoundError, UnreachableError, UsageError):
        if known is None:
            knowledge.remove_source(chosen, work.actor)
        raise
    return report


def sync_all(work: Ingest, *, full: bool = False) -> list[SyncReport]:
    """Bring every source up to date. One whose place is gone, or that another process is at, is reported as failed, and
    the others go on: a missing share must not keep another source's changed readers from taking effect.

    Raises NotFoundError when there is no source.
    """
    sources = work.catalogue.knowledge.sources()
    if not sources:
        raise NotFoundError("there is no source yet: add one with `wellread add LOCATION`")
    reports = []
    for source in sources:
        try:
            reports.append(sync(work, source.name, full=full))
        except (NotFoundError, UnreachableError, UsageError, BusyError) as error:
            failure = Failure(uri=source.location, error=str(error))
            reports.append(
                SyncReport(
                    source=source.name,
                    added=0,
                    changed=0,
                    removed=0,
                    unchanged=0,
                    failed=(failure,),
                    seconds=0.0,
                )
            )
    return reports


def sync(work: Ingest, name: str, *, full: bool = False) -> SyncReport:
    """Bring one known source up to date; `full` reads everything again.

    Raises NotFoundError (no such source, or its place is gone), UnreachableError (it does not answer) and BusyError
    (another process is at it). What it waits for after failures does not matter to who asks for it.
    """
    return _synchronise(work, work.catalogue.knowledge.source(name), full=full)


def _opened(work: Ingest, record: SourceRecord) -> Source:
    place = Place(
        location=record.location,
        readers=record.readers,
        options=record.options,
        memory=work.catalogue.knowledge.remembered(record.name),
        secret=work.secret(record.name),
        cache=work.caches / identify("src", (record.name, record.location)),
        exclude=work.own_files,
    )
    return open_source(record.kind, place)


def _synchronise(work: Ingest, record: SourceRecord, *, full: bool = False) -> SyncReport:
    with sync_job(work.catalogue, record.name) as job:

        def embedded(done: int, total: int) -> None:
            job.embedded(done, total)
            if work.progress.embedding:
                work.progress.embedding(done, total)

        # What an interrupted run left to be indexed becomes searchable, even should this source be gone by now.
        catch_up(work.catalogue, work.index, work.embedder, embedded, work.beside)
        with closing(_opened(work, record)) as source:
            report = synchronise(
                source,
                work.catalogue.knowledge,
                name=record.name,
                actor=work.actor,
                full=full,
                keep_earlier=record.options.get("when_held") == "keep",
                means=Means(
                    executor=work.executor or LocalExecutor(work.read),
                    indexer=IndexedAtOnce(work.catalogue, work.index, work.embedder),
                    on_progress=work.progress.reading,
                    monitor=job,
                ),
            )
            keep_history(
                Keeping(
                    source=source,
                    name=record.name,
                    options=record.options,
                    catalogue=work.catalogue,
                    read=work.read,
                ),
                now(),
            )
        catch_up(work.catalogue, work.index, work.embedder, embedded, work.beside)
        job.ended(report)
    return report


def _name(catalogue: Catalogue, kind: str, location: str, options: Mapping[str, str] | None) -> str:
    """That of the source which is meant, if it is known; else the folder's own, with a number when it is taken.

    Raises UsageError when several sources are at the location and no option tells which is meant.
    """
    sources = catalogue.knowledge.sources()
    there = [one for one in sources if one.location == location]
    if options is None and len(there) > 1:
        names = ", ".join(one.name for one in there)
        raise UsageError(f"several sources are at {location}: {names}; say with --name which one is meant")
    for one in there:
        if options is None or (one.kind != kind) or is_same_source(kind, one.options, options):
            return one.name
    stem = re.sub(r"[^\w.-]+", "-", Path(location).name).strip("-") or "source"
    taken = {one.name for one in sources}
    names_in_turn = (stem, *(f"{stem}-{number}" for number in range(2, len(sources) + 3)))
    return next(name for name in names_in_turn if name not in taken)
