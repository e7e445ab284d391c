"""Who may import whom. The table is the design; the code is held to it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "wellread"

LAYERS = (
    ("__main__",),
    ("cli", "server", "__main__"),
    ("workspace",),
    ("parts",),
    ("flows",),
    ("ingest", "retrieve", "answer", "curate", "tune", "evaluate", "decide", "govern"),
    ("catalogue", "index", "models", "screen", "pages"),
    ("records", "settings", "errors"),
)
"""From the top down: a room may import from the layers below its own."""

SIDEWAYS = {
    ("answer", "retrieve"),
    ("curate", "retrieve"),
    ("decide", "evaluate"),
    # The lowest two layers speak in each other's values: an engine takes vectors, a record checks a reader's name.
    ("index", "models"),
    ("records", "errors"),
    ("__main__", "cli"),
    ("settings", "errors"),
}
"""Imports between rooms of one layer that are allowed. Nothing else."""

HEAVY = {"torch", "transformers", "peft", "trl", "accelerate", "safetensors"}
HEAVY_ROOMS = ("tune",)
HEAVY_FILES = ("models/transformers.py",)

RAY = {"ray", "lance_ray"}
RAY_FOLDER = "ingest/distributed/"

OWN_PROGRAMS = {"ingest/sources/git/password.py"}
"""Files that another program runs by themselves, and that it speaks to through the environment."""

DATA_ROOMS = {"sample"}
"""Packages of data with a few functions to find it; anybody above the records may read them."""


def rank(room: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if room in layer)


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    relative = path.relative_to(SOURCE)
    return relative.parts[0].removesuffix(".py") if len(relative.parts) == 1 else relative.parts[0]


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports name the whole path"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    found = set()
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "wellread" and len(parts) > 1:
            room = parts[1]
            if (SOURCE / room).is_dir() or (SOURCE / f"{room}.py").exists():
                found.add(room)
    return found


def allowed(room: str, other: str) -> bool:
    if room == other or (room, other) in SIDEWAYS or other in DATA_ROOMS:
        return True
    return rank(other) > rank(room)


def test_every_module_is_in_a_room_of_the_design() -> None:
    rooms = {room_of(path) for path in modules()} - {"__init__"} - DATA_ROOMS
    known = {room for layer in LAYERS for room in layer}
    assert rooms <= known
    assert len(modules()) > 100, "the glob found too few modules to mean anything"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return  # `wellread/__init__.py` re-exports; nothing imports it
    if room in DATA_ROOMS:
        assert rooms_imported(path) <= {"records", room}
        return
    forbidden = {other for other in rooms_imported(path) if not allowed(room, other)}
    assert not forbidden, (
        f"{path.relative_to(SOURCE)} in {room} may not import {', '.join(sorted(forbidden))}"
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    relative = path.relative_to(SOURCE).as_posix()
    if room_of(path) in HEAVY_ROOMS or relative in HEAVY_FILES:
        return
    heavy = {name.split(".")[0] for name in imports_of(path)} & HEAVY
    assert not heavy, f"{relative} imports {', '.join(sorted(heavy))}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            name = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            assert (name or "").split(".")[0] not in HEAVY, f"{path} imports {name} at import"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_ray_stays_in_one_folder_and_is_imported_where_it_is_used(path: Path) -> None:
    if not path.relative_to(SOURCE).as_posix().startswith(RAY_FOLDER):
        assert not {name.split(".")[0] for name in imports_of(path)} & RAY
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            name = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            assert (name or "").split(".")[0] not in RAY, f"{path} imports {name} at import"


def test_records_use_only_the_standard_library() -> None:
    import sys

    for path in (SOURCE / "records").glob("*.py"):
        for name in imports_of(path):
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or name.startswith(
                ("wellread.records", "wellread.errors")
            ), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_settings_reads_the_environment(path: Path) -> None:
    if path.name == "settings.py" or path.relative_to(SOURCE).as_posix() in OWN_PROGRAMS:
        return
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert not reads, f"{path.relative_to(SOURCE)} reads the environment at line {reads}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
