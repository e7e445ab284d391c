"""This process keeps the contract of executors."""

import pytest
from executor_contract import ExecutorContract

from wellread.ingest.executor import Executor, LocalExecutor


class TestLocalExecutor(ExecutorContract):
    @pytest.fixture
    def executor(self) -> Executor:
        return LocalExecutor()
