"""What the tuning tests train."""

from typing import Any

import pytest
from training import Characters, small_model

torch = pytest.importorskip("torch", reason="the extra wellread[tune] is not installed")


@pytest.fixture
def characters() -> Characters:
    return Characters()


@pytest.fixture
def small_llama() -> Any:
    return small_model()
