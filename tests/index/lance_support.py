"""Lance indexes for tests; importing this skips where Lance is not installed."""

from pathlib import Path

import pytest

pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")

from index_oracle import DIMENSIONS, NO_KEYS, drawn, entry
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
