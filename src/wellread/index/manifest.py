"""Which generation of the index counts: one small file, replaced in one step.

DIRECTORY/
  CURRENT              {"format": 2, "generation": 2, "dimensions": 384}
  lock                 the writer's
  generation-000002/   see generation.py
  generation-000003/   a rebuild on its way; of no account until CURRENT names it
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from wellread.errors import StorageError, UsageError
from wellread.index.durable import replace_file, sync_directory

NAME = "CURRENT"
FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of CURRENT."""

    generation: int
    dimensions: int
    format: int = FORMAT

    @staticmethod
    def parse(content: bytes, directory: Path, dimensions: int) -> "Manifest":
        """Raises UsageError when the index is of other dimensions, StorageError when the file is not ours."""
        try:
            manifest = Manifest(**json.loads(content))
        except (ValueError, TypeError) as error:
            raise StorageError(
                f"{directory / NAME} is damaged ({error}): remove {directory} and rebuild the index"
            ) from error
        if manifest.format != FORMAT:
            raise StorageError(
                f"the index in {directory} has format {manifest.format}, this version writes {FORMAT}: "
                f"remove {directory} and rebuild the index"
            )
        if manifest.dimensions != dimensions:
            raise UsageError(
                f"the index in {directory} holds vectors of {manifest.dimensions} dimensions, the embedder "
                f"gives {dimensions}: rebuild in a directory of its own, or go back to the former embedder"
            )
        return manifest


def generation_directory(directory: Path, generation: int) -> Path:
    """Where generation `generation` lies."""
    return directory / f"generation-{generation:06d}"


def read(directory: Path, dimensions: int) -> Manifest | None:
    """The manifest, or None where no index has been made yet."""
    try:
        content = (directory / NAME).read_bytes()
    except FileNotFoundError:
        return None
    return Manifest.parse(content, directory, dimensions)


def swap(directory: Path, manifest: Manifest) -> None:
    """From here on every reader's next search goes to `manifest.generation`."""
    replace_file(directory / NAME, json.dumps(asdict(manifest)).encode())


def remove_others(directory: Path, generation: int | None) -> None:
    """Remove what was superseded and what was never finished."""
    kept = None if generation is None else generation_directory(directory, generation)
    for path in directory.glob("generation-*"):
        if path != kept:
            shutil.rmtree(path)
    (directory / f"{NAME}.new").unlink(missing_ok=True)
    sync_directory(directory)
