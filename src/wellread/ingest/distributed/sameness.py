"""What must be the same on all machines, so that it does not matter where a document was read."""

import hashlib
import platform
import socket
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "lxml",
    "markdown-it-py",
    "numpy",
    "onnxruntime",
    "pylance",
    "pypdfium2",
    "rapidocr",
    "tokenizers",
)
"""Those that decide what text, which passages and which vectors come out."""


@cache
def here() -> Mapping[str, str]:
    """The versions on this machine, by name; `wellread` is that of its code, byte for byte."""
    versions = {name: _version(name) for name in LIBRARIES}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, "wellread": _code(), **versions}


def machine() -> str:
    """What people call this machine."""
    return socket.gethostname()


def differences(mine: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What differs, in words; empty when nothing does."""
    return ", ".join(
        f"{name} is {theirs.get(name, 'missing')} there and {mine[name]} here"
        for name in mine
        if theirs.get(name) != mine[name]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _code() -> str:
    package = Path(__file__).parents[2]
    hashed = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        hashed.update(f"{path.relative_to(package).as_posix()}\0".encode())
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()[:12]
