"""Lance indexes for tests; importing this skips where Lance is not installed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")

import boto3
from index_oracle import DIMENSIONS, NO_KEYS, drawn, entry
from lance.file import LanceFileReader
from s3_server import ACCESS_KEY, SECRET_KEY
from s3_server import Storage as Server

from wellread.index.lance.engine import LanceIndex
from wellread.index.lance.storage import Storage


def in_folder(folder: Path) -> Storage:
    return Storage(root=str(folder))


def in_bucket(server: Server, bucket: str, prefix: str = "knowledge") -> Storage:
    options = {
        "aws_endpoint": server.endpoint,
        "aws_region": "us-east-1",
        "aws_access_key_id": ACCESS_KEY,
        "aws_secret_access_key": SECRET_KEY,
        "allow_http": "true",
    }
    return Storage(root=f"s3://{bucket}/{prefix}", options=options)


def opened(storage: Storage, *, writable: bool = True) -> LanceIndex:
    return LanceIndex.open(storage, DIMENSIONS, writable=writable)


def filled(storage: Storage, count: int = 10) -> LanceIndex:
    """Open for writing, with the keys 1 to `count` at position 1."""
    index = opened(storage)
    index.apply(1, [entry(key) for key in range(1, count + 1)], drawn(count), NO_KEYS)
    return index


@dataclass
class Told:
    """Everything that the files of a place say once they are decoded."""

    files: int = 0
    words: str = ""
    """All strings of all columns."""
    vectors: list[np.ndarray] = field(default_factory=list)

    def has(self, vector: np.ndarray) -> bool:
        return any(np.allclose(each, vector, atol=1e-6) for some in self.vectors for each in some)


def everything_told(storage: Storage) -> Told:
    """Read every file, whether a version names it or not."""
    told = Told()
    for path in _paths(storage):
        told.files += 1
        if not path.endswith(".lance"):
            continue
        reader = LanceFileReader(path, storage_options=storage.lance_options)
        for batch in reader.read_all().to_batches():
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if name == "vector":
                    told.vectors.append(column.flatten().to_numpy().reshape(-1, DIMENSIONS))
                elif name in ("term", "audience", "title", "heading", "name", "text"):
                    told.words += " ".join(str(value) for value in column.to_pylist())
    return told


def _paths(storage: Storage) -> list[str]:
    if storage.folder is not None:
        return [str(path) for path in storage.folder.rglob("*") if path.is_file()]
    bucket = storage.root.removeprefix("s3://").split("/")[0]
    pages = _client(storage).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [f"s3://{bucket}/{each['Key']}" for page in pages for each in page.get("Contents", ())]


def remove_manifests(dataset: Storage) -> None:
    """As a removal begins."""
    below = "/_versions/"
    if dataset.folder is not None:
        for path in (dataset.folder / "_versions").iterdir():
            path.unlink()
        return
    bucket, _, prefix = dataset.root.removeprefix("s3://").partition("/")
    for path in _paths(dataset):
        key = path.removeprefix(f"s3://{bucket}/")
        if key.startswith(f"{prefix}{below}"):
            _client(dataset).delete_object(Bucket=bucket, Key=key)


def _client(storage: Storage) -> Any:
    assert storage.options is not None
    return boto3.client(
        "s3",
        endpoint_url=storage.options["aws_endpoint"],
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
