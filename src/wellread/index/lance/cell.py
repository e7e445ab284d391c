"""One small value that is replaced by whoever has seen the latest: a dataset without rows, whose schema carries it.

A version is made by one conditional request, so of two that replace the same version one is refused, on a folder and on
object storage alike.
"""

import json
from datetime import timedelta
from typing import Any

import lance
import pyarrow as pa
from lance import LanceDataset, LanceOperation
from lance.commit import CommitConflictError

from wellread.errors import BusyError
from wellread.index.lance.storage import Storage

KEPT = timedelta(minutes=1)
"""How long a former version stays, for whoever has just learnt its number."""
CLEANED_EVERY = 32
"""Versions between two removals of former ones."""
_NAME = b"value"

Value = dict[str, Any]


class Cell:
    """A JSON object with a version, which is 0 while there is none."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def read(self) -> tuple[int, Value]:
        """The latest version and its value; 0 and nothing where there is none."""
        try:
            latest = self._storage.open()
        except FileNotFoundError:
            return 0, {}
        return latest.version, json.loads(latest.schema.metadata[_NAME])

    def replace(self, value: Value, seen: int) -> int:
        """Put `value` in place of the version that was `seen`; gives the new version.

        Raises BusyError when another one has taken its place meanwhile.
        """
        schema = pa.schema([pa.field("none", pa.bool_())], metadata={_NAME: json.dumps(value).encode()})
        options = self._storage.lance_options
        try:
            if not seen:
                made = lance.write_dataset(
                    schema.empty_table(), self._storage.root, schema, mode="create", storage_options=options
                )
            else:
                overwrite = LanceOperation.Overwrite(schema, [])
                made = LanceDataset.commit(
                    self._storage.root, overwrite, read_version=seen, max_retries=0, storage_options=options
                )
        except CommitConflictError as error:
            raise self._overtaken() from error
        except OSError as error:
            if "already exists" in str(error):
                raise self._overtaken() from error
            raise
        if made.version % CLEANED_EVERY == 0:
            made.cleanup_old_versions(older_than=KEPT)
        return int(made.version)

    def _overtaken(self) -> BusyError:
        return BusyError(
            f"{self._storage.root} was changed by another process meanwhile, and an index has one writer at a time: "
            "try again when it has finished"
        )
