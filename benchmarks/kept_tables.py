"""Tables that stand in the documentation, each in its place under its own name."""

import os
import platform
from pathlib import Path


def keep(file: Path, name: str, made: str) -> None:
    """Put `made` into `file`, in place of what stands there under `name`, or at its end."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    file.write_text(f"{before.rstrip()}\n\n{begin}\n{made}\n{end}{after}", encoding="utf-8")


def machine() -> str:
    """What a figure of time depends on."""
    return f"{len(os.sched_getaffinity(0))} cores, {platform.system()}, Python {platform.python_version()}"
