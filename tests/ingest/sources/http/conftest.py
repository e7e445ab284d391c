"""What the tests of the client are given."""

from collections.abc import Iterator

import pytest
from web_server import WebServer, serving


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving() as made:
        yield made
