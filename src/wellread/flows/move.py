"""The catalogue moves into another database, and the workspace is told so."""

from pathlib import Path

from wellread import settings
from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.database import without_password


def move(catalogue: Catalogue, url: str, workspace: Path) -> dict[str, int]:
    """Copy `catalogue` into the empty database at `url`, compare, and write that, without its password, into the
    settings of `workspace`. Returns the rows of each table.

    Raises UsageError (not a usable URL, or not empty), BusyError and StorageError: nothing is changed then.
    """
    with Catalogue.open(url) as target:
        counts = catalogue.copy_to(target)
    settings.write(workspace, "catalogue", without_password(url))
    return counts
