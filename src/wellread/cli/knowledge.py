"""Commands about what is known: init, add, sync, search."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from wellread.cli.shell import (
    AsOfOption,
    AsOption,
    JsonOption,
    RayOption,
    WorkspaceOption,
    command,
    err,
    in_words,
    opened,
    print_json,
    say,
    tell,
)
from wellread.errors import UsageError, WellreadError
from wellread.records.knowledge import Hit, SyncReport
from wellread.records.trust import TIERS

if TYPE_CHECKING:
    from wellread.flows.ingest import Progress as IngestProgress


@command
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; made if need be.")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: a folder with a wellread.toml."""
    from wellread.workspace import init as make_workspace

    with make_workspace(folder) as workspace:
        root = str(workspace.root)
    if as_json:
        print_json({"workspace": root})
    else:
        say(f"workspace at {root}")
        tell("next: wellread add LOCATION")


@command
def add(
    location: Annotated[
        str, typer.Argument(help="A folder, a file, or the address of another kind of source.")
    ],
    readers: Annotated[
        str | None,
        typer.Option(
            metavar="P,...",
            help="Who may read it: everyone, group:NAME, user:NAME. A .readers file in a folder overrules this.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="S", help="The source's name; by default the folder's.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="K", help="What it is, where the location does not tell.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="N=V", help="What its kind is told; may be given several times."),
    ] = None,
    trust: Annotated[
        str | None,
        typer.Option(metavar="TIER", help=f"How far it is to be relied on: {', '.join(TIERS)}."),
    ] = None,
    ray: RayOption = None,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a source and bring its documents in."""
    options = _options(option)
    with opened(workspace) as opened_workspace, _IngestBars() as bars:
        report = opened_workspace.add(
            location, readers, name, person, bars.progress, kind=kind, options=options, trust=trust, ray=ray
        )
    if readers is None:
        tell(
            "readers: as before, or everyone for a new source, where no .readers file says otherwise (--readers)"
        )
    _print_reports([report], as_json, single=True)


@command
def sync(
    source: Annotated[str | None, typer.Argument(help="A source's name; by default all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, whatever its date.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: folders when they change, other sources now and then.")
    ] = False,
    every: Annotated[
        float, typer.Option(metavar="SECONDS", help="With --watch: between looks at other sources.")
    ] = 300.0,
    ray: RayOption = None,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring sources up to date: new, changed and removed documents, and changed readers."""
    if watch:
        if ray:
            raise UsageError("--watch reads what little changes in this process: leave out --ray, or --watch")
        _watch(source, every, workspace, person, as_json)
        return
    with opened(workspace) as opened_workspace, _IngestBars() as bars:
        reports = opened_workspace.sync(source, person, bars.progress, full=full, ray=ray)
    _print_reports(reports, as_json, single=source is not None)


@command
def search(
    query: Annotated[
        str,
        typer.Argument(
            help='What you look for, in plain words. "Quoted" words stand together; `source:NAME`, '
            "`after:2024-03` and `before:2024` limit where."
        ),
    ],
    limit: Annotated[int, typer.Option("-k", metavar="N", help="Passages at most.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each passage is where it is.")] = False,
    expect: Annotated[
        str | None,
        typer.Option(metavar="DOCUMENT", help="With --explain: why this document is not among them."),
    ] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ranked passages, without a model writing anything."""
    if as_of and (explain or expect):
        raise UsageError("--explain and --expect speak of what holds now: leave out --as-of")
    with opened(workspace) as opened_workspace:
        if explain or expect:
            explanation = opened_workspace.explain(query, limit, person, expect)
            found, reasons, expected = explanation.found, explanation.reasons, explanation.expected
        else:
            found = opened_workspace.search(query, limit, person, as_of=as_of)
            reasons, expected = (), None
    if as_json:
        shape: dict[str, Any] = {
            "hits": [_hit(hit) for hit in found.hits],
            "notes": list(found.notes),
            "milliseconds": found.embed_ms + found.search_ms,
        }
        if explain or expect:
            shape["reasons"], shape["expected"] = reasons, expected
        print_json(shape)
        return
    for note in found.notes:
        tell(note)
    for number, hit in enumerate(found.hits, start=1):
        passage = hit.passage
        page = f"  page {passage.page(passage.start)}" if passage.pages else ""
        say(f"{number}. {passage.uri}{page}  {passage.heading_line}  [{passage.start}-{passage.end}]")
        if passage.held:
            say(f"   {in_words(passage.held)}")
        say(f"   {' '.join(hit.passage.text.split())[:300]}")
        if hit.copies:
            say(f"   the same words: {', '.join(copy.uri for copy in hit.copies)}")
        if reasons:
            say(f"   {reasons[number - 1]}")
    if expected:
        say(expected)
    if not found.hits:
        tell("nothing found that you may read" + ("" if person else "; --as NAME searches as that person"))


def _watch(
    source: str | None, every: float, workspace: Path | None, person: str | None, as_json: bool
) -> None:
    """Print what each synchronisation did, where it did something, until Ctrl-C."""
    from wellread.flows.watch import Watching

    with opened(workspace) as opened_workspace:
        tell("watching; Ctrl-C ends it")
        for report in opened_workspace.watch(source, person, Watching(every=every, say=tell)):
            if report.added or report.changed or report.removed or report.failed or report.held:
                if as_json:
                    print_json(_shape(report))
                else:
                    _say_report(report)


def _options(written: list[str] | None) -> dict[str, str] | None:
    """`--option name=value`, as often as given; None when not at all, which keeps a known source's own."""
    if written is None:
        return None
    for one in written:
        if "=" not in one:
            raise UsageError(f"--option {one!r} has no value: write name=value")
    return dict(one.split("=", 1) for one in written)


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "document": passage.document,
        "uri": passage.uri,
        "trust": passage.trust,
        "changed": passage.changed,
        "page": passage.page(passage.start),
        "version": passage.version,
        "held": passage.held,
        "passage": passage.id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": hit.score,
        "ranks": dict(hit.ranks),
        "signals": dict(hit.signals),
        "copies": [{"document": copy.document, "uri": copy.uri, "passage": copy.id} for copy in hit.copies],
    }


def _print_reports(reports: list[SyncReport], as_json: bool, *, single: bool) -> None:
    if as_json:
        shapes = [_shape(report) for report in reports]
        print_json(shapes[0] if single else {"sources": shapes})
    for report in reports if not as_json else []:
        _say_report(report)
    if any(_brought_nothing(report) for report in reports):
        tell(
            "error: nothing could be read of "
            + ", ".join(one.source for one in reports if _brought_nothing(one))
        )
        raise typer.Exit(WellreadError.exit_code)


def _shape(report: SyncReport) -> dict[str, Any]:
    return {
        "source": report.source,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "failed": [{"uri": one.uri, "error": one.error} for one in report.failed],
        "held": [{"uri": one.uri, "reason": one.error} for one in report.held],
        "seconds": report.seconds,
    }


def _say_report(report: SyncReport) -> None:
    say(
        f"{report.source}: {report.added} added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged, {len(report.failed)} failed, in {report.seconds:.1f} s"
    )
    for failure in report.failed:
        tell(f"  {failure.uri}: {failure.error}")
    for held in report.held:
        tell(f"  held back: {held.uri}: {held.error}")
    if report.held:
        tell("  to decide on what is held back: wellread quarantine")


def _brought_nothing(report: SyncReport) -> bool:
    """Some failed and none is there. A folder with one broken file among many is done, and says so."""
    return bool(report.failed) and not (report.added or report.changed or report.unchanged)


class _IngestBars:
    """Two progress bars on stderr: documents read, passages embedded. Silent when stderr is no terminal."""

    def __enter__(self) -> "_IngestBars":
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[what]}"),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._progress.start()
        self._reading = self._progress.add_task("reading", total=None, what="")
        self._embedding = self._progress.add_task("indexing", total=None, what="", visible=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @property
    def progress(self) -> "IngestProgress":
        """Moves the bars."""
        from wellread.flows.ingest import Progress as IngestProgress

        return IngestProgress(reading=self._read, embedding=self._embedded)

    def _read(self, done: int, total: int, uri: str) -> None:
        self._progress.update(self._reading, completed=done, total=total, what=uri[-40:])

    def _embedded(self, done: int, total: int) -> None:
        self._progress.update(self._embedding, completed=done, total=total, visible=True)
