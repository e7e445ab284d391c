"""A run's state on disk, so that a killed run goes on where it was and ends with the same weights.

A checkpoint is one safetensors file (adapter matrices and Adam's two moments, with the step and the plan in its
metadata), written beside the old one and renamed over it: at any moment one whole checkpoint exists.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a run stood after `step` optimiser steps of `planned`."""

    step: int
    planned: int
    tensors: dict[str, Any]


def save(path: Path, fingerprint: str, step: int, planned: int, tensors: dict[str, Any]) -> None:
    """Replace the checkpoint at `path` atomically. `fingerprint` names recipe, data and base."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    save_file(
        tensors, beside, metadata={"fingerprint": fingerprint, "step": str(step), "planned": str(planned)}
    )
    with beside.open("rb") as written:
        os.fsync(written.fileno())
    beside.replace(path)


def load(path: Path, fingerprint: str) -> Checkpoint | None:
    """The checkpoint at `path`, or None. Raises RefusedError when it belongs to another run."""
    from safetensors import safe_open

    if not path.exists():
        return None
    with safe_open(path, framework="pt") as opened:
        metadata = opened.metadata()
        if metadata["fingerprint"] != fingerprint:
            raise RefusedError(
                f"{path} is the checkpoint of another run (other data, recipe or base): "
                "start afresh, or give the settings that run was started with"
            )
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (not a dict)
    return Checkpoint(int(metadata["step"]), int(metadata["planned"]), tensors)
