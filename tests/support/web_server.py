"""A web server on this machine whose answers a test writes, and which writes down what it was asked."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What is answered."""

    body: bytes | str = b""
    kind: str = "text/html"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    close: bool = False
    """Whether to hang up without an answer."""

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass
class WebServer:
    """Answers `pages`, by path with query, and 404 for what is not there.

    A value may be a function of the request. `If-None-Match` is heeded where the reply has an ETag.
    """

    host: str
    port: int
    pages: dict[str, Reply | Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def allowed(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [one.path for one in self.asked]

    def page(self, path: str, body: bytes | str, kind: str = "text/html", **headers: str) -> None:
        self.pages[path] = Reply(
            body, kind, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )

    def links(self, path: str, *targets: str, text: str = "") -> None:
        """A page that links to others."""
        anchors = " ".join(f'<a href="{target}">to {target}</a>' for target in targets)
        self.page(path, f"<title>{path}</title><p>{text or path}</p>{anchors}")

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.pages[path] = Reply(status=status, headers={"Location": target})

    def forget(self) -> None:
        self.asked.clear()

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        found = self.pages.get(asked.path, Reply("not here", status=404))
        reply = found(asked) if callable(found) else found
        tag = reply.headers.get("ETag")
        if tag and asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        return reply


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[WebServer]:
    """A server at a free port, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one piece: two would wait for one another.

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = site.reply(Asked(self.command, self.path, headers))
            if reply.close:
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            given = {
                "Date": formatdate(time.time(), usegmt=True),
                "Content-Type": reply.kind,
                **reply.headers,
            }
            if "Transfer-Encoding" not in given:
                given.setdefault("Content-Length", str(len(reply.data)))
            for name, value in given.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD" and reply.status != 304:
                self.wfile.write(reply.data)

        do_POST = do_HEAD = do_GET  # noqa: N815 (the names of the standard library)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # The client hung up, as it may.

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    site = WebServer(host, server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
