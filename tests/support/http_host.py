"""An HTTP server on loopback that a test writes the answers of."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Host(http.server.BaseHTTPRequestHandler):
    """What every such server does alike; `get` and `post` are the test's."""

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        self.answer(404, b"{}")

    def post(self) -> None:
        self.answer(404, b"{}")

    def body(self) -> bytes:
        """Of the request."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        """At once, and asking for no more than a millisecond's patience."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[Host]) -> Iterator[str]:
    """The address that it answers at, ending in /v1."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
