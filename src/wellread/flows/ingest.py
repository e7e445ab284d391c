"""A source is added or brought up to date: documents into the catalogue, passages into the index."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wellread.catalogue.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError
from wellread.flows.indexing import catch_up
from wellread.index.protocol import Index
from wellread.ingest.sources.folder import FolderSource
from wellread.ingest.sync import synchronise
from wellread.models.protocols import Embedder
from wellread.records.knowledge import Failure, SyncReport
from wellread.records.people import EVERYONE, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Who is told how far it is: documents done, to do and the next one's uri; passages embedded and to embed."""

    reading: Callable[[int, int, str], None] | None = None
    embedding: Callable[[int, int], None] | None = None


SILENT = Progress()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What the journey needs: where knowledge is kept, the index as its writer, and who acts."""

    catalogue: Catalogue
    index: Index
    embedder: Embedder
    own_files: tuple[Path, ...]
    """Wellread's own, which are nobody's documents."""
    actor: str
    progress: Progress = SILENT


def add(work: Ingest, location: Path, readers: frozenset[Principal] | None, name: str | None) -> SyncReport:
    """Register the source and synchronise it. Adding the same location again synchronises it.

    Without `readers` a source that is known keeps its own, and a new one is for everyone.
    Raises NotFoundError (no such place) and UsageError (nothing in it; the name is taken by another location).
    """
    knowledge = work.catalogue.knowledge
    source = FolderSource(location, readers or frozenset(), exclude=work.own_files)
    if not Path(source.location).exists():
        raise NotFoundError(f"{source.location} does not exist: check the name, and that it is mounted")
    chosen = name or _free_name(work.catalogue, source.location)
    known = {one.name: one for one in knowledge.sources()}.get(chosen)
    if known is None and next(source.items(), None) is None:
        raise UsageError(f"{source.location} holds no files: name a folder or file with documents")
    held = readers or (known.readers if known else frozenset([EVERYONE]))
    knowledge.add_source(chosen, "folder", source.location, held, work.actor)
    return _synchronise(work, chosen, FolderSource(location, held, exclude=work.own_files))


def sync_all(work: Ingest) -> list[SyncReport]:
    """Bring every source up to date. One whose place is gone is reported as failed, and the others go on: a missing
    share must not keep another source's changed readers from taking effect.

    Raises NotFoundError when there is no source.
    """
    sources = work.catalogue.knowledge.sources()
    if not sources:
        raise NotFoundError("there is no source yet: add one with `wellread add LOCATION`")
    reports = []
    for source in sources:
        try:
            reports.append(sync(work, source.name))
        except NotFoundError as error:
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


def sync(work: Ingest, name: str) -> SyncReport:
    """Bring one known source up to date. Raises NotFoundError (no such source, or its place is gone)."""
    record = work.catalogue.knowledge.source(name)
    return _synchronise(
        work, name, FolderSource(Path(record.location), record.readers, exclude=work.own_files)
    )


def _synchronise(work: Ingest, name: str, source: FolderSource) -> SyncReport:
    job = work.catalogue.jobs.start("sync", name)
    try:
        # What an interrupted run left to be indexed becomes searchable, even should this source be gone by now.
        catch_up(work.catalogue, work.index, work.embedder, work.progress.embedding)
        report = synchronise(
            source, work.catalogue.knowledge, name=name, actor=work.actor, on_progress=work.progress.reading
        )
        catch_up(work.catalogue, work.index, work.embedder, work.progress.embedding)
    except BaseException as error:
        work.catalogue.jobs.fail(job, error)
        raise
    work.catalogue.jobs.finish(
        job, f"{report.added} added, {report.changed} changed, {report.removed} removed"
    )
    return report


def _free_name(catalogue: Catalogue, location: str) -> str:
    """The folder's own name, or with a number when another source has it."""
    sources = {one.name: one.location for one in catalogue.knowledge.sources()}
    for known, where in sources.items():
        if where == location:
            return known
    stem = re.sub(r"[^\w.-]+", "-", Path(location).name).strip("-") or "source"
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(sources) + 3)))
    return next(name for name in names if name not in sources)
