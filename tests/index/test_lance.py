"""The Lance engine keeps the contract on a folder and on object storage, and what it promises beyond it."""

from pathlib import Path

import pytest
from index_contract import IndexContract
from lance_support import LanceIndex, Server, in_bucket, in_folder, opened

pytest_plugins = ("s3_server",)


class TestContractOnAFolder(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.storage = in_folder(tmp_path)

    def open(self, place: str, *, writable: bool) -> LanceIndex:
        return opened(self.storage.below(place), writable=writable)


@pytest.mark.slow
class TestContractOnObjectStorage(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, s3: Server) -> None:
        self.storage = in_bucket(s3, s3.empty_bucket())

    def open(self, place: str, *, writable: bool) -> LanceIndex:
        return opened(self.storage.below(place), writable=writable)
