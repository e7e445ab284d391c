"""The figures as Markdown: one table for ingesting and one for each number of passages, a column a system."""

from collections.abc import Callable, Mapping
from typing import Any

from peers.corpus import AUDIENCES

Figures = Mapping[str, Any]
Row = tuple[str, Callable[[Figures], str]]


def table(figures: Figures) -> str:
    """Everything that was measured, with the machine and the command."""
    parts = [f"{figures['machine']}, `{figures['command']}`"]
    if figures["ingesting"]:
        parts += ["### Reading, cutting and embedding files", _table(figures["ingesting"], INGESTING)]
    for passages, by_system in figures["passages"].items():
        parts += [f"### {int(passages):,} passages", _table(by_system, _searching())]
    notes: dict[str, str] = {}
    for by_system in (figures["ingesting"], *figures["passages"].values()):
        notes |= {system: one["note"] for system, one in by_system.items() if "note" in one}
    parts += ["### How each is set up", "\n".join(f"- {system}: {note}." for system, note in notes.items())]
    return "\n\n".join(parts)


def _table(by_system: Mapping[str, Figures], rows: list[Row]) -> str:
    lines = [["", *by_system], ["---"] * (len(by_system) + 1)]
    lines += [[name, *(show(one) for one in by_system.values())] for name, show in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(name: str) -> Callable[[Figures], str]:
    return lambda figures: _cell(figures, figures.get(name))


def _inside(name: str, *parts: str) -> Callable[[Figures], str]:
    def show(figures: Figures) -> str:
        value = figures.get(name)
        if isinstance(value, Mapping):
            return " / ".join(_cell(figures, value.get(part)) for part in parts)
        return _cell(figures, value)

    return show


def _cell(figures: Figures, value: Any) -> str:
    if value is None:
        return str(figures.get("stopped", "–"))
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _peak(figures: Figures) -> str:
    names = ("peak memory of building, MB", "peak memory of searching, MB")
    return _cell(figures, max((figures[name] for name in names if name in figures), default=None))


def _searching() -> list[Row]:
    rows: list[Row] = [
        ("building from texts and vectors, s", _plain("building, s")),
        ("opening, s", _plain("opening, s")),
    ]
    for name in AUDIENCES:
        who = "no filter" if name == "everything" else f"a person who may read {name}"
        searched = f"search, {name}"
        rows.append((f"hybrid search, {who}: p50 / p95 / p99, ms", _inside(searched, "p50", "p95", "p99")))
        rows.append((f"hybrid search, {who}: passages found of 10", _inside(searched, "found")))
        rows.append((f"vector search, {who}: recall@10", _plain(f"recall, {name}")))
    changes = (
        ("adding", "a document of 10 passages added, until found / on disk, ms"),
        ("permission", "readers of a document changed, until it holds / on disk, ms"),
        ("deleting", "a document deleted, until it holds / on disk, ms"),
    )
    rows += [(shown, _inside("changes", name, f"{name}, on disk")) for name, shown in changes]
    return [
        *rows,
        ("resident after loading, MB", _plain("resident after loading, MB")),
        ("resident after the searches, MB", _plain("resident after searching, MB")),
        ("peak memory, building or searching, MB", _peak),
        ("on disk, MB", _plain("disk, MB")),
    ]


INGESTING: list[Row] = [
    ("files a second, all with Wellread's embedder", _plain("documents ingested a second")),
    ("files a second, each with its own", _plain("documents ingested a second, own embedder")),
    ("passages made", _plain("passages made")),
    ("words a passage", _plain("words a passage")),
]
