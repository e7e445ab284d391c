"""A workspace of made-up files: those under `open/` are for everybody, those under `closed/` for ann."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import wellread
from wellread.workspace import Workspace


@contextmanager
def open_and_closed(folder: Path, texts: Mapping[str, str]) -> Iterator[Workspace]:
    """`texts` by path; no model is real."""
    root = folder / "workspace"
    root.mkdir()
    (root / "wellread.toml").write_text('generator = "fake"\nembedder = "fake"\n')
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    with wellread.open(root) as opened:
        opened.add_person("ann", ["board"])
        opened.add(folder / "open", readers="everyone")
        opened.add(folder / "closed", readers="group:board")
        yield opened
