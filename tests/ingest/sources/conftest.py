"""What tests of several kinds of sources are given."""

from collections.abc import Iterator

import pytest
from web_server import WebServer, serving


@pytest.fixture
def site() -> Iterator[WebServer]:
    """A web server whose answers the test writes."""
    with serving() as made:
        yield made
