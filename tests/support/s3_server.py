"""S3-compatible storage on this machine: moto, an imitation of Amazon's services over HTTP, kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

ACCESS_KEY, SECRET_KEY = "testing-key", "testing-secret"
_numbers = count(1)


@dataclass
class Storage:
    """A server; `boto` speaks to it as its administrator does."""

    endpoint: str
    boto: Any

    def empty_bucket(self) -> str:
        """A new bucket."""
        name = f"handbook-{next(_numbers)}"
        self.boto.create_bucket(Bucket=name)
        return name

    def service(self, name: str) -> Any:
        """Another of its services."""
        return _client(name, self.endpoint)

    @contextmanager
    def checking_keys(self) -> Iterator[None]:
        """Within the block every request needs a true signature and the permission of its key."""
        from moto import settings

        before = settings.INITIAL_NO_AUTH_ACTION_COUNT
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0
        try:
            yield
        finally:
            settings.INITIAL_NO_AUTH_ACTION_COUNT = before


@pytest.fixture(scope="session")
def s3() -> Iterator[Storage]:
    """One server for all tests."""
    pytest.importorskip("moto", reason="moto is not installed")
    with running() as storage:
        yield storage


@contextmanager
def running() -> Iterator[Storage]:
    """A server at a free port, until the block ends."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # It would tell of every request.

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        yield Storage(endpoint, _client("s3", endpoint))
    finally:
        server.stop()


def _client(service: str, endpoint: str) -> Any:
    import boto3

    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
