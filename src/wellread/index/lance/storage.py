"""Datasets below one place: a folder, or a prefix of a bucket on S3-compatible storage."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import lance
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import FragmentMetadata, LanceDataset, LanceOperation
from lance.fragment import write_fragments

from wellread.errors import BusyError
from wellread.index.durable import sync_directory

FORM = "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """One place; a dataset lies in it, or others lie below it."""

    root: str
    """A folder's path or s3://BUCKET/PREFIX, without a slash at the end."""
    options: Mapping[str, str] | None = field(default=None, repr=False)
    """What Lance is told of a bucket: endpoint, region, keys."""

    @property
    def folder(self) -> Path | None:
        """None on object storage."""
        return None if self.root.startswith(FORM) else Path(self.root)

    def below(self, name: str) -> "Storage":
        """The place of that name in this one."""
        return replace(self, root=f"{self.root}/{name}")

    def open(self, version: int | None = None) -> LanceDataset:
        """The dataset here, as it is now or was at a version. Raises FileNotFoundError."""
        try:
            return lance.dataset(self.root, version=version, storage_options=self.lance_options)
        except (ValueError, OSError) as error:
            if "not found" in str(error):
                raise FileNotFoundError(2, "no such dataset", self.root) from error
            raise

    def create(self, schema: pa.Schema) -> LanceDataset:
        """An empty dataset. Raises OSError where there is one."""
        return lance.write_dataset(
            schema.empty_table(), self.root, schema, mode="create", storage_options=self.lance_options
        )

    def write(self, table: pa.Table | pa.RecordBatchReader) -> list[FragmentMetadata]:
        """Fragments for the dataset here, of no account until they are committed. Any process may write some."""
        written: list[FragmentMetadata] = write_fragments(
            table, self.root, schema=table.schema, mode="append", storage_options=self.lance_options
        )
        return written

    def commit(self, operation: LanceOperation.BaseOperation, before: int) -> LanceDataset:
        """The dataset after `operation`, in the version that follows `before`.

        Raises BusyError when somebody else has made a version in between.
        """
        made = LanceDataset.commit(
            self.root, operation, read_version=before, storage_options=self.lance_options, max_retries=1
        )
        if made.version != before + 1:
            raise BusyError(f"{self.root} is being written by another process, and an index has one writer")
        return made

    def drop(self) -> None:
        """Remove the dataset here, if there is one, and what a removal that was killed has left of it."""
        try:
            LanceDataset.drop(self.root, storage_options=self.lance_options)
        except OSError as error:
            if "not found" not in str(error).lower():
                raise
        except ValueError:
            # Files without a manifest are none of Lance's, until there is one.
            self.create(pa.schema([pa.field("none", pa.bool_())]))
            LanceDataset.drop(self.root, storage_options=self.lance_options)

    def drop_all_but(self, kept: str, others: Sequence[str], datasets: Sequence[str]) -> None:
        """Remove what lies below here under other names: in a folder whatever is there that begins as they do, on
        object storage those of `others`, each with its `datasets`."""
        if self.folder is None:
            for name in others:
                for dataset in datasets:
                    self.below(name).below(dataset).drop()
            return
        beginning = kept.split("-", maxsplit=1)[0]
        for path in self.folder.glob(f"{beginning}-*"):
            if path.name != kept:
                shutil.rmtree(path)
        sync_directory(self.folder)

    @property
    def lance_options(self) -> dict[str, str] | None:
        """As Lance's functions take them."""
        return None if self.options is None else dict(self.options)


def taken(dataset: LanceDataset, addresses: npt.NDArray[np.integer], columns: list[str]) -> pa.Table:
    """The rows at these addresses (fragment * 2**32 + place in it), in their order."""
    table: pa.Table = dataset._take_rows(addresses.tolist(), columns=columns)
    return table


class Disk:
    """Makes the new files of a folder durable: Lance leaves that to the system's own time. Files never change."""

    def __init__(self, folder: Path | None, others: Sequence[str] = ()) -> None:
        """None stands for object storage, which has stored what it has acknowledged; `others` are directories that
        somebody else looks after."""
        self._folder = folder
        self._others = others
        self._known: set[str] = set()

    def sync(self) -> None:
        """Everything written until now survives a power cut."""
        if self._folder is None:
            return
        present: set[str] = set()
        for folder, below, names in os.walk(self._folder):
            below[:] = [name for name in below if name not in self._others]
            paths = {f"{folder}/{name}" for name in names}
            fresh = paths - self._known
            for path in fresh:
                _sync_file(path)
            if fresh:
                sync_directory(Path(folder))
            present |= paths
        self._known = present


def _sync_file(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
