"""A client that does not wait before it asks again, and what it was told to wait."""

from web_server import WebServer

from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints


class Asking:
    """A client that notes its waits instead of waiting."""

    def __init__(self, *servers: WebServer, pause: float = 0.0) -> None:
        self.waits: list[float] = []
        allowed = endpoints(",".join(one.allowed for one in servers))
        self.client = HttpClient(
            *(one.address for one in servers), allow_private=allowed, pause=pause, sleep=self.waits.append
        )
